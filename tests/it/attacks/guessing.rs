//! Twenty networks guess at one account without a pause. Its owner signs in from elsewhere with a new browser.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::support::authenticator::{Authenticator, enrol};
use crate::support::client::{Client, Reply};
use crate::support::database::Backend;
use crate::support::in_process::{self, Running};
use crate::support::people::{PASSWORD, World};
use crate::support::somebody::Somebody;
use crate::support::{Fixture, both};

const NETWORKS: usize = 20;
/// A network polls four times a second.
const PAUSE: Duration = Duration::from_millis(250);
/// A test that waits longer is stuck.
const STUCK: Duration = Duration::from_secs(300);

/// A visitor of a node at this address.
fn visitor_at(node: &Running, address: &str) -> Somebody {
    Somebody::visitor(Client::from_address(&node.url, address), node.state.form_key().clone())
}

async fn show_password(somebody: &Somebody, email: &str, password: &str) -> Reply {
    somebody.post("/login", &[("email", email), ("password", password)]).await
}

/// What the attackers know.
#[derive(Clone)]
enum Known {
    Nothing,
    /// The password; this is a wrong code.
    Password(String),
}

impl Known {
    /// One guess: 422 if it was judged, 429 if it has to wait, 503 if the machine is busy.
    async fn guess(&self, attacker: &Somebody, email: &str) -> u16 {
        let reply = match self {
            Known::Nothing => show_password(attacker, email, "not the password").await,
            Known::Password(code) => match show_password(attacker, email, PASSWORD).await {
                shown if shown.status == 303 => attacker.post("/login/code", &[("code", code)]).await,
                refused => refused,
            },
        };
        assert!([422, 429, 503].contains(&reply.status), "{}: {}", reply.status, reply.text);
        reply.status
    }
}

/// The attack, until it is ended.
struct Attack {
    over: Arc<AtomicBool>,
    judged: Arc<AtomicUsize>,
    waiting: Arc<Semaphore>,
    networks: Vec<JoinHandle<()>>,
    began: Instant,
}

impl Attack {
    /// Begins; every network uses all nodes in turn.
    fn begin(nodes: &[&Running], email: &'static str, known: &Known) -> Attack {
        let (over, judged, waiting) = (Arc::new(AtomicBool::new(false)), Arc::default(), Arc::new(Semaphore::new(0)));
        let mut attack = Attack { over, judged, waiting, networks: Vec::new(), began: Instant::now() };
        for network in 0..NETWORKS {
            let attackers: Vec<Somebody> =
                nodes.iter().map(|node| visitor_at(node, &format!("127.0.1.{}", network + 1))).collect();
            let task = attack.network(attackers, email, known.clone());
            attack.networks.push(tokio::spawn(task));
        }
        attack
    }

    fn network(&self, attackers: Vec<Somebody>, email: &'static str, known: Known) -> impl Future<Output = ()> + use<> {
        let (over, judged, waiting) = (Arc::clone(&self.over), Arc::clone(&self.judged), Arc::clone(&self.waiting));
        async move {
            let mut has_waited = false;
            for attacker in attackers.iter().cycle() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                match known.guess(attacker, email).await {
                    422 => _ = judged.fetch_add(1, Ordering::Relaxed),
                    429 if !std::mem::replace(&mut has_waited, true) => waiting.add_permits(1),
                    _ => {}
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Waits until every network has had to wait.
    async fn is_under_way(&self) {
        tokio::time::timeout(STUCK, self.waiting.acquire_many(NETWORKS as u32)).await.unwrap().unwrap().forget();
    }

    /// Ends it; in every minute so far at most sixty guesses were judged.
    async fn end(self) {
        self.over.store(true, Ordering::Relaxed);
        for network in self.networks {
            network.await.unwrap();
        }
        let (judged, minutes) = (self.judged.load(Ordering::Relaxed), 1 + self.began.elapsed().as_secs() as usize / 60);
        assert!(judged > 0 && judged <= 60 * minutes, "{judged} guesses were judged in {minutes} minutes");
    }
}

/// The owner shows the right password. A slow machine may be busy for a while, but no attempt has to wait for those of others.
async fn signs_in(owner: &Somebody, email: &str) -> Reply {
    for _ in 0..10 {
        let reply = show_password(owner, email, PASSWORD).await;
        if reply.status != 503 {
            return reply.expect(303);
        }
        tokio::time::sleep(4 * PAUSE).await;
    }
    panic!("the machine was busy ten times");
}

async fn the_owner_gets_in(world: &World, nodes: &[&Running]) {
    let attack = Attack::begin(nodes, world.member.email, &Known::Nothing);
    attack.is_under_way().await;
    for (at, node) in nodes.iter().enumerate() {
        let owner = visitor_at(node, &format!("127.0.2.{}", at + 1));
        assert_eq!(signs_in(&owner, world.member.email).await.header("location"), "/");
        owner.get("/profile").await.expect(200);
    }
    attack.end().await;
}

/// The owner's code is judged at once, while the networks guess codes.
async fn enters_the_code(world: &World, app: &Authenticator) {
    let owner = world.visitor_from("127.0.2.1");
    assert_eq!(signs_in(&owner, world.member.email).await.header("location"), "/login/code");
    owner.post("/login/code", &[("code", &app.code())]).await.expect(303);
    let text = owner.get("/profile").await.expect(200).page().text();
    assert!(text.contains("wrong codes since the last notice like this"), "{text}");
}

both! {
    async fn the_owner_signs_in_with_a_new_browser_while_twenty_networks_guess(world: World) {
        the_owner_gets_in(&world, &[&world.app.running]).await;
    }

    async fn the_owner_signs_in_with_a_code_while_twenty_networks_that_know_the_password_guess_codes(world: World) {
        let app = enrol(&world, &world.member).app;
        let attack = Attack::begin(&[&world.app.running], world.member.email, &Known::Password(app.wrong()));
        attack.is_under_way().await;
        enters_the_code(&world, &app).await;
        attack.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owner_signs_in_with_a_new_browser_while_twenty_networks_guess_on_two_nodes() {
    let world = World::start(Backend::Postgres).await;
    let other = in_process::start(&world.app.database);
    the_owner_gets_in(&world, &[&world.app.running, &other]).await;
}
