//! Super admin is granted to an account that the page showed, never to an email address alone.

use crate::access::State;
use crate::support::authenticator::enrol;
use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::{Person, World};
use crate::support::somebody::Somebody;

fn path(of: &Person) -> String {
    format!("/super-admins/{}/add", of.user)
}

fn is_super_admin(world: &World, of: &Person) -> bool {
    world.number(&format!("SELECT COUNT(*) FROM users WHERE super_admin AND id = {}", of.user)) == 1
}

/// Sends the form of the page that shows whose account it is.
pub(crate) async fn adds(by: &Somebody, whom: &Person) -> Reply {
    let page = by.get(&path(whom)).await.expect(200).page();
    let version = page.attributes("input[name=version]", "value").concat();
    by.post(&path(whom), &[("version", &version)]).await
}

both! {
    // Mallory runs another org. She takes the address of acme's CFO at once, and waits for acme's super admin to enter it.
    async fn an_address_that_mallory_took_makes_her_no_super_admin(world: World) {
        world.outsider().post("/profile/email", &[("email", "cfo@acme.example")]).await.expect(303);
        let mut mallory = world.outsider.clone();
        mallory.email = "cfo@acme.example";
        let mallory = world.sign_in(&mallory).await;
        let found = world.owner().post("/super-admins", &[("email", "cfo@acme.example")]).await.expect(303);
        assert_eq!(found.header("location"), path(&world.outsider));
        assert!(!is_super_admin(&world, &world.outsider));
        mallory.get("/accounts").await.expect(404);
        let page = world.owner().get(found.header("location")).await.expect(200).page().text();
        for told in ["Otto Ortiz", "cfo@acme.example", "Globex", "Keyhouse knows of no confirmation of this email address", "Two-factor sign-in is off"] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(page.contains(&format!("User ID {}", world.outsider.user)) && !page.contains("Acme"), "{page}");
    }

    async fn the_rights_begin_with_the_next_sign_in(world: World) {
        let before = world.colleague.clone();
        let session = world.signed_in(&before);
        session.get("/profile").await.expect(200);
        adds(&world.owner(), &world.colleague).await.expect(303);
        assert!(is_super_admin(&world, &world.colleague));
        assert!(session.get("/accounts").await.expect(303).header("location").starts_with("/login"));
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM sessions WHERE user_id = {}", before.user)), 0);
        world.sign_in(&world.colleague).await.get("/accounts").await.expect(200);
        assert_eq!(world.actions().iter().filter(|action| *action == "account.super_admin_granted").count(), 1);
    }

    async fn a_link_made_before_the_grant_does_not_work_after_it(world: World) {
        // an admin of the org may no longer make such a link after the grant, but another super admin may
        for (by, person) in [(world.admin(), &world.colleague), (world.owner(), &world.member)] {
            let made = by.post(&format!("/orgs/acme/users/{}/link", person.user), &[]).await.expect(200);
            let shown = made.page().select("output").concat();
            adds(&world.owner(), person).await.expect(303);
            let visitor = world.visitor();
            visitor.get(&shown[shown.find("/links/").unwrap()..]).await.expect(303);
            visitor.get("/links").await.expect(404);
        }
    }

    async fn an_account_that_changed_since_it_was_shown_is_shown_again(world: World) {
        let owner = world.owner();
        let page = owner.get(&path(&world.admin)).await.expect(200).page();
        let version = page.attributes("input[name=version]", "value").concat();
        world.admin().post("/profile/email", &[("email", "cfo@acme.example")]).await.expect(303);
        let before = State::of(&world);
        let again = owner.post(&path(&world.admin), &[("version", &version)]).await.expect(409).page();
        assert!(again.text().contains("This account changed while you looked at it") && again.text().contains("cfo@acme.example"), "{}", again.text());
        assert_eq!(State::of(&world), before);
        let version = again.attributes("input[name=version]", "value").concat();
        owner.post(&path(&world.admin), &[("version", &version)]).await.expect(303);
        for wrong in ["", "u1.m1", "-1"] {
            owner.post(&path(&world.colleague), &[("version", wrong)]).await.expect(400);
        }
        assert!(!is_super_admin(&world, &world.colleague));
    }

    // What the page warns of may begin between the look and the click.
    async fn an_account_that_turned_two_factor_sign_in_off_meanwhile_is_shown_again(world: World) {
        enrol(&world, &world.colleague);
        let owner = world.owner();
        let page = owner.get(&path(&world.colleague)).await.expect(200).page();
        assert!(!page.text().contains("Two-factor sign-in is off"), "{}", page.text());
        let version = page.attributes("input[name=version]", "value").concat();
        world.execute(&format!("DELETE FROM two_factors WHERE user_id = {}", world.colleague.user));
        let again = owner.post(&path(&world.colleague), &[("version", &version)]).await.expect(409).page();
        assert!(again.text().contains("Two-factor sign-in is off"), "{}", again.text());
        assert!(!is_super_admin(&world, &world.colleague));
    }

    async fn the_password_page_says_who_becomes_a_super_admin(world: World) {
        world.unconfirm(&world.owner);
        let (owner, about) = (world.owner(), format!("Carl Costa, user ID {}, carl@acme.example", world.colleague.user));
        let page = owner.get(&path(&world.colleague)).await.expect(200).page();
        let value = |name: &str| page.attributes(&format!("input[name={name}]"), "value").concat();
        let fields = [("version", value("version")), ("about", value("about"))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let asked = owner.post(&path(&world.colleague), &fields).await.expect(403).page();
        assert!(asked.text().contains(&format!("You are about to add a super admin: {about}.")), "{}", asked.text());
        assert!(!is_super_admin(&world, &world.colleague));
    }

    async fn every_way_to_a_grant_asks_first(world: World) {
        let account = world.owner().get(&format!("/accounts/{}", world.member.user)).await.expect(200).page();
        assert_eq!(account.attributes("a.risk", "href")[0], path(&world.member));
        assert!(account.attributes("main form", "action").is_empty());
        let list = world.owner().get("/super-admins").await.expect(200).page();
        assert_eq!(list.select("main form button"), ["Find account"]);
        for email in ["nobody@acme.example", "nonsense", ""] {
            world.owner().post("/super-admins", &[("email", email)]).await.expect(422);
        }
        for somebody in [world.admin(), world.member()] {
            somebody.post("/super-admins", &[("email", world.member.email)]).await.expect(404);
            somebody.get(&path(&world.member)).await.expect(404);
        }
    }
}
