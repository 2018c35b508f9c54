//! Another email address: asked for by its person, confirmed by whoever may change the account, and told.

use crate::access::State;
use crate::support::both;
use crate::support::people::{Person, World};
use crate::support::somebody::Somebody;

pub(crate) const NEW: &str = "mia@new.example";

pub(crate) async fn asks(by: &Somebody, email: &str) -> String {
    by.post("/profile/email", &[("email", email)]).await.expect(303).header("location").to_owned()
}

async fn confirms(by: &Somebody, whom: &Person, shown: &str) -> u16 {
    by.post(&format!("/orgs/acme/users/{}/email", whom.user), &[("email", shown)]).await.status
}

fn has(world: &World, of: &Person, email: &str) -> bool {
    world.number(&format!("SELECT COUNT(*) FROM users WHERE id = {} AND email = '{email}'", of.user)) == 1
}

async fn offers(by: &Somebody, whom: &Person) -> bool {
    let page = by.get(&format!("/orgs/acme/users/{}/edit", whom.user)).await.expect(200).page();
    page.text().contains("Wants another email address")
}

/// Mia asks; `meanwhile`; nothing is left to confirm.
async fn nothing_waits_after(world: &World, meanwhile: &str) {
    asks(&world.member(), NEW).await;
    assert!(offers(&world.admin(), &world.member).await);
    world.execute(&meanwhile.replace("{user}", &world.member.user.to_string()));
    assert!(!offers(&world.admin(), &world.member).await);
    confirms(&world.admin(), &world.member, NEW).await;
    assert!(!has(world, &world.member, NEW));
}

both! {
    async fn a_member_asks_an_admin_confirms_and_the_person_signs_in_with_the_new_address(world: World) {
        let (member, admin) = (world.member(), world.admin());
        assert_eq!(asks(&member, "MIA@new.example").await, "/profile/email");
        let page = member.get("/profile/email").await.expect(200).page().text();
        assert!(page.contains(NEW) && page.contains("Adam Adler") && has(&world, &world.member, world.member.email), "{page}");
        assert!(offers(&admin, &world.member).await);
        let question = admin.get(&format!("/orgs/acme/users/{}/email", world.member.user)).await.expect(200).page().text();
        assert!(question.contains(NEW) && question.contains(world.member.email), "{question}");
        assert_eq!(confirms(&admin, &world.member, NEW).await, 303);
        assert_eq!(world.actions(), ["user.email_change_requested", "user.email_change_confirmed", "user.email_changed"]);
        assert_eq!(world.number("SELECT COUNT(*) FROM audit_events WHERE org_id = 0"), 2);
        member.get("/profile").await.expect(303);
        let list = admin.get("/orgs/acme/users?q=mia%40new").await.expect(200).page().text();
        assert!(list.contains(NEW), "{list}");
        let mut again = world.member.clone();
        again.email = NEW;
        let told = world.sign_in(&again).await.get("/profile").await.expect(200).page().text();
        assert!(told.contains("Your email address was mia@acme.example until") && told.contains("changed by Adam Adler"), "{told}");
    }

    async fn what_is_declined_or_taken_back_changes_nothing(world: World) {
        let member = world.member();
        asks(&member, NEW).await;
        let decline = format!("/orgs/acme/users/{}/email/decline", world.member.user);
        world.admin().post(&decline, &[("email", NEW)]).await.expect(303);
        assert!(!offers(&world.admin(), &world.member).await);
        asks(&member, NEW).await;
        member.post("/profile/email/withdraw", &[]).await.expect(303);
        assert!(!offers(&world.admin(), &world.member).await && has(&world, &world.member, world.member.email));
        let told = ["user.email_change_requested", "user.email_change_declined", "user.email_change_declined", "user.email_change_requested", "user.email_change_withdrawn"];
        assert_eq!(world.actions(), told);
        member.get("/profile").await.expect(200);
    }

    async fn only_the_address_that_was_shown_is_confirmed(world: World) {
        let member = world.member();
        asks(&member, NEW).await;
        asks(&member, "mia@evil.example").await;
        let before = State::of(&world);
        assert_eq!(confirms(&world.admin(), &world.member, NEW).await, 422);
        assert_eq!(State::of(&world), before);
        assert_eq!(confirms(&world.admin(), &world.member, "mia@evil.example").await, 303);
    }

    async fn an_address_that_another_account_has_or_takes_meanwhile_is_refused(world: World) {
        let (member, before) = (world.member(), State::of(&world));
        for wrong in ["carl@acme.example", "OTTO@globex.example", "no address", ""] {
            let page = member.post("/profile/email", &[("email", wrong)]).await.expect(422).page();
            assert_eq!(page.attributes("input[name=email]", "value"), [wrong]);
        }
        assert_eq!(State::of(&world), before);
        asks(&member, NEW).await;
        world.execute(&format!("UPDATE users SET email = '{NEW}' WHERE id = {}", world.outsider.user));
        let path = format!("/orgs/acme/users/{}/email", world.member.user);
        let page = world.admin().post(&path, &[("email", NEW)]).await.expect(422).page().text();
        assert!(page.contains("Another account has this email address"), "{page}");
        assert!(has(&world, &world.member, world.member.email));
    }

    async fn a_wish_dies_with_its_day(world: World) {
        nothing_waits_after(&world, "UPDATE email_changes SET expires_at = 1 WHERE user_id = {user}").await;
    }

    async fn a_wish_dies_with_a_new_password(world: World) {
        nothing_waits_after(&world, "UPDATE users SET session_epoch = session_epoch + 1 WHERE id = {user}").await;
    }

    async fn a_wish_dies_with_a_disabled_account(world: World) {
        nothing_waits_after(&world, "UPDATE users SET enabled = false WHERE id = {user}").await;
    }

    async fn who_runs_every_org_of_theirs_changes_it_at_once_and_signs_in_anew(world: World) {
        let admin = world.admin();
        assert_eq!(asks(&admin, "adam@new.example").await, "/login");
        assert!(has(&world, &world.admin, "adam@new.example"));
        admin.get("/orgs/acme").await.expect(303);
        let mut again = world.admin.clone();
        again.email = "adam@new.example";
        world.sign_in(&again).await;
        assert_eq!(asks(&world.owner(), "olga@new.example").await, "/login");
    }

    async fn another_address_needs_the_password_again(world: World) {
        asks(&world.member(), NEW).await;
        world.execute("UPDATE sessions SET confirmed_at = 1");
        let before = State::of(&world);
        world.signed_in(&world.colleague).post("/profile/email", &[("email", "carl@new.example")]).await.expect(403);
        assert_eq!(confirms(&world.admin(), &world.member, NEW).await, 403);
        assert_eq!(State::of(&world), before);
    }
}
