//! The same thing twice: a double click, a reload, a form of yesterday. It happens once, and nobody is told otherwise.

use serde_json::json;

use crate::access::case::{Case, caller};
use crate::access::row::{Body, Row, What, Who};
use crate::access::{State, rows};
use crate::support::people::World;
use crate::support::{Fixture, at_least_one, both, dump};

/// Columns that say what was done; not those of time, which move by themselves.
const DONE: [&str; 8] = ["id", "action", "target_id", "enabled", "admin", "deleted_by", "name", "operation_id"];

fn has_an_operation_id(row: &Row) -> bool {
    matches!(row.body, Body::Form(fields) if fields.iter().any(|(_, value)| *value == "{operation}"))
}

both! {
    async fn every_form_that_is_sent_twice_acts_once(world: World) {
        let mut wrong = Vec::new();
        for row in at_least_one(rows().into_iter().filter(has_an_operation_id)) {
            let world = World::start(world.app.database.backend).await;
            let case = Case { world: &world, row: &row, who: Who::SuperAdmin, what: What::Own };
            let body = case.ask(&caller(&world, Who::SuperAdmin, &row));
            let (again, done) = (body.again(), |_: &str, column: &str| DONE.contains(&column));
            let first = body.send().await;
            let after = dump::rows(&world.app.database, done);
            let second = again.send().await;
            let changed = dump::difference(&after, &dump::rows(&world.app.database, done));
            if !changed.is_empty() || second.status >= 500 {
                wrong.push(format!("{}: {} then {}: {changed:?}", row.name(), first.status, second.status));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn a_double_click_at_the_same_instant_makes_one_key(world: World) {
        let (path, events) = (format!("/orgs/acme/users/{}/keys", world.member.user), world.actions().len());
        let fields = [("name", "twice"), ("operation_id", "sameinstant")];
        let (one, other) = (world.admin(), world.admin());
        let (one, other) = tokio::join!(one.post(&path, &fields), other.post(&path, &fields));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 303]);
        assert_eq!(world.number("SELECT COUNT(*) FROM keys WHERE name = 'twice'"), 1);
        assert_eq!(world.actions().len(), events + 1);
    }

    async fn the_operation_of_one_person_says_nothing_to_another(world: World) {
        let path = format!("/orgs/acme/users/{}/keys", world.member.user);
        let fields = [("name", "mine"), ("operation_id", "known")];
        world.admin().post(&path, &fields).await.expect(200);
        world.deputy().post(&path, &fields).await.expect(200);
        let body = json!({"orgUserId": world.member.membership, "name": "ci"});
        world.admin().sending("idempotency-key", "k").post_json("/user/apiKey", &body).await.expect(201);
        let told = world.admin().sending("idempotency-key", "k").post_json("/user/apiKey", &body).await.expect(409);
        assert!(!told.text.contains("kh_"), "{}", told.text);
        world.deputy().sending("idempotency-key", "k").post_json("/user/apiKey", &body).await.expect(201);
    }

    async fn what_is_gone_stays_gone_however_often_it_is_deleted(world: World) {
        let admin = world.admin();
        admin.post(&format!("/orgs/acme/keys/{}/delete", world.member_key.id), &[]).await.expect(303);
        let before = State::of(&world);
        for _ in 0..3 {
            admin.post(&format!("/orgs/acme/keys/{}/delete", world.member_key.id), &[]).await.expect(303);
            admin.delete(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(404);
        }
        assert_eq!(State::of(&world), before);
        assert!(!world.works(&world.member_key.token).await);
    }
}
