//! Nothing acknowledged is lost: the real binary, killed at a random moment among sixteen concurrent deleters, starts again on
//! what it left behind; what it had answered is done, and what is done has its audit event.

mod check;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rand::RngExt;

use crate::support::both;
use crate::support::bulk::{Bulk, EMAIL, PASSWORD};
use crate::support::client::{Client, Reply};
use crate::support::database::Database;
use crate::support::robot::Robot;
use crate::support::server::Server;

const ROUNDS: i64 = 3;
const DELETERS: i64 = 16;
const KEYS_EACH: i64 = 400;

/// A started server answers within this time, also after a crash.
const READY: Duration = Duration::from_secs(2);

both! {
    async fn nothing_acknowledged_is_lost(database: Database) {
        let bulk = Arc::new(Bulk::write(&database, 16, ROUNDS * DELETERS * KEYS_EACH));
        let mut acknowledged = BTreeSet::new();
        let mut server = Server::start(&database);
        for round in 0..ROUNDS {
            acknowledged.append(&mut kill_among_deleters(&mut server, &bulk, round).await);
            let began = Instant::now();
            server = server.crash_and_restart();
            server.client().get("/healthz").await.expect(200);
            assert!(began.elapsed() < READY, "ready after {:?}", began.elapsed());
            check::nothing_is_lost(&database, &acknowledged);
            refuses_the_deleted(&server, &bulk, &acknowledged).await;
        }
    }
}

/// What the deleters share.
struct Work {
    bulk: Arc<Bulk>,
    told: Mutex<BTreeSet<i64>>,
    over: AtomicBool,
}

/// Half of the deleters are programs, half are people; the keys whose deletion they were told of.
async fn kill_among_deleters(server: &mut Server, bulk: &Arc<Bulk>, round: i64) -> BTreeSet<i64> {
    let work = Work { bulk: Arc::clone(bulk), told: Mutex::default(), over: AtomicBool::new(false) };
    let work = Arc::new(work);
    let (person, token) = signed_in(server).await;
    let deleters: Vec<_> = (0..DELETERS)
        .map(|deleter| {
            let first = (round * DELETERS + deleter) * KEYS_EACH + 1;
            let client = if deleter % 2 == 0 { server.client() } else { person.clone() };
            let token = (deleter % 2 == 1).then(|| token.clone());
            tokio::spawn(delete_all(Arc::clone(&work), client, token, first))
        })
        .collect();
    while work.told.lock().unwrap().len() < 16 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let pause = rand::rng().random_range(20..600);
    tokio::time::sleep(Duration::from_millis(pause)).await;
    work.over.store(true, Ordering::SeqCst);
    server.crash();
    for deleter in deleters {
        deleter.await.unwrap();
    }
    let told = std::mem::take(&mut *work.told.lock().unwrap());
    println!("round {round}: {} deletes acknowledged when killed", told.len());
    told
}

/// Deletes one key after the other until the server is gone.
async fn delete_all(work: Arc<Work>, client: Client, token: Option<String>, first: i64) {
    for n in first..first + KEYS_EACH {
        let key = work.bulk.key(n);
        let answer = match &token {
            Some(token) => by_page(&client, token, key).await,
            None => by_rest(&client, &work.bulk, key).await,
        };
        match answer {
            Ok(reply) if matches!(reply.status, 204 | 303) => work.told.lock().unwrap().insert(key),
            Ok(reply) => panic!("key {key}: {} {}", reply.status, reply.text),
            Err(_) if work.over.load(Ordering::SeqCst) => return,
            Err(error) => panic!("key {key}: {error:?}"),
        };
    }
}

/// A session, and a form token of it.
async fn signed_in(server: &Server) -> (Client, String) {
    let mut robot: Robot = server.robot();
    robot
        .open("/login")
        .await
        .fill("Email address", EMAIL)
        .fill("Password", PASSWORD)
        .press("Sign in")
        .await
        .status(200);
    robot.open("/orgs/acme/keys/new").await.status(200);
    let token = robot.page.attributes("input[name=csrf]", "value").remove(0);
    (robot.client.clone(), token)
}

async fn by_rest(client: &Client, bulk: &Bulk, key: i64) -> reqwest::Result<Reply> {
    let ask = client.ask("DELETE", &format!("/user/apiKey/{key}"));
    ask.header("x-api-key", &bulk.token).try_send().await
}

async fn by_page(client: &Client, token: &str, key: i64) -> reqwest::Result<Reply> {
    let operation = format!("{:032x}", rand::random::<u128>());
    let fields = [("csrf", token), ("operation_id", operation.as_str()), ("next", "/orgs/acme/keys")];
    client.ask("POST", &format!("/orgs/acme/keys/{key}/delete")).same_origin().form(&fields).try_send().await
}

async fn refuses_the_deleted(server: &Server, bulk: &Bulk, acknowledged: &BTreeSet<i64>) {
    let client = server.client();
    for key in acknowledged.iter().step_by(acknowledged.len() / 10) {
        let ask = client.ask("GET", &format!("/user/apiKey/{key}")).header("x-api-key", &bulk.token);
        ask.send().await.expect(404);
    }
}
