//! A session that ends while somebody types: they sign in, look at what they typed, and send it again.

use crate::support::authenticator::enrol;
use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::{PASSWORD, Person, World};
use crate::support::somebody::Somebody;

const NEW_USER: [(&str, &str); 5] = [
    ("first", "Zoë"),
    ("last", "O’Neill & “Söhne” <b>"),
    ("email", "zoe@acme.example"),
    ("role", "user"),
    ("operation_id", "newuser1"),
];

/// The hidden fields of a page's form, but for the token.
fn hidden(reply: &Reply) -> Vec<(String, String)> {
    let page = reply.page();
    let of = |attribute| page.attributes("main form input[type=hidden]", attribute);
    of("name").into_iter().zip(of("value")).filter(|(name, _)| name != "csrf").collect()
}

fn carried(reply: &Reply) -> String {
    reply.page().attributes("input[name=carried]", "value").concat()
}

/// Everybody's sessions are over.
fn end_sessions(world: &World) {
    world.execute("DELETE FROM sessions");
}

async fn sign_in(somebody: &Somebody, person: &Person, carried: &str, password: &str) -> Reply {
    let fields = [("email", person.email), ("password", password), ("next", "/orgs/acme/users"), ("carried", carried)];
    somebody.post("/login", &fields).await
}

both! {
    async fn what_was_typed_comes_back_after_the_sign_in_and_is_sent_by_a_press_of_a_button(world: World) {
        let admin = world.sign_in(&world.admin).await;
        end_sessions(&world);
        let ended = admin.post("/orgs/acme/users", &NEW_USER).await.expect(401);
        assert!(ended.page().title().starts_with("Sign in") && !ended.text.contains("zoe@acme.example"), "{}", ended.text);
        let wrong = sign_in(&admin, &world.admin, &carried(&ended), "not the password").await.expect(422);
        assert_eq!(carried(&wrong), carried(&ended));
        let review = sign_in(&admin, &world.admin, &carried(&wrong), PASSWORD).await.expect(200);
        assert!(review.page().title().starts_with("Review and send again") && review.text.contains("add a user"));
        let sent: Vec<(String, String)> = NEW_USER.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        assert_eq!(hidden(&review), sent);
        assert_eq!(world.actions(), ["session.signed_in", "session.signed_in"], "nothing by itself");
        let admin = world.with_session_of(admin.client);
        let fields: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        admin.post("/orgs/acme/users", &fields).await.expect(200);
        assert_eq!(world.number("SELECT COUNT(*) FROM memberships WHERE email = 'zoe@acme.example'"), 1);
        let token = review.page().attributes("main input[name=csrf]", "value").concat();
        let again: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        let repeated = admin.client.post("/orgs/acme/users", &again).await.expect(200);
        assert!(repeated.text.contains("was made already"), "the page's own token is good, and the form acts once");
    }

    async fn what_was_typed_also_comes_through_the_second_factor(world: World) {
        let admin = world.sign_in(&world.admin).await;
        let app = enrol(&world, &world.admin).app;
        end_sessions(&world);
        let kept = carried(&admin.post("/orgs/acme/users", &NEW_USER).await.expect(401));
        let asked = sign_in(&admin, &world.admin, &kept, PASSWORD).await.expect(200);
        assert!(asked.page().title().starts_with("Enter your code"));
        let wrong = admin.post("/login/code", &[("code", "x"), ("carried", &carried(&asked))]).await.expect(422);
        let right = admin.post("/login/code", &[("code", &app.later(1)), ("carried", &carried(&wrong))]).await;
        let review = right.expect(200);
        assert!(review.page().title().starts_with("Review and send again") && review.text.contains("zoe@acme.example"));
    }

    async fn what_was_typed_as_somebody_else_is_not_kept(world: World) {
        let admin = world.sign_in(&world.admin).await;
        end_sessions(&world);
        let admin = admin.on_a_page_as(Some(world.deputy.user));
        assert!(admin.post("/orgs/acme/users", &NEW_USER).await.expect(303).header("location").starts_with("/login"));
    }

    async fn somebody_else_who_signs_in_sees_nothing_of_it(world: World) {
        let admin = world.sign_in(&world.admin).await;
        end_sessions(&world);
        let kept = carried(&admin.post("/orgs/acme/users", &NEW_USER).await.expect(401));
        let other = sign_in(&admin, &world.deputy, &kept, PASSWORD).await.expect(303);
        assert_eq!(other.header("location"), "/orgs/acme/users");
        for made_up in ["x", &kept[1..], &format!("{kept}A"), &kept.to_lowercase()] {
            sign_in(&world.visitor(), &world.admin, made_up, PASSWORD).await.expect(303);
        }
    }

    async fn passwords_links_and_explorer_calls_are_not_kept(world: World) {
        let admin = world.sign_in(&world.admin).await;
        end_sessions(&world);
        let password = [("current", PASSWORD), ("new", "violet harbour seventeen")];
        for (path, fields) in [
            ("/profile/password", password.as_slice()),
            ("/orgs/acme/keys/find", &[("token", &world.member_key.token)]),
            ("/orgs/acme/docs/apiKey", &[("op", "deleteApiKey"), ("id", "1")]),
        ] {
            let reply = admin.post(path, fields).await;
            assert!(reply.status >= 300 && !reply.text.contains("name=\"carried\""), "{path}: {}", reply.status);
        }
    }

    async fn without_the_cookie_of_the_same_sign_in_nobody_can_tell_whose_it_was(world: World) {
        let admin = world.sign_in(&world.admin).await;
        let other = world.sign_in(&world.admin).await.client.cookie("keyhouse-device").unwrap();
        end_sessions(&world);
        admin.client.set_cookie("keyhouse-device", &other);
        assert!(admin.post("/orgs/acme/users", &NEW_USER).await.expect(303).header("location").starts_with("/login"));
    }
}
