//! Between a removal and the job that deletes the rows of the keys: the keys do not work, and every reader takes them as deleted.

use diesel::prelude::*;
use keyhouse::db::schema::audit_events;
use serde_json::json;

use crate::support::both;
use crate::support::people::{Key, World};
use crate::support::somebody::Somebody;

/// What the API says of a user or key that the caller does not see.
const NOTHING: &str = "Nothing is here, or nothing that you may see";

/// Adam removes Mia. The job has not run yet. Returns the request id.
async fn remove_mia(world: &World, adam: &Somebody) -> String {
    let path = format!("/orgs/acme/users/{}/remove", world.member.user);
    let removed = adam.post(&path, &[("operation_id", "mialeaves")]).await.expect(303);
    let live = "SELECT COUNT(*) FROM keys WHERE deleted_at IS NULL AND membership_id";
    assert!(world.number(&format!("{live} = {}", world.member.membership)) > 0, "the job has run");
    removed.header("x-request-id").to_owned()
}

/// A key that Dora makes for Mia, so that Dora is shown its secret.
async fn shown_to_dora(world: &World) -> Key {
    let body = json!({"orgUserId": world.member.membership, "name": "billing-old"});
    let made = world.deputy().post_json("/user/apiKey", &body).await.expect(201).json();
    Key { id: made["id"].as_i64().unwrap(), token: made["apiKey"].as_str().unwrap().to_owned() }
}

async fn text(who: &Somebody, path: &str) -> String {
    who.get(path).await.expect(200).page().text()
}

type Origin = (Option<i64>, String, String, String, Option<String>);

/// Actor, address, request and operation of each event with this action.
fn origins(world: &World, action: &str) -> Vec<Origin> {
    let columns = (
        audit_events::actor_id,
        audit_events::actor_name,
        audit_events::address,
        audit_events::request_id,
        audit_events::operation_id,
    );
    let found = audit_events::table.filter(audit_events::action.eq(action)).order(audit_events::seq);
    world.read(|conn| found.select(columns).load(conn).unwrap())
}

both! {
    async fn from_the_removal_on_programs_meet_the_keys_as_deleted(world: World) {
        let admin = world.with_key(&world.admin_key);
        remove_mia(&world, &world.admin()).await;
        assert!(!world.works(&world.member_key.token).await);
        let [removed, deleted] = [world.member_key.id, world.deleted_key.id].map(|id| format!("/user/apiKey/{id}"));
        for path in [removed, deleted] {
            admin.get(&path).await.expect(404);
            admin.delete(&path).await.expect(404);
        }
        for path in [format!("/user/apiKey/{}", world.member.user), format!("/user/apiKey/user/{}", world.member.user)] {
            let answer = admin.get(&path).await.expect(404).json();
            assert_eq!(answer["detail"], NOTHING, "{path}");
        }
        let body = json!({"orgUserId": world.member.membership, "name": "ci"});
        admin.post_json("/user/apiKey", &body).await.expect(400);
        assert_eq!(world.actions(), ["membership.removed"]);
    }

    async fn from_the_removal_on_pages_show_the_keys_as_deleted(world: World) {
        let (shown, admin) = (shown_to_dora(&world).await, world.admin());
        remove_mia(&world, &world.admin()).await;
        let dora = format!("/orgs/acme/users/{}", world.deputy.user);
        for path in ["/orgs/acme/keys".into(), "/orgs/acme/keys?q=billing".into(), format!("{dora}/remove"), format!("{dora}/shown-keys")] {
            let text = text(&admin, &path).await;
            assert!(!text.contains("billing-prod") && !text.contains("billing-old"), "{path}: {text}");
        }
        let key = format!("/orgs/acme/keys/{}", shown.id);
        assert!(admin.get(&key).await.expect(404).text.contains("is already deleted"));
        assert!(text(&admin, &format!("{key}/delete")).await.contains("is already deleted"));
        let again = admin.post(&format!("{key}/delete"), &[]).await.expect(303);
        assert!(text(&admin, again.header("location")).await.contains("already deleted"));
        admin.post("/orgs/acme/keys/find", &[("token", &shown.token)]).await.expect(422);
        let ticked = format!("key-{}", shown.id);
        admin.post(&format!("{dora}/disable"), &[(&ticked, "1")]).await.expect(303);
        assert_eq!(world.actions()[1..], ["membership.removed", "membership.disabled"]);
    }

    async fn a_search_past_the_keys_of_a_removed_user_finds_those_of_others(world: World) {
        world.more_keys(&world.member, 60);
        world.more_keys(&world.colleague, 3);
        remove_mia(&world, &world.admin()).await;
        for path in ["/orgs/acme/keys?q=key", "/orgs/acme/keys"] {
            let page = world.admin().get(path).await.expect(200).page();
            assert!(page.text().contains("Carl Costa") && !page.text().contains("Mia Moreau"), "{path}");
            assert!(page.attributes("a[rel=next]", "href").is_empty(), "{path}");
        }
    }

    async fn the_deletion_of_each_key_names_who_removed_the_user(world: World) {
        world.more_keys(&world.member, 300);
        let request = remove_mia(&world, &world.admin()).await;
        world.delete_keys_of_removed_users().await;
        let told = origins(&world, "key.deleted");
        let adam = (Some(world.admin.user), world.admin.name.into(), "127.0.0.1".into(), request, Some("mialeaves".into()));
        assert_eq!((told.len(), &told[0], &told[300]), (301, &adam, &adam));
        assert_eq!(origins(&world, "membership.removed"), [adam]);
        let ends = format!("SELECT COUNT(DISTINCT deleted_at) FROM keys WHERE deleted_by = {} AND name <> 'old-crm'", world.admin.user);
        assert_eq!((world.number(&ends), world.number("SELECT COUNT(*) FROM removals")), (1, 0));
    }

    async fn a_user_who_comes_back_before_the_job_is_done_has_no_key(world: World) {
        remove_mia(&world, &world.admin()).await;
        let fields = [("first", "Mia"), ("last", "Moreau"), ("email", world.member.email), ("role", "user")];
        world.admin().post("/orgs/acme/users", &fields).await.expect(200);
        world.execute("UPDATE memberships SET accepted_at = 1 WHERE removed_at IS NULL");
        let keys = |reply: crate::support::client::Reply| reply.expect(200).json();
        let path = format!("/user/apiKey/{}", world.member.user);
        assert_eq!(keys(world.admin().get(&path).await), json!({"data": []}));
        world.more_keys(&world.colleague, 1);
        world.delete_keys_of_removed_users().await;
        assert_eq!(keys(world.admin().get(&path).await), json!({"data": []}));
        assert!(!world.works(&world.member_key.token).await && world.works(&world.colleague_key.token).await);
    }

    async fn the_page_says_that_the_keys_of_a_removed_user_no_longer_work(world: World) {
        world.more_keys(&world.member, 2);
        let adam = world.admin();
        remove_mia(&world, &adam).await;
        let told = text(&adam, "/orgs/acme/users").await;
        assert!(told.contains("Mia Moreau is removed. Their 3 keys no longer work."), "{told}");
    }
}
