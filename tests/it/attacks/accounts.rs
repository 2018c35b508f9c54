//! Attacks on accounts: who runs one org tries to reach a person, or rights, beyond it.

use serde_json::json;

use crate::access::State;
use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::{Key, World};
use crate::support::somebody::Somebody;

const PASSWORD: &str = "violet harbour seventeen";

async fn invites(by: &Somebody, slug: &str, email: &str) -> String {
    let fields = [("first", "Nina"), ("last", "Neumann"), ("email", email), ("role", "user")];
    link(&by.post(&format!("/orgs/{slug}/users"), &fields).await.expect(200))
}

fn link(reply: &Reply) -> String {
    let shown = reply.page().select("output").concat();
    shown[shown.find("/links/").unwrap()..].to_owned()
}

/// Opens a link and sends the form that it leads to: the status.
async fn uses(by: &Somebody, path: &str) -> u16 {
    by.get(path).await.expect(303);
    by.post("/links", &[("password", PASSWORD)]).await.status
}

/// What an account is, and where it belongs: everything that another org must not touch.
fn account(world: &World, email: &str) -> Vec<i64> {
    let user = format!("(SELECT id FROM users WHERE email = '{email}')");
    [
        format!("SELECT COUNT(*) FROM users WHERE email = '{email}' AND password_hash IS NOT NULL"),
        format!("SELECT session_epoch FROM users WHERE id = {user}"),
        format!("SELECT version FROM users WHERE id = {user}"),
        format!("SELECT COUNT(*) FROM memberships WHERE user_id = {user} AND accepted_at IS NOT NULL"),
    ]
    .map(|query| world.number(&query))
    .to_vec()
}

both! {
    // Otto of globex invites Nina before acme does, and waits for her to become somebody there.
    async fn the_account_made_in_advance_by_another_org_is_nobodys_but_its_persons(world: World) {
        let theirs = invites(&world.outsider(), "globex", "nina@new.example").await;
        let ours = invites(&world.admin(), "acme", "nina@new.example").await;
        let nina = world.visitor();
        assert_eq!(uses(&nina, &ours).await, 303);
        let (user, before) = (world.number("SELECT id FROM users WHERE email = 'nina@new.example'"), account(&world, "nina@new.example"));
        // the link that Otto kept sets no second password: it asks Nina to sign in and accept
        assert_ne!(uses(&world.visitor(), &theirs).await, 303);
        let path = format!("/orgs/globex/users/{user}");
        let version = format!("u{}.m1", before[2]);
        let fields = [("version", version.as_str()), ("first", "Eve"), ("last", "X"), ("email", "eve@evil.example"), ("enabled", "1")];
        world.outsider().post(&path, &fields).await.expect(403);
        let made = link(&world.outsider().post(&format!("{path}/link"), &[]).await.expect(200));
        assert_ne!(uses(&world.visitor(), &made).await, 303);
        assert_eq!(account(&world, "nina@new.example"), before);
        world.with_session_of(nina.client).get("/orgs/globex").await.expect(404);
    }

    // The other way round: who accepted nothing is not run by anybody, so acme cannot take over who globex invited first.
    async fn an_invitation_gives_no_hold_on_an_account_that_has_no_password_yet(world: World) {
        let theirs = invites(&world.outsider(), "globex", "nina@new.example").await;
        let ours = invites(&world.admin(), "acme", "nina@new.example").await;
        let user = world.number("SELECT id FROM users WHERE email = 'nina@new.example'");
        let fields = [("version", "u1.m1"), ("first", "Eve"), ("last", "X"), ("email", "eve@evil.example"), ("enabled", "1")];
        world.outsider().post(&format!("/orgs/globex/users/{user}"), &fields).await.expect(403);
        assert_eq!(uses(&world.visitor(), &theirs).await, 303);
        assert_ne!(uses(&world.visitor(), &ours).await, 303, "a second password would end the first one's sessions");
        world.outsider().post(&format!("/orgs/globex/users/{user}/link"), &[]).await.expect(200);
        assert_eq!(account(&world, "nina@new.example")[3], 1);
    }

    async fn a_second_admin_gets_no_password_link_of_a_super_admin_and_uses_none(world: World) {
        let (deputy, before) = (world.deputy(), account(&world, world.owner.email));
        deputy.post(&format!("/orgs/acme/users/{}/link", world.owner.user), &[]).await.expect(403);
        // a link that Dora made while Olga was no super admin yet dies when she becomes one
        let yes_no = |on: bool| format!("UPDATE users SET super_admin = {on} WHERE id = {}", world.owner.user);
        world.execute(&yes_no(false));
        let made = link(&deputy.post(&format!("/orgs/acme/users/{}/link", world.owner.user), &[]).await.expect(200));
        world.execute(&yes_no(true));
        assert_eq!(uses(&world.visitor(), &made).await, 404);
        assert_eq!(account(&world, world.owner.email), before);
    }

    async fn a_second_admin_confirms_no_email_address_of_a_super_admin(world: World) {
        let waits = format!("INSERT INTO email_changes (user_id, email, user_epoch, expires_at, created_at) \
            SELECT id, 'olga@evil.example', session_epoch, {}, 1 FROM users WHERE id = {}", i64::MAX, world.owner.user);
        world.execute(&waits);
        let (path, before) = (format!("/orgs/acme/users/{}/email", world.owner.user), State::of(&world));
        world.deputy().get(&path).await.expect(403);
        for path in [path.clone(), format!("{path}/decline")] {
            world.deputy().post(&path, &[("email", "olga@evil.example")]).await.expect(403);
        }
        let edit = world.deputy().get(&path.replace("/email", "/edit")).await.expect(200).page().text();
        assert!(!edit.contains("olga@evil.example"), "{edit}");
        assert_eq!(State::of(&world), before);
    }

    async fn a_link_that_outlived_the_right_of_who_made_it_is_dead(world: World) {
        for (verb, back) in [("demote", "admin"), ("disable", "enabled")] {
            let password = link(&world.deputy().post(&format!("/orgs/acme/users/{}/link", world.member.user), &[]).await.expect(200));
            let invitation = invites(&world.deputy(), "acme", &format!("{verb}@new.example")).await;
            world.admin().post(&format!("/orgs/acme/users/{}/{verb}", world.deputy.user), &[]).await.expect(303);
            let before = State::of(&world);
            assert_eq!(uses(&world.visitor(), &password).await, 404, "{verb}");
            assert_eq!(uses(&world.visitor(), &invitation).await, 404, "{verb}");
            assert_eq!(State::of(&world), before);
            world.execute(&format!("UPDATE memberships SET {back} = true WHERE id = {}", world.deputy.membership));
        }
    }

    async fn a_password_link_is_dead_once_its_person_belongs_where_the_issuer_does_not_rule(world: World) {
        let made = link(&world.admin().post(&format!("/orgs/acme/users/{}/link", world.member.user), &[]).await.expect(200));
        let theirs = invites(&world.outsider(), "globex", world.member.email).await;
        let member = world.member();
        // accepting ends the account's sessions, but not its links
        assert_eq!(uses(&member, &theirs).await, 303);
        let before = account(&world, world.member.email);
        assert_eq!(uses(&world.visitor(), &made).await, 404);
        assert_eq!(account(&world, world.member.email), before);
    }

    async fn a_key_made_under_a_super_admins_membership_has_no_super_rights(world: World) {
        let body = json!({"orgUserId": world.owner.membership, "name": "borrowed"});
        let made = world.deputy().post_json("/user/apiKey", &body).await.expect(201).json();
        let token = made["apiKey"].as_str().unwrap().to_owned();
        let borrowed = world.with_key(&Key { id: made["id"].as_i64().unwrap(), token });
        assert_eq!(borrowed.get("/user/users/me").await.expect(200).json()["superAdmin"], false);
        let before = State::of(&world);
        let helper = json!({"orgUserId": world.member.membership, "name": "helper", "canImpersonate": true});
        borrowed.post_json("/user/apiKey", &helper).await.expect(403);
        borrowed.get(&format!("/user/org/{}/user/{}", world.globex.id, world.outsider.user)).await.expect(404);
        for (path, status) in [("/orgs", 401), ("/profile", 401), ("/profile/email", 401), ("/orgs/acme/users", 401)] {
            borrowed.get(path).await.expect(status);
        }
        borrowed.sending("impersonate-user-id", world.admin.user).get("/user/users/me").await.expect(403);
        assert_eq!(State::of(&world), before);
    }

    async fn an_admin_confirms_no_email_address_of_a_person_of_two_orgs(world: World) {
        let shared = world.shared();
        shared.post("/profile/email", &[("email", "sina@new.example")]).await.expect(303);
        let told = shared.get("/profile/email").await.expect(200).page().text();
        assert!(told.contains("a super admin"), "{told}");
        let before = State::of(&world);
        for (by, slug) in [(world.admin(), "acme"), (world.outsider(), "globex")] {
            let path = format!("/orgs/{slug}/users/{}/email", world.shared.user);
            by.get(&path).await.expect(403);
            by.post(&path, &[("email", "sina@new.example")]).await.expect(403);
        }
        assert_eq!(State::of(&world), before);
        let path = format!("/orgs/acme/users/{}/email", world.shared.user);
        world.owner().post(&path, &[("email", "sina@new.example")]).await.expect(303);
        let mut after = world.shared.clone();
        after.email = "sina@new.example";
        world.sign_in(&after).await.get("/orgs/globex/users").await.expect(200);
    }
}
