//! "This is not my account": an invited user reports the account that has their address, and a super admin frees it.

use crate::access::State;
use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::World;
use crate::support::somebody::Somebody;

const EMAIL: &str = "newhire@acme.example";
const PASSWORD: &str = "violet harbour seventeen";

async fn invites(by: &Somebody, slug: &str) -> String {
    let fields = [("first", "Nina"), ("last", "Neumann"), ("email", EMAIL), ("role", "user")];
    link(&by.post(&format!("/orgs/{slug}/users"), &fields).await.expect(200))
}

fn link(reply: &Reply) -> String {
    let shown = reply.page().select("output").concat();
    shown[shown.find("/links/").unwrap()..].to_owned()
}

fn user(world: &World, email: &str) -> i64 {
    world.number(&format!("SELECT id FROM users WHERE email = '{email}'"))
}

/// Mallory runs globex. She invites the new hire's address there and uses the link herself: her session, and the user ID.
async fn mallory_squats(world: &World) -> (Somebody, i64) {
    let (mallory, path) = (world.visitor(), invites(&world.outsider(), "globex").await);
    mallory.get(&path).await.expect(303);
    mallory.post("/links", &[("password", PASSWORD)]).await.expect(303);
    (world.with_session_of(mallory.client), user(world, EMAIL))
}

async fn dismisses(by: &Somebody, id: i64) -> Reply {
    let shown = by.get(&format!("/accounts/{id}/free-email")).await.expect(200).page();
    let version = shown.attributes("input[name=version]", "value")[0].clone();
    by.post(&format!("/accounts/{id}/dismiss-reports"), &[("version", &version)]).await
}

/// Acme invites the new hire, who reports the account. Returns their browser.
async fn nina_reports(world: &World) -> Somebody {
    let (nina, path) = (world.visitor(), invites(&world.admin(), "acme").await);
    nina.get(&path).await.expect(303);
    let page = nina.get("/links").await.expect(200).page();
    assert!(page.attributes("a", "href").contains(&"/links/report".to_owned()), "{}", page.text());
    nina.get("/links/report").await.expect(200);
    assert_eq!(nina.post("/links/report", &[]).await.expect(303).header("location"), "/links");
    nina
}

async fn frees(world: &World, id: i64) -> Reply {
    let (owner, path) = (world.owner(), format!("/accounts/{id}/free-email"));
    let version = owner.get(&path).await.expect(200).page().attributes("input[name=version]", "value")[0].clone();
    owner.post(&path, &[("version", &version)]).await
}

fn actions(world: &World, org: i64) -> Vec<String> {
    use diesel::prelude::*;
    use keyhouse::db::schema::audit_events::dsl::{action, audit_events, org_id, seq};
    world.read(|conn| audit_events.filter(org_id.eq(org)).order(seq).select(action).load(conn).unwrap())
}

both! {
    async fn an_invited_user_reports_that_the_account_is_not_theirs_without_signing_in(world: World) {
        let (_, id) = mallory_squats(&world).await;
        let nina = nina_reports(&world).await;
        let before = State::of(&world);
        nina.post("/links/report", &[]).await.expect(303);
        assert_eq!(State::of(&world), before, "once is enough");
        assert!(nina.get("/links").await.expect(200).page().text().contains("You reported that this account is not yours"));
        let list = world.owner().get("/accounts").await.expect(200).page();
        assert_eq!(list.attributes("section a", "href"), [format!("/accounts/{id}/free-email")]);
        assert!(list.text().contains("Reported addresses") && list.text().contains("Nina Neumann Acme"), "{}", list.text());
        let invited = world.admin().get(&format!("/orgs/acme/users/{id}/edit")).await.expect(200).page().text();
        assert!(invited.contains("reported that another user’s account has this address"), "{invited}");
        assert_eq!((actions(&world, world.acme.id), actions(&world, 0).last().unwrap().as_str()), (vec!["user.invited".into(), "user.email_reported".into()], "user.email_reported"));
    }

    async fn a_freed_address_leaves_its_account_everything_else(world: World) {
        let (mallory, id) = mallory_squats(&world).await;
        nina_reports(&world).await;
        mallory.get("/profile").await.expect(200);
        frees(&world, id).await.expect(303);
        let released = format!("user-{id}@released.invalid");
        assert_eq!(user(&world, &released), id);
        mallory.get("/profile").await.expect(303);
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM sessions WHERE user_id = {id}")), 0);
        let again = world.visitor();
        again.post("/login", &[("email", EMAIL), ("password", PASSWORD)]).await.expect(422);
        again.post("/login", &[("email", &released), ("password", PASSWORD)]).await.expect(303);
        let told = world.with_session_of(again.client).get("/profile").await.expect(200).page().text();
        assert!(told.contains("Globex") && told.contains(&format!("Your email address was {EMAIL} until")), "{told}");
        let globex = actions(&world, world.globex.id);
        assert_eq!(globex[globex.len() - 1], "user.email_freed");
        assert!(!world.owner().get("/accounts").await.expect(200).page().text().contains("Reported addresses"));
    }

    async fn the_invitation_is_renewed_for_a_new_account(world: World) {
        let (_, id) = mallory_squats(&world).await;
        let nina = nina_reports(&world).await;
        frees(&world, id).await.expect(303);
        nina.get("/links").await.expect(404);
        let new = user(&world, EMAIL);
        assert_ne!(new, id);
        let path = link(&world.admin().post(&format!("/orgs/acme/users/{new}/link"), &[]).await.expect(200));
        nina.get(&path).await.expect(303);
        nina.post("/links", &[("password", PASSWORD)]).await.expect(303);
        world.with_session_of(nina.client).get("/orgs/acme").await.expect(303);
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM memberships WHERE user_id = {id} AND org_id = {}", world.acme.id)), 0);
        assert_eq!(actions(&world, world.acme.id)[2..], ["user.invitation_moved", "user.link_made", "membership.accepted"]);
        world.admin().get(&format!("/orgs/acme/users/{id}/edit")).await.expect(404);
    }

    async fn a_report_that_is_wrong_is_dismissed(world: World) {
        let (mallory, id) = mallory_squats(&world).await;
        nina_reports(&world).await;
        dismisses(&world.owner(), id).await.expect(303);
        assert_eq!((user(&world, EMAIL), world.number("SELECT COUNT(*) FROM email_reports")), (id, 0));
        mallory.get("/profile").await.expect(200);
        let told = actions(&world, world.acme.id);
        assert_eq!(told[2..], ["user.email_report_dismissed"]);
    }

    async fn a_report_that_the_page_did_not_show_is_neither_dismissed_nor_freed(world: World) {
        let (_, id) = mallory_squats(&world).await;
        let owner = world.owner();
        let page = owner.get(&format!("/accounts/{id}/free-email")).await.expect(200).page();
        let version = page.attributes("input[name=version]", "value")[0].clone();
        nina_reports(&world).await;
        for act in ["dismiss-reports", "free-email"] {
            let again = owner.post(&format!("/accounts/{id}/{act}"), &[("version", &version)]).await.expect(409).page();
            assert!(again.text().contains("Nina Neumann"), "{}", again.text());
        }
        assert_eq!((user(&world, EMAIL), world.number("SELECT COUNT(*) FROM email_reports")), (id, 1));
    }

    async fn a_report_ends_when_the_user_accepts_after_all(world: World) {
        let (mallory, _) = mallory_squats(&world).await;
        let nina = nina_reports(&world).await;
        mallory.client.set_cookie("keyhouse-link", &nina.client.cookie("keyhouse-link").unwrap());
        mallory.post("/links", &[]).await.expect(303);
        assert_eq!(world.number("SELECT COUNT(*) FROM email_reports"), 0);
    }

    async fn a_report_needs_an_invitation_to_an_account_that_has_a_password(world: World) {
        let (nina, before) = (world.visitor(), State::of(&world));
        assert_eq!(nina.get("/links/report").await.expect(303).header("location"), "/links");
        nina.post("/links/report", &[]).await.expect(303);
        assert_eq!(State::of(&world), before);
        let path = invites(&world.admin(), "acme").await;
        nina.get(&path).await.expect(303);
        nina.post("/links/report", &[]).await.expect(303);
        assert_eq!(world.number("SELECT COUNT(*) FROM email_reports"), 0);
    }

    async fn the_account_of_a_super_admin_and_ones_own_keep_their_address(world: World) {
        world.execute(&format!("UPDATE users SET super_admin = true WHERE id = {}", world.deputy.user));
        let before = State::of(&world);
        for person in [&world.deputy, &world.owner] {
            frees(&world, person.user).await.expect(422);
        }
        world.owner().post(&format!("/accounts/{}/free-email", world.member.user), &[("version", "99")]).await.expect(409);
        world.unconfirm(&world.owner);
        frees(&world, world.member.user).await.expect(403);
        world.admin().get(&format!("/accounts/{}/free-email", world.member.user)).await.expect(404);
        assert_eq!(State::of(&world), before);
    }

    async fn an_address_that_stands_for_a_freed_one_cannot_be_taken(world: World) {
        let (id, before) = (world.member.user, State::of(&world));
        let reserved = format!("user-{id}@released.invalid");
        for path in ["/profile/email", "/orgs/globex/users"] {
            let fields = [("email", reserved.as_str()), ("first", "Eve"), ("role", "user")];
            world.outsider().post(path, &fields).await.expect(422);
        }
        assert_eq!(State::of(&world), before);
        frees(&world, id).await.expect(303);
        assert_eq!(user(&world, &reserved), id);
    }
}
