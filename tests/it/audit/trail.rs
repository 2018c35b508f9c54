//! Every change has its event in the same transaction, and the event says who, what and from where.

use diesel::prelude::*;
use keyhouse::db::schema::audit_events;
use serde_json::json;

use crate::access::State;
use crate::support::both;
use crate::support::database::Backend;
use crate::support::people::World;

/// From now on the database takes no event.
fn refuse_events(world: &World) {
    world.execute(match world.app.database.backend {
        Backend::Sqlite => {
            "CREATE TRIGGER no_events BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'none'); END"
        }
        Backend::Postgres => {
            "CREATE FUNCTION no_events() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'none'; END $$;
             CREATE TRIGGER no_events BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION no_events()"
        }
    });
}

fn take_events_again(world: &World) {
    world.execute(match world.app.database.backend {
        Backend::Sqlite => "DROP TRIGGER no_events",
        Backend::Postgres => "DROP TRIGGER no_events ON audit_events",
    });
}

/// Actor kind, actor id, whom they impersonate, action, target id, way in, request id, operation id.
type Told = (String, Option<i64>, Option<i64>, String, Option<i64>, String, String, Option<String>);

fn last(world: &World) -> Told {
    use audit_events::{action, actor_id, actor_kind, as_id, id, operation_id, request_id, target_id, via};
    let columns = (actor_kind, actor_id, as_id, action, target_id, via, request_id, operation_id);
    world.read(|conn| audit_events::table.order(id.desc()).select(columns).first(conn).unwrap())
}

both! {
    async fn a_change_whose_event_cannot_be_written_does_not_happen(world: World) {
        let (admin, user) = (world.admin(), format!("/orgs/acme/users/{}", world.member.user));
        let (before, version) = (State::of(&world), format!("u{}.m{}", 2, 1));
        refuse_events(&world);
        let new = [("first", "Nina"), ("email", "nina@new.example"), ("role", "user")];
        for reply in [
            admin.delete(&format!("/user/apiKey/{}", world.member_key.id)).await,
            admin.post(&format!("/orgs/acme/keys/{}/delete", world.member_key.id), &[]).await,
            admin.post(&format!("{user}/keys"), &[("name", "ci")]).await,
            admin.post_json("/user/apiKey", &json!({"orgUserId": world.member.membership, "name": "ci"})).await,
            admin.post("/orgs/acme/users", &new).await,
            admin.post(&user, &[("version", &version), ("enabled", "1"), ("admin", "1")]).await,
            admin.post(&format!("{user}/link"), &[]).await,
            admin.post(&format!("{user}/disable"), &[]).await,
            admin.post(&format!("{user}/remove"), &[]).await,
            world.owner().post("/orgs", &[("name", "Initech"), ("email", world.owner.email)]).await,
            world.member().post("/profile", &[("first", "Mira"), ("last", "")]).await,
            world.member().post("/logout", &[]).await,
        ] {
            assert!(reply.status >= 500, "{}: {}", reply.url, reply.status);
        }
        assert_eq!(State::of(&world), before);
        take_events_again(&world);
        assert!(world.works(&world.member_key.token).await);
        admin.delete(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(204);
    }

    async fn an_event_says_who_did_what_and_from_where(world: World) {
        let (admin, id) = (world.admin(), world.member_key.id);
        let reply = admin.post(&format!("/orgs/acme/keys/{id}/delete"), &[("operation_id", "o7")]).await.expect(303);
        let request = reply.header("x-request-id").to_owned();
        let told = ("user".into(), Some(world.admin.user), None, "key.deleted".into(), Some(id), "page".into(), request, Some("o7".into()));
        assert_eq!(last(&world), told);
        let key = world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.owner.user);
        let id = world.colleague_key.id;
        let reply = key.sending("idempotency-key", "i1").delete(&format!("/user/apiKey/{id}")).await.expect(204);
        let (actor, request) = (world.impersonating_key.id, reply.header("x-request-id").to_owned());
        let told = ("key".into(), Some(actor), Some(world.owner.user), "key.deleted".into(), Some(id), "api".into(), request, Some("i1".into()));
        assert_eq!(last(&world), told);
        assert_eq!(world.number("SELECT COUNT(*) FROM audit_events WHERE address <> '127.0.0.1'"), 0);
    }

    async fn a_call_from_swagger_docs_is_recorded_as_such(world: World) {
        let id = world.member_key.id.to_string();
        let fields = [("id", id.as_str()), ("operation_id", "o1")];
        let page = world.admin().post("/orgs/acme/docs/apiKey?op=deleteApiKey", &fields).await.expect(200).page();
        assert!(page.text().contains("204"), "{}", page.text());
        let told = last(&world);
        assert_eq!((told.1, told.3.as_str(), told.5.as_str()), (Some(world.admin.user), "key.deleted", "explorer"));
    }

    async fn what_changes_nothing_leaves_no_event(world: World) {
        let (admin, before) = (world.admin(), State::of(&world));
        admin.post(&format!("/orgs/acme/users/{}/enable", world.member.user), &[]).await.expect(303);
        admin.post(&format!("/orgs/acme/keys/{}/delete", world.deleted_key.id), &[]).await.expect(303);
        world.member().post("/profile", &[("first", "Mia"), ("last", "Moreau")]).await.expect(303);
        assert_eq!(State::of(&world), before);
    }
}
