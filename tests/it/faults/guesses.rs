//! Many networks guess at one account at the same moment. The clock stands still meanwhile, so the counts hold on a slow machine too.

use keyhouse::clock::{MINUTE, SECOND, Time};

use super::clock::{Clocked, under};
use crate::support::bulk::{EMAIL, PASSWORD};
use crate::support::client::Client;
use crate::support::database::Backend;
use crate::support::hands::Hands;
use crate::support::server::Server;
use crate::support::{Fixture, both};

/// A browser in a network of its own, with the token of its form.
struct Visitor(Client, String);

impl Visitor {
    async fn at(url: &str, address: &str) -> Visitor {
        let client = Client::from_address(url, address);
        let token = client.get("/login").await.expect(200).page().attributes("input[name=csrf]", "value").concat();
        Visitor(client, token)
    }

    /// The answer to a password. A node that is too busy is asked again.
    async fn shows(&self, password: &str) -> u16 {
        for _ in 0..1_000 {
            match self.0.post("/login", &[("csrf", &self.1), ("email", EMAIL), ("password", password)]).await.status {
                503 => tokio::task::yield_now().await,
                status => return status,
            }
        }
        panic!("the node was busy a thousand times");
    }
}

/// The networks with these numbers guess at once, four times each, every network at one of the nodes; returns how many guesses were judged.
async fn guess(nodes: &[&Server], networks: std::ops::Range<usize>) -> usize {
    let mut guessing = Vec::new();
    for n in networks {
        let (url, address) = (nodes[n % nodes.len()].url.clone(), format!("127.0.1.{n}"));
        guessing.push(tokio::spawn(async move {
            let (attacker, mut judged) = (Visitor::at(&url, &address).await, 0);
            for _ in 0..4 {
                let status = attacker.shows("not the password").await;
                assert!([422, 429].contains(&status), "{status}");
                judged += usize::from(status == 422);
            }
            judged
        }));
    }
    let mut judged = 0;
    for network in guessing {
        judged += network.await.unwrap();
    }
    judged
}

/// In each of three minutes twenty networks guess, the owner signs in at each node from a new network, and fifty more networks guess.
async fn is_attacked(nodes: &[&Server], hands: &Hands) {
    let begin = keyhouse::clock::now().micros() / SECOND * SECOND + MINUTE;
    for minute in 0..3 {
        hands.hold_at(Time::from_micros(begin + minute * (MINUTE + SECOND)));
        let judged = guess(nodes, 1..21).await;
        assert!((20..=60).contains(&judged), "{judged} guesses in minute {minute}");
        for (at, node) in nodes.iter().enumerate() {
            let owner = Visitor::at(&node.url, &format!("127.0.2.{}", 3 * at as i64 + minute + 1)).await;
            assert_eq!(owner.shows(PASSWORD).await, 303, "node {at} in minute {minute}");
        }
        let more = guess(nodes, 21..71).await;
        assert!(more > 0 && judged + more <= 60, "{judged} and {more} guesses in minute {minute}");
    }
}

both! {
    async fn in_each_minute_all_networks_together_get_sixty_guesses_and_the_owner_gets_in(clocked: Clocked) {
        is_attacked(&[&clocked.house.server], &clocked.hands).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_each_minute_all_networks_together_get_sixty_guesses_on_two_nodes() {
    let Clocked { house, hands } = Clocked::start(Backend::Postgres).await;
    let other = under(&house.database, &hands);
    is_attacked(&[&house.server, &other], &hands).await;
}
