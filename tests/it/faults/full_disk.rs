//! The disk is full: nothing new is made, and revocation goes on.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use keyhouse::error::Error;

use super::disk::SmallDisk;
use super::house::House;
use crate::support::Fixture;
use crate::support::chain;
use crate::support::database::{Backend, Database};
use crate::support::people::World;
use crate::support::robot::Robot;

const KEYS: i64 = 1100;

/// A house on a disk of its own. Where nothing can be mounted, the test fails: what it promises is not shown there.
pub(super) fn on_small_disk(users: i64) -> (SmallDisk, House) {
    let database = Database::empty(Backend::Sqlite);
    let disk = SmallDisk::mount(&database.folder(), 40).unwrap_or_else(|why| panic!("{why}"));
    std::fs::copy(Database::migrated(Backend::Sqlite).file(), database.file()).unwrap();
    (disk, House::with_users(database, users, KEYS))
}

async fn refuses_what_is_new_and_says_why(house: &House, admin: &mut Robot) {
    let refused = house.create("new").send().await.expect(503);
    assert!(
        refused.text.contains("The disk is full") && refused.text.contains("nothing was changed"),
        "{}",
        refused.text
    );
    admin.open(&format!("/orgs/acme/users/{}/keys/new", house.bulk.user(1))).await.fill("Name", "new");
    admin.press("Create key").await.status(503).sees("The disk is full").sees("deleting, disabling");
    assert_eq!(house.named("new"), 0);
    admin.open("/orgs/acme/keys").await.status(200);
}

pub(super) async fn deletes(house: &House, keys: std::ops::RangeInclusive<i64>) {
    let client = house.server.client();
    for n in keys {
        let path = format!("/user/apiKey/{}", house.bulk.key(n));
        house.ask_as(&client, "DELETE", &path).send().await.expect(204);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_a_thousand_keys_are_deleted_and_none_is_made() {
    let (disk, mut house) = on_small_disk(4);
    house.create("before").send().await.expect(201);
    disk.fill();
    let mut admin = house.admin().await;
    refuses_what_is_new_and_says_why(&house, &mut admin).await;
    deletes(&house, 1..=1000).await;
    admin.open(&format!("/orgs/acme/users/{}/disable", house.bulk.user(2))).await.press("Disable").await.status(200);
    house.server = house.server.crash_and_restart();
    house.read().await.expect(200);
    deletes(&house, 1001..=1050).await;
    let mut admin = house.admin().await;
    refuses_what_is_new_and_says_why(&house, &mut admin).await;
    admin.press("Sign out").await.status(200).sees("You are signed out");
    disk.empty();
    house.create("after").send().await.expect(201);
    let told = "SELECT COUNT(*) FROM audit_events WHERE action = 'key.deleted'";
    assert_eq!((house.database.number(told), house.named("after")), (1050, 1));
    let seal = house.server.secrets().key("audit chain");
    assert_eq!(chain::broken(&house.database, &seal, 101), Vec::<String>::new());
    drop(disk);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keyhouse_starts_and_deletes_on_a_disk_that_was_filled_while_it_did_not_run() {
    let (disk, mut house) = on_small_disk(4);
    house.create("before").send().await.expect(201);
    assert!(house.server.stop(Duration::from_secs(12)).is_some(), "{}", house.server.log());
    // whoever closes the database last takes its log and index away, so that there has to be room for new ones
    assert_eq!(house.named("before"), 1);
    assert!(!house.database.folder().join("keyhouse.db-wal").exists());
    disk.fill();
    house.server = house.server.start_again();
    deletes(&house, 1..=20).await;
    house.create("new").send().await.expect(503);
    disk.empty();
    house.create("after").send().await.expect(201);
    assert_eq!((house.named("new"), house.named("after")), (0, 1));
    drop(disk);
}

/// Lets the database grow by so many pages of 4 KB and no further, on the writer's own connection.
pub(super) fn leave_pages(world: &World, pages: i64) {
    let limit = world.number("SELECT page_count FROM pragma_page_count") + pages;
    let db = world.app.running.state.access.db().clone();
    let set = move |conn: &mut keyhouse::db::Conn| {
        conn.batch_execute(&format!("PRAGMA max_page_count={limit}")).map_err(Error::from)
    };
    tokio::task::block_in_place(|| db.write_now(set)).unwrap();
}

async fn makes_a_key(world: &World, name: &str) -> u16 {
    let path = format!("/orgs/acme/users/{}/keys", world.member.user);
    world.admin().post(&path, &[("name", name)]).await.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn near_the_limit_of_sqlite_only_revocation_goes_on() {
    let world = World::start(Backend::Sqlite).await;
    leave_pages(&world, 3000);
    assert_eq!(makes_a_key(&world, "one").await, 200);
    leave_pages(&world, 1600);
    assert_eq!(makes_a_key(&world, "two").await, 503);
    world.admin().delete(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(204);
    world.admin().post(&format!("/orgs/acme/users/{}/disable", world.colleague.user), &[]).await.expect(303);
    world.sign_in(&world.deputy).await.post("/logout", &[]).await.expect(303);
    assert!(!world.works(&world.member_key.token).await && !world.works(&world.colleague_key.token).await);
    leave_pages(&world, 3000);
    assert_eq!(makes_a_key(&world, "three").await, 200);
    assert_eq!(world.number("SELECT COUNT(*) FROM keys WHERE name IN ('one', 'two', 'three')"), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn near_the_limit_of_sqlite_sessions_are_ended_and_nobody_is_enabled() {
    let world = World::start(Backend::Sqlite).await;
    let switch = |verb: &str| format!("/orgs/acme/users/{}/{verb}", world.colleague.user);
    world.admin().post(&switch("disable"), &[]).await.expect(303);
    let first = |of: &str| world.number(&format!("SELECT MIN(id) FROM sessions WHERE user_id = {of}"));
    let (here, there) = (world.sign_in(&world.member).await, world.sign_in(&world.member).await);
    leave_pages(&world, 1600);
    world.admin().post(&switch("enable"), &[]).await.expect(503);
    assert!(!world.works(&world.colleague_key.token).await);
    let end = format!("/profile/sessions/{}/end", first(&world.member.user.to_string()));
    here.post(&end, &[]).await.expect(303);
    here.post("/profile/sessions/end-others", &[]).await.expect(303);
    assert_eq!(there.get("/profile").await.expect(303).header("location").split('?').next(), Some("/login"));
    here.get("/profile").await.expect(200);
    here.post("/profile/sessions/end-all", &[]).await.expect(303);
    assert_eq!(world.number("SELECT COUNT(*) FROM audit_events WHERE action LIKE 'session.%ended'"), 3);
    leave_pages(&world, 3000);
    world.admin().post(&switch("enable"), &[]).await.expect(303);
    assert!(world.works(&world.colleague_key.token).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_any_room_a_deletion_that_is_refused_did_not_happen() {
    let world = World::start(Backend::Sqlite).await;
    world.more_keys(&world.member, 300);
    let keys = world.admin().get(&format!("/user/apiKey/{}", world.member.user)).await.json();
    leave_pages(&world, 0);
    let (mut done, mut refused) = (0, 0);
    for key in keys["data"].as_array().unwrap() {
        match world.admin().delete(&format!("/user/apiKey/{}", key["id"])).await.status {
            204 => done += 1,
            503 => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert!(refused > 0, "the limit was never met");
    assert_eq!(world.number("SELECT COUNT(*) FROM audit_events WHERE action = 'key.deleted'"), done);
    assert_eq!(
        world.number(&format!(
            "SELECT COUNT(*) FROM keys WHERE deleted_at IS NOT NULL AND id <> {}",
            world.deleted_key.id
        )),
        done
    );
    leave_pages(&world, 3000);
    world.admin().delete(&format!("/user/apiKey/{}", world.colleague_key.id)).await.expect(204);
}
