//! "Confirm it's you": what asks for the password again, and that nothing typed is lost on the way.

use keyhouse::clock::MINUTE;

use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::{PASSWORD, World};
use crate::support::somebody::Somebody;

/// The hidden fields of a page's form, but for the token, which is the sender's business.
fn carried(reply: &Reply) -> Vec<(String, String)> {
    let page = reply.page();
    let (names, values) =
        (page.attributes("main input[type=hidden]", "name"), page.attributes("main input[type=hidden]", "value"));
    names.into_iter().zip(values).filter(|(name, _)| name != "csrf").collect()
}

/// Sends what a page carries, with a password, to where its form goes.
async fn confirm(somebody: &Somebody, asked: &Reply, password: &str) -> Reply {
    let (fields, action) = (carried(asked), asked.page().attributes("main form", "action").concat());
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("confirm_password", password));
    somebody.post(&action, &fields).await
}

/// Edit User's form for the member, with one box ticked and the last name changed.
async fn promotion(world: &World) -> Vec<(&'static str, String)> {
    let path = format!("/orgs/acme/users/{}/edit", world.member.user);
    let form = world.admin().get(&path).await.expect(200).page();
    let version = form.attributes("input[name=version]", "value").concat();
    let typed = [
        ("first", "Mia"),
        ("last", "Moreau \"& “Söhne”' <b>"),
        ("email", world.member.email),
        ("enabled", "1"),
        ("admin", "1"),
    ];
    let typed = typed.map(|(name, value)| (name, value.to_owned()));
    typed.into_iter().chain([("version", version), ("operation_id", "promotion1".to_owned())]).collect()
}

fn pairs<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

both! {
    async fn a_password_counts_for_ten_minutes(world: World) {
        let (link, admin) = (format!("/orgs/acme/users/{}/link", world.member.user), world.admin());
        let age = |by: i64| {
            let at = keyhouse::clock::now().plus(-by).micros();
            world.execute(&format!("UPDATE sessions SET confirmed_at = {at} WHERE user_id = {}", world.admin.user));
        };
        age(10 * MINUTE - MINUTE / 3);
        admin.post(&link, &[]).await.expect(200);
        age(10 * MINUTE + MINUTE / 60);
        admin.post(&link, &[]).await.expect(403);
    }

    async fn what_a_borrowed_browser_must_not_do_asks_for_the_password(world: World) {
        let (member, admin) = (world.member.user, world.admin.user);
        world.unconfirm(&world.owner);
        world.execute(&format!("UPDATE memberships SET enabled = false WHERE id = {}", world.deputy.membership));
        let owner = world.owner();
        let edit = owner.get(&format!("/orgs/acme/users/{member}/edit")).await.page();
        let version = edit.attributes("input[name=version]", "value").concat();
        let person = [("version", version.as_str()), ("first", "Mia"), ("last", "Moreau"), ("enabled", "1")];
        let save = |field, value| [person.as_slice(), &[("email", world.member.email)], &[(field, value)]].concat();
        let moved = [person.as_slice(), &[("email", "new@acme.example")]].concat();
        for (path, fields) in [
            (format!("/orgs/acme/users/{member}/link"), vec![]),
            (format!("/orgs/acme/users/{}/link", world.invited.user), vec![]),
            (format!("/orgs/acme/users/{member}"), save("admin", "1")),
            (format!("/orgs/acme/users/{member}"), moved),
            ("/orgs/acme/users".to_owned(), vec![("first", "Eve"), ("email", "eve@acme.example"), ("role", "admin")]),
            ("/orgs/acme/users".to_owned(), vec![("first", "Eva"), ("email", "eva@acme.example"), ("role", "user")]),
            (format!("/orgs/acme/users/{admin}/keys"), vec![("name", "deploy-2")]),
            (format!("/orgs/acme/users/{member}/keys"), vec![("name", "x"), ("impersonate", "1")]),
            (format!("/orgs/acme/users/{}/enable", world.deputy.user), vec![]),
            ("/orgs".to_owned(), vec![("name", "Initech"), ("email", "ian@initech.example")]),
        ] {
            let asked = owner.post(&path, &fields).await.expect(403);
            assert!(asked.page().title().starts_with("Confirm it’s you"), "{path}: {}", asked.text);
        }
        assert_eq!(world.actions(), Vec::<String>::new());
    }

    async fn deleting_a_key_is_never_held_up(world: World) {
        world.unconfirm(&world.admin);
        let admin = world.admin();
        let saved = [("name", "laptop-2")];
        admin.post(&format!("/orgs/acme/users/{}/keys", world.member.user), &saved).await.expect(200);
        admin.post(&format!("/orgs/acme/keys/{}/delete", world.member_key.id), &[]).await.expect(303);
        admin.post(&format!("/orgs/acme/users/{}/disable", world.colleague.user), &[]).await.expect(303);
        assert!(!world.works(&world.member_key.token).await);
    }

    async fn nothing_typed_is_lost_between_the_form_and_its_change(world: World) {
        let (typed, admin) = (promotion(&world).await, world.admin());
        world.unconfirm(&world.admin);
        let path = format!("/orgs/acme/users/{}", world.member.user);
        let asked = admin.post(&path, &pairs(&typed)).await.expect(403);
        let sent: Vec<(String, String)> = typed.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        assert_eq!(carried(&asked), sent);
        assert!(asked.text.contains("You are about to save what you changed of a user."));
        let again = confirm(&admin, &asked, "not the password").await.expect(422);
        assert_eq!(carried(&again), sent);
        assert!(!again.text.contains("not the password") && again.page().title().starts_with("Error: "));
        assert_eq!(world.actions(), Vec::<String>::new());
        confirm(&admin, &again, PASSWORD).await.expect(303);
        let actions = world.actions();
        assert!(actions[0] == "session.confirmed" && actions.len() == 4, "{actions:?}");
        let repeated = confirm(&admin, &again, PASSWORD).await.expect(303);
        assert!(repeated.header("location").ends_with("/edit"));
        assert_eq!(world.actions().len(), 5, "once more confirmed, and not changed once more");
    }

    async fn the_page_of_its_own_leads_back_to_pages_of_ours(world: World) {
        world.unconfirm(&world.member);
        let member = world.member();
        let page = member.get("/confirm?next=/profile").await.expect(200);
        assert_eq!(confirm(&member, &page, PASSWORD).await.expect(303).header("location"), "/profile");
        for next in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
            let sent = [("next", next), ("confirm_password", PASSWORD)];
            assert_eq!(member.post("/confirm", &sent).await.expect(303).header("location"), "/");
        }
        member.post("/confirm", &[("next", "/profile")]).await.expect(403);
        let sign_in = world.visitor().get("/confirm?next=/profile").await.expect(303);
        assert!(sign_in.header("location").starts_with("/login?next=/confirm"), "{}", sign_in.header("location"));
    }

    async fn wrong_passwords_count_like_those_of_a_sign_in(world: World) {
        let member = world.member();
        for _ in 0..5 {
            member.post("/confirm", &[("confirm_password", "not the password")]).await.expect(422);
        }
        // a time to come: the wait does not pass while the test runs
        world.execute("UPDATE sign_in_failures SET last_at = last_at + 120000000");
        let wait = member.post("/confirm", &[("confirm_password", PASSWORD)]).await.expect(429);
        assert_eq!(wait.header("retry-after"), "60");
        let sign_in = [("email", world.member.email), ("password", PASSWORD)];
        world.visitor().post("/login", &sign_in).await.expect(429);
        assert_eq!(world.actions(), Vec::<String>::new());
    }

    async fn a_program_with_a_cookie_is_told_where_to_confirm(world: World) {
        world.unconfirm(&world.admin);
        let wanted = serde_json::json!({"orgUserId": world.admin.membership, "name": "x", "canImpersonate": false});
        let problem = world.admin().post_json("/user/apiKey", &wanted).await.expect(403).json();
        assert!(problem["detail"].as_str().unwrap().contains("/confirm"), "{problem}");
        world.with_key(&world.admin_key).post_json("/user/apiKey", &wanted).await.expect(201);
    }
}
