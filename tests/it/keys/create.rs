//! Making keys: the secret is seen once and works at once, and rights are never wider than they were.

use serde_json::json;

use crate::access::State;
use crate::support::both;
use crate::support::people::World;
use crate::support::somebody::Somebody;

/// The whole key that the page shows.
fn shown(reply: &crate::support::client::Reply) -> String {
    reply.page().select("output").concat().replace(' ', "")
}

both! {
    async fn a_key_made_on_the_page_works_at_once_and_is_shown_once(world: World) {
        let (admin, path) = (world.admin(), format!("/orgs/acme/users/{}/keys", world.member.user));
        let fields = [("name", "ci"), ("operation_id", "once")];
        let made = admin.post(&path, &fields).await.expect(200);
        let token = shown(&made);
        assert!(token.starts_with("kh_") && token.len() == 62, "{token}");
        assert_eq!(made.header("cache-control"), "no-store");
        let me = Somebody::with_key(world.app.client(), &token).get("/user/users/me").await.expect(200).json();
        assert_eq!(me["id"], world.member.user);
        let again = admin.post(&path, &fields).await.expect(303);
        let page = admin.get(again.header("location")).await.expect(200);
        assert!(page.text.contains("ci") && !page.text.contains(&token[24..]), "{}", page.text);
        let (text, links) = (page.page().text(), page.page().attributes("main a", "href"));
        assert!(text.contains("If you have no copy, delete it here and create a new one for its owner."), "{text}");
        let delete = format!("{}/delete", again.header("location"));
        for way in [delete, format!("{path}/new")] {
            assert!(links.contains(&way), "{way}: {links:?}");
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM keys WHERE name = 'ci'"), 1);
    }

    async fn no_event_and_no_column_holds_a_secret(world: World) {
        let body = json!({"orgUserId": world.member.membership, "name": "ci"});
        let made = world.admin().post_json("/user/apiKey", &body).await.expect(201).json();
        let secret = &made["apiKey"].as_str().unwrap()[24..56];
        let held = format!("SELECT COUNT(*) FROM audit_events WHERE after LIKE '%{secret}%' OR target_name LIKE '%{secret}%'");
        assert_eq!(world.number(&held), 0);
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM search_terms WHERE term LIKE '%{}%'", secret.to_lowercase())), 0);
        assert_eq!(world.actions(), ["key.created"]);
    }

    async fn only_the_session_of_a_super_admin_grants_impersonation(world: World) {
        let body = json!({"orgUserId": world.member.membership, "name": "helper", "canImpersonate": true});
        let as_owner = world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.owner.user);
        let before = State::of(&world);
        for somebody in [world.admin(), world.with_key(&world.admin_key), as_owner, world.member()] {
            somebody.post_json("/user/apiKey", &body).await.expect(403);
        }
        let page = format!("/orgs/acme/users/{}/keys", world.member.user);
        world.admin().post(&page, &[("name", "helper"), ("impersonate", "1")]).await.expect(403);
        assert_eq!(State::of(&world), before);
        let made = world.owner().post_json("/user/apiKey", &body).await.expect(201).json();
        assert_eq!(made["canImpersonate"], true);
    }

    async fn promoting_a_member_arms_no_old_key(world: World) {
        let body = json!({"orgUserId": world.member.membership, "name": "ci"});
        world.execute(&format!("UPDATE memberships SET admin = true WHERE id = {}", world.member.membership));
        let old = world.with_key(&world.member_key);
        old.post_json("/user/apiKey", &body).await.expect(403);
        old.get(&format!("/user/apiKey/{}", world.colleague.user)).await.expect(404);
        let made = world.admin().post_json("/user/apiKey", &body).await.expect(201).json();
        let new = Somebody::with_key(world.app.client(), made["apiKey"].as_str().unwrap());
        new.post_json("/user/apiKey", &body).await.expect(201);
    }

    async fn a_demoted_admins_key_has_lost_their_rights(world: World) {
        let key = world.with_key(&world.admin_key);
        key.get(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(200);
        world.execute(&format!("UPDATE memberships SET admin = false WHERE id = {}", world.admin.membership));
        key.get(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(404);
        key.delete(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(404);
        assert!(world.works(&world.member_key.token).await);
    }

    async fn a_key_remembers_who_made_it(world: World) {
        let body = json!({"orgUserId": world.member.membership, "name": "ci"});
        let made = world.with_key(&world.admin_key).post_json("/user/apiKey", &body).await.expect(201).json();
        let row = |column: &str| world.number(&format!("SELECT {column} FROM keys WHERE id = {}", made["id"]));
        assert_eq!((row("parent_id"), row("made_by")), (world.admin_key.id, world.admin.user));
    }

    async fn a_whole_key_pasted_as_a_name_or_into_a_search_is_not_repeated(world: World) {
        let (admin, token) = (world.admin(), &world.member_key.token);
        let path = format!("/orgs/acme/users/{}/keys", world.member.user);
        admin.post(&path, &[("name", token.as_str())]).await.expect(422);
        let found = admin.get(&format!("/orgs/acme/keys?q={token}")).await.expect(303);
        assert!(!found.header("location").contains(&token[24..]), "{}", found.header("location"));
        let looked = admin.post("/orgs/acme/keys/find", &[("token", token.as_str())]).await.expect(303);
        assert_eq!(looked.header("location"), format!("/orgs/acme/keys/{}", world.member_key.id));
        admin.post("/orgs/acme/keys/find", &[("token", world.foreign_key.token.as_str())]).await.expect(422);
    }
}
