//! One credential a request, and impersonation that is refused rather than ignored.

use super::State;
use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::World;
use crate::support::somebody::Somebody;

fn bare(reply: &Reply) -> String {
    format!("{} {}", reply.status, reply.text.replace(reply.header("x-request-id"), ""))
}

both! {
    async fn two_credentials_are_one_too_many(world: World) {
        let (key, other) = (&world.member_key.token, &world.admin_key.token);
        let bearer = format!("Bearer {key}");
        let asks = [
            world.admin().ask("GET", "/user/users/me").header("x-api-key", key),
            world.admin().ask("GET", "/user/users/me").header("authorization", &bearer),
            world.app.client().ask("GET", "/user/users/me").header("x-api-key", key).header("authorization", &bearer),
            world.app.client().ask("GET", "/user/users/me").header("x-api-key", key).header("x-api-key", other),
            world.app.client().ask("GET", "/user/users/me").header("x-api-key", key).header("x-api-key", key),
            world.admin().ask("GET", "/orgs/acme").header("x-api-key", key),
        ];
        for ask in asks {
            ask.send().await.expect(400);
        }
        let before = State::of(&world);
        let path = format!("/user/apiKey/{}", world.member_key.id);
        world.admin().ask("DELETE", &path).same_origin().header("x-api-key", other).send().await.expect(400);
        assert_eq!(State::of(&world), before);
    }

    async fn a_key_in_a_header_of_another_form_is_answered_with_the_form(world: World) {
        let unknown = keyhouse::keys::model::Token::new().unwrap();
        let answers = |name: &'static str, value: String| {
            let ask = world.app.client().ask("GET", "/user/users/me").header(name, &value);
            async move { ask.send().await.expect(401) }
        };
        for (name, form) in [
            ("authorization", "Token {}"), ("authorization", "{}"), ("authorization", "Basic {}"), ("authorization", "Basic a2V5Og=="),
            ("authorization", "Bearer"), ("authorization", "Bearer \"{}\""), ("authorization", "Bearer Bearer {}"),
            ("x-api-key", "Bearer {}"), ("x-api-key", "\"{}\""), ("x-api-key", "key={}; x"), ("x-api-key", ""),
        ] {
            let good = answers(name, form.replace("{}", &world.member_key.token)).await;
            let told = good.json()["detail"].as_str().unwrap().to_owned();
            assert!(told.contains("x-api-key: KEY") && told.contains("Authorization: Bearer KEY"), "{name}: {form}: {told}");
            assert!(good.header("www-authenticate").starts_with("Bearer"), "{name}: {form}");
            let other = answers(name, form.replace("{}", unknown.reveal())).await;
            assert_eq!(bare(&good), bare(&other), "{name}: {form}");
        }
        for good in ["Bearer {}", "bearer {}", "BEARER  {}"] {
            let ask = world.app.client().ask("GET", "/user/users/me").header("authorization", &good.replace("{}", &world.member_key.token));
            ask.send().await.expect(200);
        }
    }

    async fn impersonation_is_for_keys_that_can(world: World) {
        let target = world.member.user;
        for (somebody, status) in [
            (world.with_key(&world.admin_key), 403),
            (world.with_key(&world.member_key), 403),
            (world.owner(), 403),
            (world.member(), 403),
            (world.visitor(), 401),
            (world.with_key(&world.deleted_key), 401),
        ] {
            somebody.sending("impersonate-user-id", target).get("/user/users/me").await.expect(status);
        }
        let key = world.with_key(&world.impersonating_key);
        let me = key.clone().sending("impersonate-user-id", target).get("/user/users/me").await.expect(200).json();
        assert_eq!(me["id"], target);
        let itself = key.get("/user/users/me").await.expect(200).json();
        assert_eq!(itself["id"], world.admin.user);
    }

    async fn whom_one_cannot_impersonate_is_refused_and_not_told_apart(world: World) {
        let as_whom = |id: String| world.with_key(&world.impersonating_key).sending("impersonate-user-id", id);
        world.execute(&format!("UPDATE memberships SET enabled = false WHERE id = {}", world.deputy.membership));
        world.execute(&format!("UPDATE users SET enabled = false WHERE id = {}", world.colleague.user));
        let unknown = bare(&as_whom("987".into()).get("/user/users/me").await.expect(403));
        for id in [world.outsider.user, world.deputy.user, world.colleague.user, world.invited.user, world.member.membership] {
            assert_eq!(bare(&as_whom(id.to_string()).get("/user/users/me").await), unknown, "{id}");
        }
        for wrong in ["abc", "0", "-1", "", "1e3", "99999999999999999999"] {
            as_whom(wrong.into()).get("/user/users/me").await.expect(400);
        }
        let twice = as_whom(world.member.user.to_string()).sending("impersonate-user-id", world.admin.user);
        twice.get("/user/users/me").await.expect(400);
    }

    async fn impersonation_carries_the_rights_of_the_target_and_no_more(world: World) {
        let as_member = world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.member.user);
        as_member.get(&format!("/user/apiKey/{}", world.member.user)).await.expect(200);
        as_member.get(&format!("/user/apiKey/{}", world.colleague.user)).await.expect(404);
        as_member.delete(&format!("/user/apiKey/{}", world.colleague_key.id)).await.expect(404);
        as_member.delete(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(204);
        assert!(world.works(&world.colleague_key.token).await && !world.works(&world.member_key.token).await);
    }

    async fn a_key_is_no_way_into_the_pages(world: World) {
        let key = world.with_key(&world.admin_key);
        for path in ["/", "/orgs", "/orgs/acme", "/orgs/acme/users", "/profile", "/orgs/acme/docs"] {
            key.get(path).await.expect(401);
        }
    }

    async fn what_was_revoked_between_two_requests_is_gone(world: World) {
        let admin = world.admin();
        admin.get("/orgs/acme/keys").await.expect(200);
        for (table, id, status) in [("memberships", world.admin.membership, 404), ("orgs", world.acme.id, 404), ("users", world.admin.user, 303)] {
            world.execute(&format!("UPDATE {table} SET enabled = false WHERE id = {id}"));
            admin.get("/orgs/acme/keys").await.expect(status);
            world.execute(&format!("UPDATE {table} SET enabled = true WHERE id = {id}"));
            admin.get("/orgs/acme/keys").await.expect(200);
        }
        world.execute(&format!("UPDATE memberships SET admin = false WHERE id = {}", world.admin.membership));
        admin.get("/orgs/acme/keys").await.expect(404);
    }

    async fn nobody_is_a_caller_of_the_api(world: World) {
        let nobody = Somebody::with_key(world.app.client(), "");
        nobody.get("/user/users/me").await.expect(401);
        world.app.client().get("/user/users/me").await.expect(401);
    }
}
