//! The database cannot be written: pages and reads go on, changes are refused, and it recovers without a restart.

use std::os::unix::fs::PermissionsExt;

use super::house::House;
use super::locked::Lock;
use crate::support::cluster::{Cluster, is_root};
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

// root writes to any file, so root's right to that is taken away
const BOUND: [&str; 3] = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"];

/// The wrapper under which even root keeps to what files allow.
pub fn bound() -> &'static [&'static str] {
    if is_root() { &BOUND } else { &[] }
}

async fn only_reads_go_on(house: &House) {
    let refused = house.create("refused").send().await.expect(503);
    assert!(refused.text.contains("nothing was changed"), "{}", refused.text);
    house.delete(1).send().await.expect(503);
    house.read().await.expect(200);
    house.server.client().get("/healthz").await.expect(200);
    house.server.client().get("/login").await.expect(200);
    assert!(house.named("refused") == 0 && !house.is_deleted(1));
}

async fn all_goes_on(house: &House) {
    house.delete(1).send().await.expect(204);
    house.create("made").send().await.expect(201);
    assert_eq!(house.named("made"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_sqlite_file_that_cannot_be_written_is_read_until_it_can() {
    let database = Database::migrated(Backend::Sqlite);
    let house = House::on(database, |database| Server::start_under(database, bound()));
    let mode = |mode| {
        for suffix in ["", "-wal", "-shm"] {
            let file = format!("{}{suffix}", house.database.file().display());
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    mode(0o400);
    // who has a file open may go on writing, so the one connection that writes has to be made anew: after it waited in vain
    let lock = Lock::take(&house.database);
    house.create("waits in vain").send().await.expect(503);
    drop(lock);
    only_reads_go_on(&house).await;
    mode(0o600);
    all_goes_on(&house).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_takes_no_writes_is_read_until_it_does() {
    let cluster = Cluster::start(&["fsync=off"]);
    let house = House::on(Database::of_own_server(&cluster.url()), Server::start);
    house.read().await.expect(200);
    let set = |value: &str| {
        cluster.execute(&format!("ALTER SYSTEM SET default_transaction_read_only = {value}"));
        cluster.execute("SELECT pg_reload_conf()");
    };
    set("on");
    // the sessions hear of it when they next look
    while house.create("until it is read-only").send().await.status == 201 {}
    let made = house.named("until it is read-only");
    only_reads_go_on(&house).await;
    assert_eq!(house.named("until it is read-only"), made);
    set("off");
    while house.create("until it is writable").send().await.status == 503 {}
    all_goes_on(&house).await;
    // looked at on each connection, told once
    assert_eq!(house.server.log().matches("fsync=off").count(), 1, "{}", house.server.log());
}
