//! Very many keys of one user: they go in one statement, and what is counted stays exact.

use std::time::Instant;

use crate::support::both;
use crate::support::people::World;

/// Counts that triggers keep, against what is there.
fn miscounted(world: &World) -> i64 {
    let live = "SELECT COUNT(*) FROM keys k WHERE k.deleted_at IS NULL AND";
    let memberships =
        format!("SELECT COUNT(*) FROM memberships m WHERE m.keys_count <> ({live} k.membership_id = m.id)");
    let keyless =
        "SELECT COUNT(*) FROM memberships m WHERE m.org_id = c.org_id AND m.removed_at IS NULL AND m.keys_count = 0";
    let orgs = format!(
        "SELECT COUNT(*) FROM org_counts c WHERE c.keys <> ({live} k.org_id = c.org_id) OR c.keyless_users <> ({keyless})"
    );
    world.number(&memberships) + world.number(&orgs)
}

/// Copies of Mia's key, 500 at a time: in one statement the counting of 5,000 would take long.
fn add_500_keys(world: &World, batch: i64) {
    let columns = "org_id, membership_id, name, can_impersonate, admin_when_made, created_at, hash";
    world.execute(&format!(
        "WITH RECURSIVE n(i) AS (SELECT {} UNION ALL SELECT i + 1 FROM n WHERE i < {}) \
         INSERT INTO keys (id, access_key, {columns}) \
         SELECT 100000 + i, access_key || i, {columns} FROM keys CROSS JOIN n WHERE id = {}",
        batch * 500 + 1,
        batch * 500 + 500,
        world.member_key.id
    ));
}

both! {
    async fn the_counts_are_exact_after_keys_of_many_go_at_once(world: World) {
        for of in [&world.member, &world.colleague, &world.admin] {
            world.more_keys(of, 7);
        }
        assert_eq!(miscounted(&world), 0);
        world.execute("UPDATE keys SET deleted_at = 1 WHERE name IN ('key 1', 'key 2', 'laptop') AND deleted_at IS NULL");
        assert_eq!(miscounted(&world), 0, "some of each");
        world.execute("UPDATE keys SET deleted_at = 2 WHERE name IN ('key 1', 'key 2', 'key 3')");
        assert_eq!(miscounted(&world), 0, "some of them again");
        world.execute("UPDATE keys SET deleted_at = NULL WHERE name = 'key 1'");
        assert_eq!(miscounted(&world), 0, "some are back");
        world.admin().post(&format!("/orgs/acme/users/{}/remove", world.member.user), &[]).await.expect(303);
        world.delete_keys_of_removed_users().await;
        assert_eq!((miscounted(&world), world.number("SELECT keys FROM org_counts ORDER BY org_id LIMIT 1")), (0, 12));
    }

    // counted key by key, PostgreSQL needs longer for them than a statement may take
    async fn a_user_with_five_thousand_keys_is_removed(world: World) {
        for batch in 0..10 {
            add_500_keys(&world, batch);
        }
        let began = Instant::now();
        world.admin().post(&format!("/orgs/acme/users/{}/remove", world.member.user), &[]).await.expect(303);
        world.delete_keys_of_removed_users().await;
        println!("{:?}: 5,001 keys removed in {:?}", world.app.database.backend, began.elapsed());
        assert_eq!(world.number("SELECT COUNT(*) FROM audit_events WHERE action = 'key.deleted'"), 5001);
        let live = format!("SELECT COUNT(*) FROM keys WHERE membership_id = {} AND deleted_at IS NULL", world.member.membership);
        assert_eq!((miscounted(&world), world.number(&live)), (0, 0));
    }
}
