//! Until an invitation is accepted, its org knows of the person what its admin typed, whatever becomes of the account meanwhile.

use keyhouse::sessions::actions as sessions;
use keyhouse::users::model::Email;

use super::invite::{PASSWORD, invite, link};
use crate::support::both;
use crate::support::people::World;

const MOVED: &str = "UPDATE users SET email = 'nora@elsewhere.example' WHERE email = 'nina@new.example'";

fn user(world: &World, email: &str) -> i64 {
    world.number(&format!("SELECT id FROM users WHERE email = '{email}'"))
}

/// How many links the host gets for an account.
fn let_in(world: &World, email: &str) -> usize {
    let email = Email::parse(email).unwrap();
    let make = || {
        world.app.running.state.access.write_as_host(move |conn, host| Ok(sessions::let_in(conn, host, &email)?.len()))
    };
    tokio::task::block_in_place(make).unwrap()
}

both! {
    async fn an_invitation_shows_the_typed_email_whatever_another_org_makes_of_the_account(world: World) {
        let (admin, user) = (world.admin(), world.outsider.user);
        invite(&admin, world.outsider.email).await;
        admin.post(&format!("/orgs/acme/users/{user}/keys"), &[("name", "early")]).await.expect(200);
        let number = |table: &str, id: i64| world.number(&format!("SELECT version FROM {table} WHERE id = {id}"));
        let version = format!("u{}.m{}", number("users", user), number("memberships", world.outsider.membership));
        let fields = [("version", version.as_str()), ("first", "Otto"), ("last", "Ortiz"), ("email", "secret@globex.example"), ("enabled", "1"), ("admin", "1")];
        world.shared().post(&format!("/orgs/globex/users/{user}"), &fields).await.expect(303);
        assert_eq!(world.number("SELECT COUNT(*) FROM users WHERE email = 'secret@globex.example'"), 1);
        let edit = format!("/orgs/acme/users/{user}/edit");
        for path in ["/orgs/acme/users?q=otto", edit.as_str(), "/orgs/acme/users"] {
            let html = admin.get(path).await.expect(200).page().html;
            assert!(html.contains("otto@globex.example") && !html.contains("secret@"), "{path}: {html}");
        }
        assert!(!admin.get("/orgs/acme/keys?q=early").await.expect(200).text.contains("secret@"));
        let found = admin.get("/orgs/acme/users?q=secret").await.expect(200).page();
        assert!(!found.text().contains("Nina Neumann"), "{}", found.text());
    }

    async fn an_invitation_is_dead_and_not_renewed_when_the_account_has_another_email(world: World) {
        let admin = world.admin();
        let path = link(&invite(&admin, "nina@new.example").await);
        let (visitor, id) = (world.visitor(), user(&world, "nina@new.example"));
        visitor.get(&path).await.expect(303);
        visitor.get("/links").await.expect(200);
        world.execute(MOVED);
        visitor.get("/links").await.expect(404);
        visitor.post("/links", &[("password", PASSWORD)]).await.expect(404);
        let events = world.actions();
        let told = admin.post(&format!("/orgs/acme/users/{id}/link"), &[]).await.expect(409).page();
        assert!(told.text().contains("Remove this user and invite them again"), "{}", told.text());
        assert_eq!(world.actions(), events);
    }

    async fn the_host_makes_no_invitation_to_an_address_that_the_account_lost(world: World) {
        invite(&world.admin(), "nina@new.example").await;
        world.execute("UPDATE users SET password_hash = 'x' WHERE email = 'nina@new.example'");
        assert_eq!(let_in(&world, "nina@new.example"), 2);
        world.execute(MOVED);
        assert_eq!(let_in(&world, "nora@elsewhere.example"), 1);
    }

    async fn who_accepted_is_shown_as_their_account_is(world: World) {
        let path = link(&invite(&world.admin(), world.outsider.email).await);
        let outsider = world.outsider();
        outsider.get(&path).await.expect(303);
        outsider.post("/links", &[]).await.expect(303);
        let id = world.outsider.user;
        world.execute(&format!("UPDATE users SET email = 'ortiz@globex.example' WHERE id = {id}"));
        let text = world.admin().get(&format!("/orgs/acme/users/{id}/edit")).await.expect(200).page().text();
        assert!(text.contains("ortiz@globex.example"), "{text}");
    }

    async fn no_link_is_made_that_would_be_dead_at_once(world: World) {
        let admin = world.admin();
        for (table, who) in [("memberships", &world.member), ("memberships", &world.invited), ("users", &world.member)] {
            let id = if table == "users" { who.user } else { who.membership };
            let set = |to: bool| world.execute(&format!("UPDATE {table} SET enabled = {to} WHERE id = {id}"));
            set(false);
            let (path, events) = (format!("/orgs/acme/users/{}", who.user), world.actions());
            let page = admin.get(&format!("{path}/edit")).await.expect(200).page();
            assert!(page.text().contains("no link works for"), "{}", page.text());
            assert!(!page.html.contains(&format!("{path}/link")), "{}", page.html);
            admin.post(&format!("{path}/link"), &[]).await.expect(409);
            assert_eq!(world.actions(), events);
            set(true);
            admin.post(&format!("{path}/link"), &[]).await.expect(200);
        }
    }

    async fn a_changed_role_ends_the_invitation_link_and_says_so(world: World) {
        let admin = world.admin();
        let path = link(&invite(&admin, "nina@new.example").await);
        let user = user(&world, "nina@new.example");
        let at = format!("/orgs/acme/users/{user}");
        admin.post(&at, &[("version", "u1.m1"), ("enabled", "1"), ("admin", "1")]).await.expect(303);
        let text = admin.get(&format!("{at}/edit")).await.expect(200).page().text();
        assert!(text.contains("The invitation link you passed on no longer works; create a new one."), "{text}");
        let visitor = world.visitor();
        visitor.get(&path).await.expect(303);
        visitor.get("/links").await.expect(404);
    }

    async fn name_and_email_of_the_invited_are_locked_alike_with_an_account_or_without(world: World) {
        let admin = world.admin();
        let mut seen = Vec::new();
        for email in ["nina@new.example", world.outsider.email] {
            invite(&admin, email).await;
            let path = format!("/orgs/acme/users/{}", user(&world, email));
            let page = admin.get(&format!("{path}/edit")).await.expect(200).page();
            assert!(page.text().contains("They have not accepted the invitation yet. Until then"), "{}", page.text());
            let version = page.attributes("input[name=version]", "value").concat();
            let fields = [("version", version.as_str()), ("first", "Eve"), ("last", ""), ("email", "eve@new.example"), ("enabled", "1")];
            admin.post(&path, &fields).await.expect(403);
            seen.push(page.attributes("input", "name"));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(world.number("SELECT COUNT(*) FROM users WHERE email = 'eve@new.example'"), 0);
    }
}
