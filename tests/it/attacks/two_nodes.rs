//! Two nodes on one PostgreSQL, both flooded with guesses from many addresses, and the owner of the account who wants in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::support::client::{Client, Reply};
use crate::support::database::{Backend, Database};
use crate::support::server::{Server, write_private};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "seven quiet copper kettles";
const PROXY: [(&str, &str); 1] = [("KEYHOUSE_TRUSTED_PROXIES", "127.0.0.1")];

/// A browser on the sign-in page: its form's token.
async fn at_the_door(client: &Client) -> String {
    client.get("/login").await.expect(200).page().attributes("input[name=csrf]", "value").concat()
}

async fn attempt(client: &Client, token: &str, address: &str, password: &str) -> Reply {
    let fields = [("csrf", token), ("email", EMAIL), ("password", password)];
    client.ask("POST", "/login").same_origin().header("x-forwarded-for", address).form(&fields).send().await
}

/// Somebody who guesses from ever new addresses until it is over.
async fn guess(client: Client, at: usize, over: Arc<AtomicBool>, guesses: Arc<Semaphore>) {
    let token = at_the_door(&client).await;
    let mut n = 0_usize;
    while !over.load(Ordering::Relaxed) {
        n += 1;
        let address = format!("203.0.{at}.{}", n % 250);
        let status = attempt(&client, &token, &address, "not the password").await.status;
        assert!([422, 429, 503].contains(&status), "{status}");
        guesses.add_permits(1);
    }
}

/// Both nodes of an installation with one admin.
fn nodes(database: &Database) -> [Server; 2] {
    let one = Server::start_with(database, &PROXY);
    let password = one.folder().join("password");
    write_private(&password, PASSWORD);
    let file = password.to_string_lossy().into_owned();
    let (status, printed) = one.command(&["setup", "--org", "Acme", "--email", EMAIL, "--password-file", &file]);
    assert!(status.success(), "{printed}");
    [one, Server::start_with(database, &PROXY)]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owner_signs_in_within_two_seconds_while_two_nodes_are_under_attack() {
    let database = Database::migrated(Backend::Postgres);
    let nodes = nodes(&database);
    let (owner, stranger) = (nodes[1].client(), nodes[1].client());
    let token = at_the_door(&owner).await;
    attempt(&owner, &token, "198.51.100.7", PASSWORD).await.expect(303);
    owner.get("/profile").await.expect(200);
    let device = owner.cookie("keyhouse-device").unwrap();
    let (over, guesses) = (Arc::new(AtomicBool::new(false)), Arc::new(Semaphore::new(0)));
    let attackers: Vec<_> = (0..24)
        .map(|at| tokio::spawn(guess(nodes[at % 2].client(), at, Arc::clone(&over), Arc::clone(&guesses))))
        .collect();
    guesses.acquire_many(200).await.unwrap().forget();
    let token = at_the_door(&stranger).await;
    attempt(&stranger, &token, "198.51.100.8", PASSWORD).await.expect(429);
    for node in &nodes {
        let owner = node.client();
        owner.set_cookie("keyhouse-device", &device);
        let (token, started) = (at_the_door(&owner).await, Instant::now());
        attempt(&owner, &token, "198.51.100.9", PASSWORD).await.expect(303);
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    }
    over.store(true, Ordering::Relaxed);
    for attacker in attackers {
        attacker.await.unwrap();
    }
}
