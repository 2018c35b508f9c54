//! Removing somebody: their keys go with them, and nothing comes back.

use serde_json::json;

use crate::support::both;
use crate::support::people::World;

both! {
    async fn a_removal_deletes_the_keys_with_one_event_each(world: World) {
        world.more_keys(&world.member, 2);
        world.admin().post(&format!("/orgs/acme/users/{}/remove", world.member.user), &[]).await.expect(303);
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

    async fn a_removal_of_the_removed_is_a_404_and_sent_twice_acts_once(world: World) {
        let path = format!("/orgs/acme/users/{}/remove", world.colleague.user);
        for _ in 0..2 {
            world.admin().post(&path, &[("operation_id", "once")]).await.expect(303);
        }
        world.admin().post(&path, &[("operation_id", "anew")]).await.expect(404);
        assert_eq!(world.actions(), ["membership.removed", "key.deleted"]);
    }
}
