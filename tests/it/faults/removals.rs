//! A user with very many keys is removed: nobody waits for it, and what a crash interrupts is done once.

use std::time::{Duration, Instant};

use keyhouse::keys::model::Token;

use super::house::House;
use crate::support::bulk::{Bulk, PASSWORD};
use crate::support::client::Client;
use crate::support::database::{Backend, Database};
use crate::support::server::Server;
use crate::support::{both, chain, trail};

/// The longest that anybody may wait for a writer who works in parts, on a busy machine.
const PROMPT: Duration = Duration::from_secs(2);
const OTTO: &str = "otto@example.com";
const GLOBEX: i64 = 111;

/// Acme has one user with so many keys. Globex has an admin, Otto, and his key.
fn two_orgs(backend: Backend, keys: i64) -> (Database, Bulk, Token) {
    let database = Database::migrated(backend);
    let bulk = Bulk::write(&database, 1, keys);
    let token = Token::new().unwrap();
    let hash = keyhouse::secret::hex(&token.hash());
    let hash = if backend == Backend::Sqlite { format!("x'{hash}'") } else { format!("'\\x{hash}'") };
    let access_key = token.access_key();
    let copied = "enabled, created_at";
    database.execute(&format!(
        "INSERT INTO orgs (id, name, slug, version, {copied}) SELECT {GLOBEX}, 'Globex', 'globex', version, {copied} FROM orgs;
         INSERT INTO users (id, first_name, last_name, email, password_hash, super_admin, session_epoch, version, {copied})
            SELECT 112, 'Otto', 'Ortiz', '{OTTO}', password_hash, super_admin, session_epoch, version, {copied} FROM users WHERE id = {ada};
         INSERT INTO memberships (id, org_id, user_id, first_name, last_name, email, sort_name, admin, accepted_at, version, {copied})
            SELECT 113, {GLOBEX}, 112, 'Otto', 'Ortiz', '{OTTO}', 'otto ortiz', admin, accepted_at, version, {copied} FROM memberships WHERE user_id = {ada};
         INSERT INTO keys (id, org_id, membership_id, name, access_key, hash, can_impersonate, admin_when_made, created_at)
            SELECT 114, {GLOBEX}, 113, 'ci', '{access_key}', {hash}, can_impersonate, admin_when_made, created_at FROM keys WHERE id = 104;
         INSERT INTO key_usage (key_id, org_id) VALUES (114, {GLOBEX});",
        ada = bulk.admin()
    ));
    trail::begin(&database);
    (database, bulk, token)
}

/// Ada removes the user with the keys, on a node.
async fn remove(node: &Server, bulk: &Bulk) {
    let mut ada = node.robot();
    crate::support::bulk::sign_in(&mut ada).await;
    ada.open(&format!("/orgs/acme/users/{}/remove", bulk.user(1))).await;
    ada.press("Remove user").await.status(200).sees("is removed");
}

fn is_under_way(database: &Database) -> bool {
    database.number("SELECT COUNT(*) FROM removals") > 0
}

fn deletions(database: &Database) -> i64 {
    database.number("SELECT COUNT(*) FROM audit_events WHERE action = 'key.deleted'")
}

/// Otto signs in, makes a key and deletes it: how long the slowest of it took.
async fn otto_works(node: &Server, token: &Token) -> Duration {
    let (mut slowest, client) = (Duration::ZERO, node.client());
    let form = client.get("/login").await.page().attributes("input[name=csrf]", "value").concat();
    let began = Instant::now();
    client.post("/login", &[("csrf", &form), ("email", OTTO), ("password", PASSWORD)]).await.expect(303);
    slowest = slowest.max(began.elapsed());
    let ask = |method: &str, path: &str| Client::new(&node.url).ask(method, path).header("x-api-key", token.reveal());
    let began = Instant::now();
    let body = serde_json::json!({"orgUserId": 113, "name": "new"});
    let made = ask("POST", "/user/apiKey").json(&body).send().await.expect(201).json();
    slowest = slowest.max(began.elapsed());
    let began = Instant::now();
    ask("DELETE", &format!("/user/apiKey/{}", made["id"])).send().await.expect(204);
    slowest.max(began.elapsed())
}

/// Works as Otto on a node for as long as the removal lasts: how often, and the slowest of it.
async fn meanwhile(database: &Database, node: &Server, token: &Token) -> (usize, Duration) {
    let (mut times, mut slowest) = (0, Duration::ZERO);
    while is_under_way(database) {
        slowest = slowest.max(otto_works(node, token).await);
        times += 1;
    }
    (times, slowest)
}

async fn others_work_while_fifty_thousand_keys_are_deleted(backend: Backend) {
    const KEYS: i64 = 50_000;
    let (database, bulk, token) = two_orgs(backend, KEYS);
    let node = Server::start(&database);
    let other = (backend == Backend::Postgres).then(|| Server::start(&database));
    let began = Instant::now();
    remove(&node, &bulk).await;
    let answered = began.elapsed();
    let (times, slowest) = meanwhile(&database, other.as_ref().unwrap_or(&node), &token).await;
    println!(
        "{backend:?}: answered after {answered:?}, deleted after {:?}; {times} times beside it, at most {slowest:?}",
        began.elapsed()
    );
    assert!(answered < PROMPT + PROMPT && slowest < PROMPT, "answered after {answered:?}, Otto waited {slowest:?}");
    assert!(times >= 3, "the removal was over too soon to say anything");
    assert_eq!(deletions(&database), KEYS + times as i64);
    let live = format!("SELECT COUNT(*) FROM keys WHERE deleted_at IS NULL AND membership_id = {}", bulk.membership(1));
    assert_eq!(
        (database.number(&live), chain::broken(&database, &node.secrets().key("audit chain"), 101)),
        (0, vec![])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_org_signs_in_and_writes_while_fifty_thousand_keys_are_deleted() {
    others_work_while_fifty_thousand_keys_are_deleted(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_org_signs_in_and_writes_on_another_node_while_fifty_thousand_keys_are_deleted() {
    others_work_while_fifty_thousand_keys_are_deleted(Backend::Postgres).await;
}

/// An org with four users, each with this many keys.
struct Many(House);

impl crate::support::Fixture for Many {
    async fn start(backend: Backend) -> Self {
        Many(House::with(Database::migrated(backend), 4 * 4000, Server::start))
    }
}

/// Waits until the job has come to where this is true.
async fn until(house: &House, is_there: impl Fn(&Database) -> bool) {
    let began = Instant::now();
    while !is_there(&house.database) {
        assert!(began.elapsed() < Duration::from_secs(60), "{}", house.server.log());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

both! {
    async fn a_removal_that_a_crash_interrupts_deletes_each_key_once(many: Many) {
        let Many(mut house) = many;
        remove(&house.server, &house.bulk).await;
        for reached in [1, 1500] {
            until(&house, |database| deletions(database) >= reached).await;
            house.server = house.server.crash_and_restart();
            assert!(is_under_way(&house.database), "it was over before the crash");
        }
        until(&house, |database| !is_under_way(database)).await;
        let once = "SELECT COUNT(DISTINCT target_id) FROM audit_events WHERE action = 'key.deleted'";
        assert_eq!((deletions(&house.database), house.database.number(once)), (4000, 4000));
        let live = "SELECT COUNT(*) FROM keys WHERE deleted_at IS NULL AND membership_id";
        assert_eq!(house.database.number(&format!("{live} = {}", house.bulk.membership(1))), 0);
        assert_eq!(house.database.number(&format!("{live} = {}", house.bulk.membership(2))), 4000);
        assert_eq!(house.database.number("SELECT keys FROM org_counts"), 3 * 4000 + 1);
        let seal = house.server.secrets().key("audit chain");
        assert_eq!(chain::broken(&house.database, &seal, 101), Vec::<String>::new());
        house.ask("GET", &format!("/user/apiKey/{}", house.bulk.key(1))).send().await.expect(404);
    }
}
