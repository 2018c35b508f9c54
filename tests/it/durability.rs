//! Nothing acknowledged is lost: the real binary, killed at a random moment among sixteen concurrent writers, starts again on
//! what it left behind; what it had answered is done, and what is done has its audit event. `bin/soak` does it more often.

mod check;
mod writer;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rand::RngExt;

use crate::support::both;
use crate::support::bulk::{Bulk, EMAIL, PASSWORD};
use crate::support::client::Client;
use crate::support::database::Database;
use crate::support::robot::Robot;
use crate::support::server::Server;
use writer::{Told, Work};

/// Without `bin/soak`, which sets another number.
const ROUNDS: usize = 20;
const WRITERS: i64 = 16;

/// A started server answers within this time, also after a crash.
const READY: Duration = Duration::from_secs(2);

fn rounds() -> usize {
    std::env::var("KEYHOUSE_TEST_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap())
}

both! {
    async fn nothing_acknowledged_is_lost(database: Database) {
        let bulk = Arc::new(Bulk::write(&database, WRITERS, WRITERS));
        let mut all = Told::default();
        let mut server = Server::start(&database);
        for round in 0..rounds() {
            let told = kill_among_writers(&mut server, &bulk, round).await;
            let began = Instant::now();
            server = server.crash_and_restart();
            server.client().get("/healthz").await.expect(200);
            assert!(began.elapsed() < READY, "ready after {:?}", began.elapsed());
            all.join(told);
            check::nothing_is_lost(&database, &bulk, &all);
            refuses_the_deleted(&server, &bulk, &all).await;
            only_the_kept_work(&server, &all).await;
            if round % 10 == 9 {
                check::chains_are_sealed(&database, &server.secrets());
            }
        }
        check::chains_are_sealed(&database, &server.secrets());
        assert!(all.made.len() > rounds() * 16 && all.deleted.len() > rounds() * 4, "hardly anything was written");
    }
}

/// Half of the writers are programs, half are people; what they were told.
async fn kill_among_writers(server: &mut Server, bulk: &Arc<Bulk>, round: usize) -> Told {
    let work = Arc::new(Work::new(Arc::clone(bulk), round));
    let (person, token) = signed_in(server).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let client = if writer % 2 == 0 { server.client() } else { person.clone() };
            let token = (writer % 2 == 1).then(|| token.clone());
            tokio::spawn(writer::write(Arc::clone(&work), client, token, writer))
        })
        .collect();
    while work.told.lock().unwrap().deleted.len() < 8 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let pause = rand::rng().random_range(0..300);
    tokio::time::sleep(Duration::from_millis(pause)).await;
    work.over.store(true, Ordering::SeqCst);
    server.crash();
    for writer in writers {
        writer.await.unwrap();
    }
    let told = std::mem::take(&mut *work.told.lock().unwrap());
    println!("round {round}: {} made and {} deleted when killed", told.made.len(), told.deleted.len());
    told
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

async fn refuses_the_deleted(server: &Server, bulk: &Bulk, all: &Told) {
    let client = server.client();
    for key in all.deleted.iter().step_by(all.deleted.len() / 10 + 1) {
        let ask = client.ask("GET", &format!("/user/apiKey/{key}")).header("x-api-key", &bulk.token);
        ask.send().await.expect(404);
    }
}

/// A deleted key is dead after the crash too, and the others live.
async fn only_the_kept_work(server: &Server, all: &Told) {
    let client = server.client();
    for (keys, status) in [(&all.dead, 401), (&all.kept, 200)] {
        for key in keys.iter().rev().take(5) {
            client.ask("GET", "/user/users/me").header("x-api-key", key).send().await.expect(status);
        }
    }
}
