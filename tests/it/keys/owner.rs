//! A key works only while key, membership, account and org are all there and enabled, which is looked at on every use.

use keyhouse::clock::{HOUR, now};

use crate::support::both;
use crate::support::people::World;

/// Stops the key by one statement, and starts it again by another.
async fn stops(world: &World, stop: &str, start: &str) {
    let token = &world.member_key.token;
    assert!(world.works(token).await, "before {stop}");
    world.execute(stop);
    assert!(!world.works(token).await, "after {stop}");
    assert_eq!(world.admin().get("/user/users/me").await.status, if stop.contains("orgs") { 404 } else { 200 });
    world.execute(start);
    assert!(world.works(token).await, "after {start}");
}

both! {
    async fn a_disabled_owner_stops_the_key(world: World) {
        let (user, membership, org) = (world.member.user, world.member.membership, world.acme.id);
        for (table, id) in [("users", user), ("memberships", membership), ("orgs", org)] {
            let set = |to: bool| format!("UPDATE {table} SET enabled = {to} WHERE id = {id}");
            stops(&world, &set(false), &set(true)).await;
        }
    }

    async fn a_membership_that_is_not_accepted_or_was_removed_stops_the_key(world: World) {
        let at = now().micros();
        let set = |column: &str, to: &str| format!("UPDATE memberships SET {column} = {to} WHERE id = {}", world.member.membership);
        stops(&world, &set("accepted_at", "NULL"), &set("accepted_at", &at.to_string())).await;
        stops(&world, &set("removed_at", &at.to_string()), &set("removed_at", "NULL")).await;
    }

    async fn a_disabled_expired_or_deleted_key_is_none(world: World) {
        let at = now();
        let set = |column: &str, to: &str| format!("UPDATE keys SET {column} = {to} WHERE id = {}", world.member_key.id);
        for column in ["disabled_at", "deleted_at", "expires_at"] {
            stops(&world, &set(column, &at.micros().to_string()), &set(column, "NULL")).await;
        }
        stops(&world, &set("expires_at", &at.micros().to_string()), &set("expires_at", &at.plus(HOUR).micros().to_string())).await;
    }

    async fn a_dead_key_answers_like_an_unknown_one(world: World) {
        let unknown = keyhouse::keys::model::Token::new().unwrap();
        let mut seen = Vec::new();
        for token in [world.deleted_key.token.as_str(), unknown.reveal(), "kh_nonsense"] {
            let reply = crate::support::somebody::Somebody::with_key(world.app.client(), token).get("/user/users/me").await;
            seen.push(reply.expect(401).text.replace(|c: char| c.is_ascii_hexdigit(), ""));
        }
        assert!(seen.iter().all(|text| *text == seen[0]), "{seen:?}");
    }

    async fn the_secret_must_be_right_to_the_letter(world: World) {
        let other = keyhouse::keys::model::Token::new().unwrap();
        let (good, access) = (&world.member_key.token, &world.member_key.token[..24]);
        assert!(world.works(good).await);
        assert!(!world.works(&format!("{access}{}", &other.reveal()[24..])).await);
        assert!(!world.works(&good[..61]).await);
        assert!(!world.works(&good.to_lowercase()).await);
        world.app.client().ask("GET", "/user/users/me").header("authorization", &format!("Bearer {good}")).send().await.expect(200);
        world.app.client().ask("GET", "/user/users/me").header("authorization", &format!("Basic {good}")).send().await.expect(401);
    }

    async fn impersonation_ends_when_the_owner_is_demoted(world: World) {
        let as_member = world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.member.user);
        let id = world.admin.membership;
        world.execute(&format!("UPDATE memberships SET admin = false WHERE id = {id}"));
        as_member.get("/user/users/me").await.expect(403);
        world.with_key(&world.impersonating_key).get("/user/users/me").await.expect(200);
        world.execute(&format!("UPDATE memberships SET admin = true WHERE id = {id}"));
        as_member.get("/user/users/me").await.expect(200);
    }

    async fn impersonation_ends_with_the_key_its_owner_or_its_target(world: World) {
        let as_member = world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.member.user);
        as_member.get("/user/users/me").await.expect(200);
        for (id, answer) in [(world.member.membership, 403), (world.admin.membership, 401)] {
            world.execute(&format!("UPDATE memberships SET enabled = false WHERE id = {id}"));
            as_member.get("/user/users/me").await.expect(answer);
            world.execute(&format!("UPDATE memberships SET enabled = true WHERE id = {id}"));
            as_member.get("/user/users/me").await.expect(200);
        }
    }
}
