//! Callers who wait for the writer, while another process holds the write lock.

use keyhouse::jobs;
use keyhouse::keys::model::Token;

use super::locked::Lock;
use crate::support::both;
use crate::support::people::World;
use crate::support::somebody::Somebody;

/// A call of the REST API that deletes the key.
async fn deletes(caller: &Somebody, key: i64) -> u16 {
    caller.delete(&format!("/user/apiKey/{key}")).await.status
}

both! {
    async fn what_a_reader_rejects_never_waits_for_the_writer(world: World) {
        let lock = Lock::take(&world.app.database);
        let fake = Somebody::with_key(world.app.client(), Token::new().unwrap().reveal());
        let new = serde_json::json!({"orgUserId": world.member.membership, "name": "ci"});
        assert_eq!(deletes(&fake, world.member_key.id).await, 401);
        fake.post_json("/user/apiKey", &new).await.expect(401);
        assert_eq!(deletes(&world.with_key(&world.deleted_key), world.member_key.id).await, 401);
        world.with_key(&world.member_key).post_json("/user/apiKey", &new).await.expect(403);
        world.visitor().post("/orgs/acme/users", &[]).await.expect(303);
        world.visitor().post("/links", &[("password", "violet harbour seventeen")]).await.expect(404);
        world.outsider().post(&format!("/orgs/acme/users/{}/remove", world.member.user), &[]).await.expect(404);
        world.member().post(&format!("/orgs/acme/users/{}/disable", world.colleague.user), &[]).await.expect(404);
        world.admin().post(&format!("/accounts/{}/disable", world.member.user), &[]).await.expect(404);
        let elsewhere = world.admin().on_a_page_as(Some(world.deputy.user));
        elsewhere.post(&format!("/orgs/acme/keys/{}/delete", world.member_key.id), &[]).await.expect(409);
        drop(lock);
        assert_eq!(deletes(&world.admin(), world.member_key.id).await, 204);
    }

    async fn what_a_reader_rejects_is_counted_once(world: World) {
        assert_eq!(deletes(&world.with_key(&world.deleted_key), world.member_key.id).await, 401);
        world.member().post("/orgs/acme/rename", &[("name", "Mine")]).await.expect(404);
        world.outsider().post("/orgs/acme/rename", &[("name", "Mine")]).await.expect(404);
        jobs::flush(&world.app.running.state.access).await;
        assert_eq!(world.number("SELECT CAST(SUM(attempts) AS BIGINT) FROM refusals"), 3);
    }
}
