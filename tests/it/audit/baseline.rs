//! What `keyhouse audit verify` takes as it is stored: rows at the first start, rows at the loss of the secret, and demo data.

use tempfile::TempDir;

use super::check::Check;
use super::compared::new_key;
use crate::support::database::{Backend, Database};
use crate::support::people::World;
use crate::support::server::{command, command_under, share_secret, write_private};
use crate::support::{both, forge};

/// More than one event of the baseline can state.
const MANY: usize = 1201;
/// The data that `audit verify` may hold, in kilobytes: less than 20,000 rows would take.
const MEMORY: usize = 32_000;

fn keys(default: usize) -> usize {
    std::env::var("KEYHOUSE_TEST_KEYS").map_or(default, |keys| keys.parse().unwrap())
}

/// A database with demo data, and the folder of its secret.
fn demo(database: &Database, keys: usize) -> TempDir {
    let folder = TempDir::new().unwrap();
    share_secret(folder.path());
    let demo = ["demo", "--orgs", "2", "--users", "40", "--keys", &keys.to_string()];
    let (status, printed) = command(folder.path(), database, &demo);
    assert!(status.success(), "{printed}");
    folder
}

fn last_event(database: &Database) -> i64 {
    database.number("SELECT MAX(id) FROM audit_events")
}

both! {
    async fn the_first_start_seals_the_rows_of_a_keyhouse_of_before_200_in_an_event(world: World) {
        world.more_keys(&world.member, MANY);
        let check = Check::begin(&world);
        check.passes(&world);
        let of_keys = format!("FROM audit_events WHERE org_id = {} AND after LIKE '%\"kind\":\"key\"%'", world.acme.id);
        assert_eq!(world.number(&format!("SELECT COUNT(*) {of_keys}")), 7, "1201 keys and the five of the people");
        let all = world.number("SELECT COUNT(*) FROM audit_events WHERE action = 'audit.baseline'");
        check.run(&world, &["user", "link", world.member.email]);
        assert_eq!(world.number("SELECT COUNT(*) FROM audit_events WHERE action = 'audit.baseline'"), all, "once");
        let key = world.number(&format!("SELECT MAX(id) FROM keys WHERE membership_id = {}", world.member.membership));
        check.names(&world, &format!("UPDATE keys SET can_impersonate = true WHERE id = {key}"), &[&format!("the key {key}: canImpersonate is true")]);
    }

    async fn a_check_since_the_loss_of_the_secret_names_what_it_cannot_prove(world: World) {
        let (check, database) = (Check::begin(&world), &world.app.database);
        let made = new_key(&world).await;
        let folder = TempDir::new().unwrap();
        write_private(&folder.path().join("keyhouse.secret"), "another secret, of more than 32 characters, after the loss\n");
        assert!(command(folder.path(), database, &["audit", "lost-secret"]).0.success());
        let verify = || command(folder.path(), database, &["audit", "verify", "--since-loss"]);
        let (status, printed) = verify();
        let keys = world.number("SELECT COUNT(*) FROM keys");
        assert!(status.success() && printed.contains("not proven: the events until the secret was lost, and what was stored then"), "{printed}");
        assert!(printed.contains(&format!(", {keys} keys")) && printed.contains(", 2 orgs"), "{printed}");
        forge::by_hand(database, &format!("UPDATE keys SET deleted_at = 1 WHERE id = {}", world.member_key.id));
        let (status, printed) = verify();
        assert!(status.code() == Some(1) && printed.contains(&format!("the key {}: deleted is true", world.member_key.id)), "{printed}");
        // an event from before the loss, which no secret proves, vouches for no row
        let columns = "org_id, membership_id, name, hash, can_impersonate, admin_when_made, created_at";
        forge::by_hand(database, &format!(
            "UPDATE audit_events SET target_id = 900001 WHERE action = 'key.created';
             INSERT INTO keys (id, access_key, {columns}) SELECT 900001, 'abc', {columns} FROM keys WHERE id = {made}"
        ));
        let (status, printed) = verify();
        assert!(status.code() == Some(1) && printed.contains("the key 900001 was created without an event"), "{printed}");
        drop(check);
    }
}

#[test]
fn only_rows_between_the_ids_of_one_sealed_event_pass_as_demo_data() {
    for backend in Backend::ALL {
        let database = Database::migrated(backend);
        let folder = demo(&database, 300);
        let verify = || command(folder.path(), &database, &["audit", "verify"]);
        let (status, printed) = verify();
        assert!(status.success(), "{printed}");
        let columns = "org_id, membership_id, name, hash, can_impersonate, admin_when_made, created_at";
        let id = last_event(&database) + 1;
        database.execute(&format!(
            "INSERT INTO keys (id, access_key, {columns}) SELECT {id}, 'abc', {columns} FROM keys ORDER BY id LIMIT 1"
        ));
        let (status, printed) = verify();
        let told = format!("the key {id} was created without an event");
        assert!(status.code() == Some(1) && printed.contains(&told), "{printed}");
    }
}

#[test]
fn a_check_needs_little_memory_however_many_keys_there_are() {
    for backend in Backend::ALL {
        let database = Database::migrated(backend);
        let folder = demo(&database, keys(20_000));
        // as if each key had come before the trail vouched for rows, which is the most that there is to read
        let line = "another secret, of more than 32 characters, after the loss\n";
        write_private(&folder.path().join("keyhouse.secret"), line);
        assert!(command(folder.path(), &database, &["audit", "lost-secret"]).0.success());
        let limited = ["bash", "-c", &format!("ulimit -d {MEMORY} && exec \"$@\""), "limited"];
        let (status, printed) = command_under(&limited, folder.path(), &database, &["audit", "verify", "--since-loss"]);
        assert!(status.success(), "{printed}");
    }
}
