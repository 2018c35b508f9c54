//! The first steps of an org lead to a key that works, and say what it still waits for.

use crate::support::both;
use crate::support::people::World;

const WAITS: &str = "Sina Shah has not accepted the invitation, and no key of theirs works until they have.";

/// Globex as its admin left it yesterday: Sina is invited, and no key is made.
fn sina_is_invited(world: &World) {
    world.execute(&format!("UPDATE memberships SET accepted_at = NULL WHERE id = {}", world.shared_in_globex));
    world.execute(&format!("UPDATE keys SET deleted_at = 1 WHERE id = {}", world.foreign_key.id));
}

/// What Otto reads of the first steps.
async fn steps(world: &World) -> String {
    world.outsider().get("/orgs/globex/first-steps").await.expect(200).page().text()
}

/// What Otto reads when he makes a key for somebody.
async fn makes_key(world: &World, user: i64) -> String {
    let path = format!("/orgs/globex/users/{user}/keys");
    world.outsider().post(&path, &[("name", "crm-sync")]).await.expect(200).page().text()
}

both! {
    async fn a_key_for_somebody_who_has_not_accepted_is_said_to_wait_for_that(world: World) {
        sina_is_invited(&world);
        let text = steps(&world).await;
        assert!(text.contains("until they accept, no key of theirs works") && !text.contains("does not work yet"), "{text}");
        let form = format!("/orgs/globex/users/{}/keys/new", world.shared.user);
        for text in [
            world.outsider().get(&form).await.expect(200).page().text(),
            makes_key(&world, world.shared.user).await,
            steps(&world).await,
        ] {
            assert!(text.contains(WAITS), "{text}");
        }
        world.execute(&format!("UPDATE memberships SET accepted_at = 1 WHERE id = {}", world.shared_in_globex));
        let text = steps(&world).await;
        assert!(text.contains("Done: Sina Shah is in.") && !text.contains("no key of theirs"), "{text}");
    }

    async fn a_key_for_a_disabled_user_is_said_to_wait_for_that(world: World) {
        world.execute(&format!("UPDATE users SET enabled = false WHERE id = {}", world.shared.user));
        let text = makes_key(&world, world.shared.user).await;
        assert!(text.contains("Sina Shah is disabled, and no key of theirs works until they are enabled again."), "{text}");
    }

    async fn a_key_for_oneself_works_at_once_and_waits_for_nobody(world: World) {
        sina_is_invited(&world);
        let text = makes_key(&world, world.outsider.user).await;
        assert!(text.contains("this answers who it is") && !text.contains("not work yet"), "{text}");
        let text = steps(&world).await;
        assert!(text.contains("Done: crm-sync") && !text.contains("does not work yet"), "{text}");
    }
}
