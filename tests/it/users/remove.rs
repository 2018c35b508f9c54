//! Removing somebody: their keys go with them, and nothing comes back.

use serde_json::json;

use crate::support::both;
use crate::support::people::World;

both! {
    async fn a_removal_deletes_the_keys_with_one_event_each(world: World) {
        world.more_keys(&world.member, 2);
        world.admin().post(&format!("/orgs/acme/users/{}/remove", world.member.user), &[]).await.expect(303);
        world.delete_keys_of_removed_users().await;
        assert_eq!(world.actions(), ["membership.removed", "key.deleted", "key.deleted", "key.deleted"]);
        assert!(!world.works(&world.member_key.token).await);
        let live = format!("SELECT COUNT(*) FROM keys WHERE deleted_at IS NULL AND membership_id = {}", world.member.membership);
        assert_eq!(world.number(&live), 0);
        world.admin().get(&format!("/user/apiKey/{}", world.member.user)).await.expect(404);
        world.member().get("/orgs/acme").await.expect(404);
    }

    async fn adding_somebody_again_is_a_new_membership_and_revives_nothing(world: World) {
        let admin = world.admin();
        admin.post(&format!("/orgs/acme/users/{}/remove", world.member.user), &[]).await.expect(303);
        let fields = [("first", "Mia"), ("last", "Moreau"), ("email", world.member.email), ("role", "user")];
        admin.post("/orgs/acme/users", &fields).await.expect(200);
        let new = world.number(&format!("SELECT MAX(id) FROM memberships WHERE user_id = {}", world.member.user));
        assert!(new > world.member.membership);
        world.execute(&format!("UPDATE memberships SET accepted_at = 1 WHERE id = {new}"));
        world.member().get("/orgs/acme").await.expect(303);
        assert!(!world.works(&world.member_key.token).await);
        let keys = admin.get(&format!("/user/apiKey/{}", world.member.user)).await.expect(200).json();
        assert_eq!(keys, json!({"data": []}));
        let old = json!({"orgUserId": world.member.membership, "name": "ci"});
        admin.post_json("/user/apiKey", &old).await.expect(400);
    }

    // neither a later name of the account, nor another org's doing, changes what the org's history says of somebody who left
    async fn the_history_of_somebody_who_left_still_reads_well(world: World) {
        let (deputy, user) = (world.deputy(), world.deputy.user);
        let made = json!({"orgUserId": world.member.membership, "name": "made-by-dora"});
        let key = deputy.post_json("/user/apiKey", &made).await.expect(201).json()["id"].as_i64().unwrap();
        world.admin().post(&format!("/orgs/acme/users/{user}/remove"), &[]).await.expect(303);
        deputy.post("/profile", &[("first", "Somebody"), ("last", "Else")]).await.expect(303);
        let told = |what: &str| world.number(&format!("SELECT COUNT(*) FROM audit_events WHERE org_id = {} AND {what}", world.acme.id));
        assert_eq!(told(&format!("actor_id = {user} AND actor_name = 'Dora Deng' AND action = 'key.created'")), 1);
        let removal = format!("action = 'membership.removed' AND target_id = {} AND target_name = 'Dora Deng' AND actor_name = 'Adam Adler'", world.deputy.membership);
        assert_eq!(told(&format!("{removal} AND before LIKE '%dora@acme.example%' AND before LIKE '%\"userId\":{user}%'")), 1);
        assert_eq!(told("actor_name = 'Somebody Else' OR target_name = 'Somebody Else'"), 0);
        let page = world.admin().get(&format!("/orgs/acme/keys/{key}")).await.expect(200).page().text();
        assert!(page.contains("by Dora Deng"), "{page}");
    }

    async fn a_removal_of_the_removed_is_a_404_and_sent_twice_acts_once(world: World) {
        let path = format!("/orgs/acme/users/{}/remove", world.colleague.user);
        for _ in 0..2 {
            world.admin().post(&path, &[("operation_id", "once")]).await.expect(303);
        }
        world.admin().post(&path, &[("operation_id", "anew")]).await.expect(404);
        world.delete_keys_of_removed_users().await;
        assert_eq!(world.actions(), ["membership.removed", "key.deleted"]);
    }
}
