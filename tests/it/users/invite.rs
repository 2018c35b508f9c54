//! Invitations: what an admin learns of accounts elsewhere (nothing), and what a link is good for.

use keyhouse::clock::now;

use crate::access::State;
use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::{Person, World};
use crate::support::somebody::Somebody;

pub(super) const PASSWORD: &str = "violet harbour seventeen";

pub(super) async fn invite(by: &Somebody, email: &str) -> Reply {
    let fields = [("first", "Nina"), ("last", "Neumann"), ("email", email), ("role", "user")];
    by.post("/orgs/acme/users", &fields).await.expect(200)
}

/// The path of the link that the page shows.
pub(super) fn link(reply: &Reply) -> String {
    let shown = reply.page().select("output").concat();
    shown[shown.find("/links/").unwrap()..].to_owned()
}

/// Opens a link, and sends the form that it leads to.
async fn use_link(by: &Somebody, path: &str) -> Reply {
    by.get(path).await.expect(303);
    by.post("/links", &[("password", PASSWORD)]).await
}

/// A link for a new person, and whether it still lets them in after `meanwhile`.
async fn is_dead_after(world: &World, meanwhile: &str) {
    let path = link(&invite(&world.admin(), "nina@new.example").await);
    let visitor = world.visitor();
    visitor.get(&path).await.expect(303);
    visitor.get("/links").await.expect(200);
    world.execute(meanwhile);
    visitor.get("/links").await.expect(404);
    visitor.post("/links", &[("password", PASSWORD)]).await.expect(404);
    assert_eq!(
        world.number("SELECT COUNT(*) FROM users WHERE email = 'nina@new.example' AND password_hash IS NULL"),
        1
    );
}

/// What an admin sees of an invitation, but for what they typed and what is new each time.
fn seen(world: &World, reply: &Reply, email: &str) -> String {
    let user = world.number(&format!("SELECT id FROM users WHERE email = '{email}'")).to_string();
    let text = reply.page().text();
    text.replace(&link(reply), "(link)").replace(email, "(email)").replace(&user, "(user)")
}

both! {
    async fn an_invitation_of_an_existing_account_reveals_and_changes_nothing(world: World) {
        let admin = world.admin();
        let known = invite(&admin, world.outsider.email).await;
        let unknown = invite(&admin, "nina@new.example").await;
        assert_eq!(seen(&world, &known, world.outsider.email), seen(&world, &unknown, "nina@new.example"));
        let account = "SELECT COUNT(*) FROM users WHERE first_name = 'Otto' AND email = 'otto@globex.example'";
        assert_eq!(world.number(account), 1);
        for path in ["/orgs/acme/users?q=otto".to_owned(), format!("/orgs/acme/users/{}/edit", world.outsider.user)] {
            let text = admin.get(&path).await.expect(200).page().text();
            assert!(text.contains("Nina Neumann") && !text.contains("Ortiz"), "{text}");
        }
        world.outsider().get("/orgs/acme").await.expect(404);
    }

    async fn an_invited_account_is_not_the_admins_to_change(world: World) {
        let admin = world.admin();
        invite(&admin, world.outsider.email).await;
        let (user, before) = (world.outsider.user, State::of(&world));
        let version = |table: &str, column: &str| world.number(&format!("SELECT MAX(version) FROM {table} WHERE {column} = {user} AND id <> {}", world.outsider.membership));
        let version = format!("u{}.m{}", version("users", "id"), version("memberships", "user_id"));
        let fields = [("version", version.as_str()), ("first", "Eve"), ("last", "X"), ("email", "eve@evil.example"), ("enabled", "1")];
        admin.post(&format!("/orgs/acme/users/{user}"), &fields).await.expect(403);
        assert_eq!(State::of(&world), before);
    }

    async fn a_new_person_sets_a_password_and_is_in(world: World) {
        let path = link(&invite(&world.admin(), "nina@new.example").await);
        let visitor = world.visitor();
        let opened = visitor.get(&path).await.expect(303);
        assert_eq!((opened.header("location"), opened.header("cache-control")), ("/links", "no-store"));
        assert!(!path.contains(opened.header("location")) || opened.header("location") == "/links");
        let done = visitor.post("/links", &[("password", PASSWORD)]).await.expect(303);
        assert_eq!(done.header("location"), "/orgs/acme");
        let nina = world.with_session_of(visitor.client);
        nina.get("/orgs/acme").await.expect(303);
        nina.get("/orgs/acme/users").await.expect(404);
        let again = world.visitor();
        use_link(&again, &path).await.expect(404);
    }

    async fn an_existing_account_must_be_signed_in_and_accept(world: World) {
        let path = link(&invite(&world.admin(), world.outsider.email).await);
        let accepted = format!("SELECT COUNT(*) FROM memberships WHERE user_id = {} AND accepted_at IS NOT NULL", world.outsider.user);
        for wrong in [world.visitor(), world.member()] {
            use_link(&wrong, &path).await;
            assert_eq!(world.number(&accepted), 1);
        }
        let outsider = world.outsider();
        outsider.get("/orgs/acme").await.expect(404);
        let done = use_link(&outsider, &path).await.expect(303);
        assert_eq!((done.header("location"), world.number(&accepted)), ("/orgs/acme", 2));
        world.with_session_of(outsider.client).get("/orgs/acme").await.expect(303);
        let unchanged = format!("SELECT COUNT(*) FROM users WHERE id = {} AND first_name = 'Otto'", world.outsider.user);
        assert_eq!(world.number(&unchanged), 1);
    }

    async fn a_double_click_on_accept_leads_to_the_org_both_times(world: World) {
        let path = link(&invite(&world.admin(), world.outsider.email).await);
        let outsider = world.outsider();
        outsider.get(&path).await.expect(303);
        let page = outsider.get("/links").await.expect(200).page();
        let field = |name: &str| page.attributes(&format!("input[name={name}]"), "value").concat();
        let (person, operation) = (field("person"), field("operation_id"));
        // the second click carries the cookies that the first one did
        let again = world.outsider();
        again.client.set_cookie("keyhouse-link", &outsider.client.cookie("keyhouse-link").unwrap());
        let fields = [("person", person.as_str()), ("operation_id", operation.as_str())];
        for clicking in [&outsider, &again] {
            assert_eq!(clicking.post("/links", &fields).await.expect(303).header("location"), "/orgs/acme");
        }
        assert_eq!(world.actions().iter().filter(|action| *action == "membership.accepted").count(), 1);
        let other = [("person", person.as_str()), ("operation_id", "another")];
        again.post("/links", &other).await.expect(404);
    }

    async fn a_newer_link_ends_the_older(world: World) {
        let admin = world.admin();
        let old = link(&invite(&admin, "nina@new.example").await);
        let user = world.number("SELECT id FROM users WHERE email = 'nina@new.example'");
        let new = link(&admin.post(&format!("/orgs/acme/users/{user}/link"), &[]).await.expect(200));
        use_link(&world.visitor(), &old).await.expect(404);
        use_link(&world.visitor(), &new).await.expect(303);
    }

    async fn a_link_dies_with_its_day(world: World) {
        is_dead_after(&world, &format!("UPDATE links SET expires_at = {}", now().micros())).await;
    }

    async fn a_link_dies_with_its_issuers_rights(world: World) {
        is_dead_after(&world, &format!("UPDATE memberships SET admin = false WHERE id = {}", world.admin.membership)).await;
    }

    async fn a_link_dies_with_a_disabled_issuer(world: World) {
        is_dead_after(&world, &format!("UPDATE users SET enabled = false WHERE id = {}", world.admin.user)).await;
    }

    async fn a_link_dies_when_its_membership_changes(world: World) {
        is_dead_after(&world, "UPDATE memberships SET version = version + 1 WHERE accepted_at IS NULL").await;
    }

    async fn a_user_of_the_org_is_not_added_twice(world: World) {
        let before = State::of(&world);
        for email in [world.member.email, "MIA@acme.example", world.invited.email] {
            let fields = [("first", "Mia"), ("last", ""), ("email", email), ("role", "admin")];
            world.admin().post("/orgs/acme/users", &fields).await.expect(422);
        }
        assert_eq!(State::of(&world), before);
    }

    async fn the_error_about_an_invitation_that_waits_leads_to_a_new_link(world: World) {
        let (admin, edit) = (world.admin(), |person: &Person| format!("/orgs/acme/users/{}/edit", person.user));
        for (person, to, text) in [
            (&world.invited, edit(&world.invited) + "#link", "New invitation link for Ines Iverson"),
            (&world.member, edit(&world.member), "Edit Mia Moreau"),
        ] {
            let fields = [("first", "Nina"), ("email", person.email), ("role", "user")];
            let page = admin.post("/orgs/acme/users", &fields).await.expect(422).page();
            assert!(page.attributes("main a", "href").contains(&to) && page.text().contains(text), "{}", page.text());
            admin.get(&to).await.expect(200);
        }
        let linked = admin.get(&edit(&world.invited)).await.expect(200).page();
        assert_eq!(linked.select("#link button"), ["New invitation link"]);
    }

    async fn the_error_about_an_address_leads_to_no_user_of_another_org_or_address(world: World) {
        world.execute(&format!("UPDATE users SET email = 'ines@new.example' WHERE id = {}", world.invited.user));
        for email in ["ines@new.example", world.outsider.email] {
            let fields = [("first", ""), ("email", email), ("role", "user")];
            let page = world.admin().post("/orgs/acme/users", &fields).await.expect(422).page();
            assert!(page.attributes("main .notice a", "href").is_empty() && !page.text().contains("Iverson"), "{}", page.text());
        }
    }

    async fn a_password_link_ends_every_session_and_is_not_for_oneself(world: World) {
        let (admin, member): (Somebody, &Person) = (world.admin(), &world.member);
        admin.post(&format!("/orgs/acme/users/{}/link", world.admin.user), &[]).await.expect(403);
        let path = link(&admin.post(&format!("/orgs/acme/users/{}/link", member.user), &[]).await.expect(200));
        world.member().get("/profile").await.expect(200);
        let done = use_link(&world.visitor(), &path).await.expect(303);
        assert_eq!(done.header("location"), "/profile");
        world.member().get("/profile").await.expect(303);
        assert!(world.works(&world.member_key.token).await);
        let fields = [("email", member.email), ("password", PASSWORD)];
        world.visitor().post("/login", &fields).await.expect(303);
    }
}
