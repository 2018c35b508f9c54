//! Keys that are no good any more, or never were as good as somebody hopes: on this connection, on another, in another process.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::access::State;
use crate::support::both;
use crate::support::bulk::Bulk;
use crate::support::client::Client;
use crate::support::database::Database;
use crate::support::people::World;
use crate::support::server::Server;
use crate::support::somebody::Somebody;

/// Two nodes on one database and with one secret, as it would be behind a balancer.
fn two_nodes(database: &Database) -> [Server; 2] {
    let one = Server::start(database);
    let secret = one.folder().join("keyhouse.secret");
    let other = Server::start_with(database, &[("KEYHOUSE_SECRET_FILE", secret.to_str().unwrap())]);
    [one, other]
}

async fn made(client: &Client, bulk: &Bulk) -> (String, String) {
    let body = json!({"orgUserId": bulk.membership(1), "name": "short-lived"});
    let made =
        client.ask("POST", "/user/apiKey").header("x-api-key", &bulk.token).json(&body).send().await.expect(201).json();
    (made["id"].to_string(), made["apiKey"].as_str().unwrap().to_owned())
}

async fn status(client: &Client, token: &str) -> u16 {
    client.ask("GET", "/user/users/me").header("x-api-key", token).send().await.status
}

both! {
    async fn a_deleted_key_is_refused_at_once_on_another_connection_and_in_another_process(database: Database) {
        let bulk = Bulk::write(&database, 2, 2);
        let nodes = two_nodes(&database);
        let (here, beside, there) = (nodes[0].client(), nodes[0].client(), nodes[1].client());
        let mut at_once = 0;
        for _ in 0..40 {
            let (id, token) = made(&here, &bulk).await;
            assert_eq!((status(&beside, &token).await, status(&there, &token).await), (200, 200));
            let ask = here.ask("DELETE", &format!("/user/apiKey/{id}")).header("x-api-key", &bulk.token);
            ask.send().await.expect(204);
            let deleted = Instant::now();
            let answers = tokio::join!(status(&there, &token), status(&beside, &token));
            at_once += usize::from(deleted.elapsed() < Duration::from_millis(50));
            assert_eq!(answers, (401, 401), "asked right after the delete was acknowledged");
        }
        assert!(at_once > 0, "no answer came soon enough to prove anything");
    }

    async fn a_key_is_never_accepted_again_once_anybody_was_told_that_it_is_deleted(database: Database) {
        let bulk = Bulk::write(&database, 2, 2);
        let nodes = two_nodes(&database);
        let (here, there) = (nodes[0].client(), nodes[1].client());
        for _ in 0..10 {
            let (id, token) = made(&here, &bulk).await;
            let watch = tokio::spawn({
                let (there, token) = (there.clone(), token.clone());
                async move {
                    let mut seen = Vec::new();
                    while seen.last() != Some(&401) {
                        seen.push(status(&there, &token).await);
                    }
                    for _ in 0..5 {
                        seen.push(status(&there, &token).await);
                    }
                    seen
                }
            });
            here.ask("DELETE", &format!("/user/apiKey/{id}")).header("x-api-key", &bulk.token).send().await.expect(204);
            assert_eq!(status(&there, &token).await, 401);
            let seen = watch.await.unwrap();
            let first = seen.iter().position(|status| *status == 401).unwrap();
            assert!(seen[first..].iter().all(|status| *status == 401), "it came back to life: {seen:?}");
        }
    }

    async fn of_a_user_disabled_between_two_requests_the_second_is_refused(world: World) {
        for (table, id) in [("memberships", world.member.membership), ("users", world.member.user), ("orgs", world.acme.id)] {
            let key = world.with_key(&world.member_key);
            key.get("/user/users/me").await.expect(200);
            world.execute(&format!("UPDATE {table} SET enabled = false WHERE id = {id}"));
            for path in ["/user/users/me".to_owned(), format!("/user/apiKey/{}", world.member_key.id), format!("/user/apiKey/user/{}", world.member.user)] {
                key.get(&path).await.expect(401);
            }
            key.delete(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(401);
            world.execute(&format!("UPDATE {table} SET enabled = true WHERE id = {id}"));
        }
    }

    async fn a_members_key_makes_no_key_and_deletes_no_key_of_others(world: World) {
        let (before, key) = (State::of(&world), world.with_key(&world.member_key));
        for membership in [world.member.membership, world.admin.membership, world.outsider.membership] {
            for more in [json!({}), json!({"canImpersonate": true})] {
                let mut body = json!({"orgUserId": membership, "name": "ci"});
                body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                key.post_json("/user/apiKey", &body).await.expect(403);
            }
        }
        key.delete(&format!("/user/apiKey/{}", world.admin_key.id)).await.expect(404);
        assert_eq!(State::of(&world), before);
    }

    async fn a_key_made_by_a_key_is_no_wider_than_the_one_that_made_it(world: World) {
        let make = async |with: &Somebody, membership: i64, wide: bool| {
            let body = json!({"orgUserId": membership, "name": "child", "canImpersonate": wide});
            with.post_json("/user/apiKey", &body).await
        };
        let admin = world.with_key(&world.admin_key);
        make(&admin, world.owner.membership, true).await.expect(403);
        make(&world.with_key(&world.impersonating_key), world.admin.membership, true).await.expect(403);
        let child = make(&admin, world.owner.membership, false).await.expect(201).json();
        let child = Somebody::with_key(world.app.client(), child["apiKey"].as_str().unwrap());
        assert_eq!(child.get("/user/users/me").await.expect(200).json()["superAdmin"], false);
        child.clone().sending("impersonate-user-id", world.member.user).get("/user/users/me").await.expect(403);
        make(&child, world.admin.membership, true).await.expect(403);
        for page in ["/orgs", "/orgs/acme/users", "/profile"] {
            child.get(page).await.expect(401);
        }
        let of_member = make(&admin, world.member.membership, false).await.expect(201).json();
        let of_member = Somebody::with_key(world.app.client(), of_member["apiKey"].as_str().unwrap());
        make(&of_member, world.member.membership, false).await.expect(403);
    }

    async fn a_key_has_no_way_to_another_org(world: World) {
        let before = State::of(&world);
        for key in [&world.admin_key, &world.impersonating_key] {
            for (name, value) in [("x-org-id", world.globex.id), ("impersonate-user-id", world.outsider.user), ("impersonate-user-id", world.shared_in_globex)] {
                let key = world.with_key(key).sending(name, value);
                let status = key.get("/user/users/me").await.status;
                assert!([403, 404].contains(&status), "{name}: {value}: {status}");
                key.post_json("/user/apiKey", &json!({"orgUserId": world.outsider.membership, "name": "x"})).await;
                key.delete(&format!("/user/apiKey/{}", world.foreign_key.id)).await;
            }
            world.with_key(key).delete(&format!("/user/apiKey/{}", world.foreign_key.id)).await.expect(404);
        }
        assert_eq!(State::of(&world), before);
        assert!(world.works(&world.foreign_key.token).await);
    }
}
