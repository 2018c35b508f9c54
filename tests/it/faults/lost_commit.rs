//! The wire to PostgreSQL breaks after COMMIT, or the disk under SQLite fails in the middle of it: nobody is told that nothing
//! happened, and the operation can be looked up.

use keyhouse::access::refused::{Kind, Subject};
use keyhouse::jobs;

use super::house::House;
use super::trace::Failing;
use crate::support::chain;
use crate::support::cut::Wire;
use crate::support::database::{Backend, Database};
use crate::support::in_process;
use crate::support::server::Server;
use crate::support::somebody::SESSION;

/// A wire to a database, and the URL by which the database is reached through it.
fn wire_to(database: &Database) -> (Wire, String) {
    let mut url = reqwest::Url::parse(&database.url()).unwrap();
    let wire = Wire::to(url.port().unwrap());
    url.set_port(Some(wire.port)).unwrap();
    (wire, url.into())
}

fn behind_a_wire() -> (Wire, House) {
    let database = Database::migrated(Backend::Postgres);
    let (wire, url) = wire_to(&database);
    let house = House::on(database, |database| Server::start_with(database, &[("KEYHOUSE_DATABASE_URL", &url)]));
    (wire, house)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_whose_commit_was_lost_looks_up_whether_it_happened() {
    let (wire, house) = behind_a_wire();
    let mut admin = house.admin().await;
    admin.open(&format!("/orgs/acme/keys/{}/delete", house.bulk.key(1))).await;
    wire.arm();
    admin.press("Delete key").await.status(503).sees("Nobody can tell yet").sees_no("nothing was changed");
    admin.click("Did it happen?").await.status(200).sees("It was done").sees("key deleted");
    assert!(house.is_deleted(1));
    admin.open("/operations/0123456789abcdef").await.status(200).sees("Nothing is recorded");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_whose_commit_was_lost_repeats_its_call_and_acts_once() {
    let (wire, house) = behind_a_wire();
    // by then what the start had to write is written, and it is the program's own commit that is lost
    drop(house.admin().await);
    wire.arm();
    let lost = house.create("once").header("idempotency-key", "first").send().await.expect(503);
    assert!(lost.text.contains("cannot tell") && lost.text.contains("same Idempotency-Key"), "{}", lost.text);
    let again = house.create("once").header("idempotency-key", "first").send().await.expect(409);
    assert!(again.text.contains("done before"), "{}", again.text);
    assert_eq!(house.named("once"), 1);
    wire.arm();
    let lost = house.delete(2).send().await.expect(503);
    assert!(lost.text.contains("look before you repeat"), "{}", lost.text);
    assert!(house.is_deleted(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_attempts_whose_count_was_lost_are_not_counted_twice() {
    let database = Database::migrated(Backend::Postgres);
    let (wire, url) = wire_to(&database);
    let running = in_process::start(&Database::of_own_server(&url));
    let access = &running.state.access;
    let refuse = || access.refused().note(Kind::Key, None, Subject::Unknown, "192.0.2.1");
    let counted = || database.number("SELECT CAST(COALESCE(SUM(attempts), 0) AS BIGINT) FROM refusals");
    refuse();
    wire.arm();
    jobs::flush(access).await;
    assert!(!wire.is_armed(), "no COMMIT was lost");
    jobs::flush(access).await;
    assert_eq!(counted(), 1);
    refuse();
    jobs::flush(access).await;
    assert_eq!(counted(), 2, "it goes on counting");
}

fn on_sqlite() -> House {
    House::on(Database::migrated(Backend::Sqlite), Server::start)
}

/// The commit is in SQLite's log whole when the sync fails, and a crash would bring it back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_looked_up_after_a_sync_that_failed_stays_true_over_a_crash() {
    let house = on_sqlite();
    let mut admin = house.admin().await;
    admin.open(&format!("/orgs/acme/keys/{}/delete", house.bulk.key(1))).await;
    let failing = Failing::start("fdatasync,fsync", house.server.id());
    admin.press("Delete key").await.status(503).sees("Nobody can tell yet").sees_no("nothing was changed");
    failing.end();
    admin.click("Did it happen?").await.status(200).sees("Nothing is recorded");
    let (path, cookie) = (admin.path(), admin.client.cookie(SESSION).unwrap());
    let House { server, database, bulk } = house;
    let house = House { server: server.crash_and_restart(), database, bulk };
    assert!(!house.is_deleted(1), "a crash brought back what was told to be lost");
    let browser = house.server.client();
    browser.set_cookie(SESSION, &cookie);
    assert!(browser.get(&path).await.expect(200).text.contains("Nothing is recorded"));
    house.delete(1).send().await.expect(204);
    assert!(house.is_deleted(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_whose_commit_could_not_be_written_repeats_its_call_and_acts_once() {
    let house = on_sqlite();
    house.create("before").send().await.expect(201);
    let failing = Failing::start("pwrite64,fdatasync,fsync", house.server.id());
    let lost = house.create("once").header("idempotency-key", "first").send().await.expect(503);
    assert!(lost.text.contains("cannot tell") || lost.text.contains("nothing was changed"), "{}", lost.text);
    house.read().await.expect(200);
    house.create("meanwhile").send().await.expect(503);
    failing.end();
    assert_eq!((house.named("once"), house.named("meanwhile")), (0, 0));
    house.create("once").header("idempotency-key", "first").send().await.expect(201);
    house.create("once").header("idempotency-key", "first").send().await.expect(409);
    let House { server, database, bulk } = house;
    let house = House { server: server.crash_and_restart(), database, bulk };
    assert_eq!((house.named("once"), house.named("meanwhile"), house.named("before")), (1, 0, 1));
    let seal = house.server.secrets().key("audit chain");
    assert_eq!(chain::broken(&house.database, &seal, 101), Vec::<String>::new());
}
