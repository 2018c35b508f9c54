//! An org always keeps an admin who can sign in.

use crate::access::State;
use crate::support::both;
use crate::support::people::{Person, World};
use crate::support::somebody::Somebody;

async fn demotes(by: &Somebody, whom: &Person) -> u16 {
    by.post(&format!("/orgs/acme/users/{}/demote", whom.user), &[]).await.status
}

fn admins(world: &World) -> i64 {
    let counted = "admin AND enabled AND removed_at IS NULL AND accepted_at IS NOT NULL";
    world.number(&format!("SELECT COUNT(*) FROM memberships WHERE org_id = {} AND {counted}", world.acme.id))
}

/// Nobody but `admin` is left who can run acme; `how` says what the others lack.
fn alone(world: &World, how: &str) {
    for other in [&world.owner, &world.deputy] {
        world.execute(
            &how.replace("{membership}", &other.membership.to_string()).replace("{user}", &other.user.to_string()),
        );
    }
}

async fn cannot_leave(world: &World) {
    let (admin, before) = (world.admin(), State::of(world));
    for verb in ["disable", "demote", "remove"] {
        let path = format!("/orgs/acme/users/{}/{verb}", world.admin.user);
        let refused = admin.post(&path, &[]).await.expect(422).page();
        assert!(refused.text().contains("is the only admin who can sign in"), "{}", refused.text());
    }
    assert_eq!(State::of(world), before);
}

both! {
    async fn the_only_enabled_admin_cannot_leave(world: World) {
        alone(&world, "UPDATE memberships SET enabled = false WHERE id = {membership}");
        cannot_leave(&world).await;
    }

    async fn an_admin_who_has_not_accepted_does_not_count(world: World) {
        alone(&world, "UPDATE memberships SET accepted_at = NULL WHERE id = {membership}");
        cannot_leave(&world).await;
    }

    async fn an_admin_whose_account_is_off_or_without_a_password_does_not_count(world: World) {
        alone(&world, "UPDATE users SET enabled = false WHERE id = {user}");
        cannot_leave(&world).await;
        alone(&world, "UPDATE users SET enabled = true, password_hash = NULL WHERE id = {user}");
        cannot_leave(&world).await;
    }

    async fn with_another_admin_one_may_leave(world: World) {
        let admin = world.admin();
        let path = format!("/orgs/acme/users/{}/remove", world.admin.user);
        admin.post(&path, &[]).await.expect(303);
        admin.get("/orgs/acme/users").await.expect(404);
        assert!(!world.works(&world.admin_key.token).await);
        assert_eq!(admins(&world), 2);
    }

    async fn who_disables_themselves_is_told_on_a_page_that_they_can_open(world: World) {
        let admin = world.admin();
        let done = admin.post(&format!("/orgs/acme/users/{}/disable", world.admin.user), &[]).await.expect(303);
        assert_eq!(done.header("location"), "/orgs");
        let page = admin.get("/orgs").await.expect(200).page();
        assert!(page.text().contains("Adam Adler is disabled."), "{}", page.text());
    }

    async fn two_admins_who_demote_each_other_at_the_same_instant_leave_one(world: World) {
        world.execute(&format!("UPDATE memberships SET enabled = false WHERE id = {}", world.owner.membership));
        for round in 0..5 {
            let (one, other) = (world.admin(), world.deputy());
            let (first, second) = tokio::join!(demotes(&one, &world.deputy), demotes(&other, &world.admin));
            assert_eq!(admins(&world), 1, "round {round}: {first} and {second}");
            let mut answers = [first, second];
            answers.sort();
            assert_eq!(answers[0], 303, "round {round}: {answers:?}");
            assert!([404, 422].contains(&answers[1]), "round {round}: {answers:?}");
            let both = format!("{}, {}", world.admin.membership, world.deputy.membership);
            world.execute(&format!("UPDATE memberships SET admin = true WHERE id IN ({both})"));
        }
    }

    async fn two_admins_who_remove_each_other_at_the_same_instant_leave_one(world: World) {
        world.execute(&format!("UPDATE memberships SET enabled = false WHERE id = {}", world.owner.membership));
        let (one, other) = (world.admin(), world.deputy());
        let path = |whom: &Person| format!("/orgs/acme/users/{}/remove", whom.user);
        let (first, second) = (path(&world.deputy), path(&world.admin));
        let (first, second) = tokio::join!(one.post(&first, &[]), other.post(&second, &[]));
        assert_eq!(admins(&world), 1, "{} and {}", first.status, second.status);
    }

    async fn two_admins_who_step_down_at_the_same_instant_leave_one(world: World) {
        world.execute(&format!("UPDATE memberships SET enabled = false WHERE id = {}", world.owner.membership));
        let (one, other) = (world.admin(), world.deputy());
        let (first, second) = tokio::join!(demotes(&one, &world.admin), demotes(&other, &world.deputy));
        let mut answers = [first, second];
        answers.sort();
        assert_eq!((answers, admins(&world)), ([303, 422], 1));
    }

    async fn the_installation_keeps_its_super_admin(world: World) {
        let taken = format!("/orgs/acme/users/{}/remove", world.owner.user);
        world.admin().post(&taken, &[]).await.expect(303);
        assert_eq!(world.number("SELECT COUNT(*) FROM users WHERE super_admin AND enabled"), 1);
        world.owner().get("/orgs").await.expect(200);
    }
}
