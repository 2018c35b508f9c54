//! Did it happen? Whoever sent an operation can look it up, and nobody else.

use crate::support::both;
use crate::support::people::World;

both! {
    async fn people_look_up_what_they_did_and_nobody_elses(world: World) {
        let admin = world.admin();
        let path = format!("/orgs/acme/users/{}/keys", world.member.user);
        admin.post(&path, &[("name", "ci"), ("operation_id", "mine1")]).await.expect(200);
        let id = world.number("SELECT id FROM keys WHERE name = 'ci'");
        let page = admin.get("/operations/mine1").await.expect(200);
        assert!(page.text.contains("key created") && page.text.contains("The secret of the new key is lost"));
        assert!(page.page().attributes("main a", "href").contains(&format!("/orgs/acme/keys/{id}")));
        for other in [world.deputy(), world.member(), world.owner()] {
            let nothing = other.get("/operations/mine1").await.expect(200);
            assert!(nothing.text.contains("Nothing is recorded") && !nothing.text.contains("key created"));
        }
        world.visitor().get("/operations/mine1").await.expect(303);
        world.with_key(&world.admin_key).get("/operations/mine1").await.expect(401);
    }

    async fn what_was_refused_is_not_recorded_as_done(world: World) {
        let path = format!("/orgs/acme/users/{}/disable", world.admin.user);
        world.execute(&format!("UPDATE memberships SET admin = false WHERE id IN ({}, {})", world.owner.membership, world.deputy.membership));
        world.admin().post(&path, &[("operation_id", "refused1")]).await.expect(422);
        assert!(world.admin().get("/operations/refused1").await.expect(200).text.contains("Nothing is recorded"));
    }
}
