//! PostgreSQL goes away and comes back under load: no answer is wrong, and Keyhouse recovers by itself.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::house::House;
use crate::support::chain;
use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::server::Server;

const WRITERS: i64 = 8;
const KILL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'keyhouse'";

/// What a writer was told: keys that it made, by name, and keys that are deleted.
#[derive(Default)]
struct Told {
    made: BTreeSet<String>,
    deleted: BTreeSet<i64>,
    refused: usize,
    unknown: usize,
}

/// Makes keys and deletes the prepared ones, one after the other, until it is over.
async fn write(house: Arc<House>, over: Arc<AtomicBool>, writer: i64) -> Told {
    let (client, mut told) = (house.server.client(), Told::default());
    let mut n = writer + 1;
    while !over.load(Ordering::SeqCst) {
        let name = format!("w{writer}-{n}");
        let made = house.create(&name).send().await;
        let path = format!("/user/apiKey/{}", house.bulk.key(n));
        let deleted = house.ask_as(&client, "DELETE", &path).send().await;
        for reply in [&made, &deleted] {
            assert!([201, 204, 503].contains(&reply.status), "{} {}", reply.status, reply.text);
            told.refused += usize::from(reply.status == 503);
            told.unknown += usize::from(reply.text.contains("cannot tell"));
        }
        told.made.extend((made.status == 201).then_some(name));
        told.deleted.extend((deleted.status == 204).then_some(n));
        n += WRITERS;
    }
    told
}

/// Until it answers as usual; how long that took.
async fn recovers(house: &House) -> Duration {
    let began = Instant::now();
    while house.create("again").send().await.status != 201 || house.read().await.status != 200 {
        assert!(began.elapsed() < Duration::from_secs(10), "it does not recover:\n{}", house.server.log());
    }
    began.elapsed()
}

fn is_true(house: &House, told: &Told) {
    let lost: Vec<&String> = told.made.iter().filter(|name| house.named(name) != 1).collect();
    assert!(lost.is_empty(), "told that they were made: {lost:?}");
    let alive: Vec<&i64> = told.deleted.iter().filter(|n| !house.is_deleted(**n)).collect();
    assert!(alive.is_empty(), "told that they were deleted: {alive:?}");
}

fn nothing_is_half_done(house: &House) {
    let numbers = |sql: &str| house.database.number(sql);
    for (action, keys) in
        [("key.created", "made_by IS NOT NULL AND name LIKE 'w%-%'"), ("key.deleted", "deleted_at IS NOT NULL")]
    {
        let keys = numbers(&format!("SELECT COUNT(*) FROM keys WHERE {keys}"));
        let again = if action == "key.created" { numbers("SELECT COUNT(*) FROM keys WHERE name = 'again'") } else { 0 };
        assert_eq!(numbers(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")), keys + again);
    }
    let seal = house.server.secrets().key("audit chain");
    assert_eq!(chain::broken(&house.database, &seal, 101), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_killed_and_restarted_under_load_and_nobody_is_told_wrong() {
    let mut cluster = Cluster::start(&["max_connections=60", "fsync=off"]);
    let database = Database::of_own_server(&cluster.url());
    let house = Arc::new(House::with(database, 4000, Server::start));
    let over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..WRITERS).map(|n| tokio::spawn(write(Arc::clone(&house), Arc::clone(&over), n))).collect();
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        cluster.execute(KILL);
    }
    let took = recovers(&house).await;
    assert!(took < Duration::from_secs(3), "after its connections were killed: {took:?}");
    cluster.stop();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    house.server.client().get("/healthz").await.expect(503);
    cluster.resume();
    let took = recovers(&house).await;
    assert!(took < Duration::from_secs(4), "after PostgreSQL was back: {took:?}");
    over.store(true, Ordering::SeqCst);
    let mut all = Told::default();
    for writer in writers {
        let told = writer.await.unwrap();
        is_true(&house, &told);
        all.refused += told.refused;
        all.unknown += told.unknown;
        all.made.extend(told.made);
    }
    println!("{} made, {} refused, {} unknown", all.made.len(), all.refused, all.unknown);
    assert!(!all.made.is_empty() && all.refused > 0, "there was no load or no fault");
    nothing_is_half_done(&house);
}
