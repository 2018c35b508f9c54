//! Many writers at once, on one node and on two: nobody hears "busy", nothing deadlocks, and the chain does not fork.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use keyhouse::db::Conn;
use keyhouse::error::Error;

use super::house::House;
use crate::support::bulk::Bulk;
use crate::support::database::{Backend, Database};
use crate::support::in_process::READERS;
use crate::support::people::World;
use crate::support::server::Server;
use crate::support::{Fixture, both, chain};

const WRITERS: i64 = 64;
const EACH: i64 = 5;

/// Each writer makes keys and deletes prepared ones, in turn; all at once.
async fn write_all(house: &Arc<House>, other: Option<&Arc<Server>>) {
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (house, other) = (Arc::clone(house), other.map(Arc::clone));
            let client = other.as_deref().filter(|_| writer % 2 == 1).unwrap_or(&house.server).client();
            tokio::spawn(async move {
                for n in 0..EACH {
                    let body = serde_json::json!({"orgUserId": house.bulk.membership(writer % 4 + 1), "name": "many"});
                    house.ask_as(&client, "POST", "/user/apiKey").json(&body).send().await.expect(201);
                    let path = format!("/user/apiKey/{}", house.bulk.key(writer * EACH + n + 1));
                    house.ask_as(&client, "DELETE", &path).send().await.expect(204);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(house.named("many"), WRITERS * EACH);
    assert_eq!(house.database.number("SELECT COUNT(*) FROM keys WHERE deleted_at IS NOT NULL"), WRITERS * EACH);
    let seal = house.server.secrets().key("audit chain");
    assert_eq!(chain::broken(&house.database, &seal, 101), Vec::<String>::new());
    assert_eq!(house.database.number("SELECT seq FROM audit_heads WHERE org_id = 101"), 1 + 2 * WRITERS * EACH);
}

/// A house with enough keys for all writers.
struct Big(Arc<House>);

impl Fixture for Big {
    async fn start(backend: Backend) -> Self {
        Big(Arc::new(House::with(Database::migrated(backend), WRITERS * EACH, Server::start)))
    }
}

both! {
    async fn sixty_four_writers_at_once_are_all_served(big: Big) {
        write_all(&big.0, None).await;
        let log = big.0.server.log();
        assert!(!["ERROR", "could not begin", "locked", "deadlock"].iter().any(|word| log.contains(word)), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_write_to_the_same_org_make_one_chain() {
    let database = Database::migrated(Backend::Postgres);
    let bulk = Bulk::write(&database, 4, WRITERS * EACH);
    let other = Arc::new(Server::start(&database));
    let house = Arc::new(House { server: Server::start(&database), database, bulk });
    write_all(&house, Some(&other)).await;
    for log in [house.server.log(), other.log()] {
        assert!(!log.contains("deadlock") && !log.contains("ERROR"), "{log}");
    }
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

const SQLITE: &str = "SELECT (SELECT journal_mode FROM pragma_journal_mode) || ' ' || (SELECT synchronous FROM pragma_synchronous) || ' ' || \
    (SELECT foreign_keys FROM pragma_foreign_keys) || ' ' || (SELECT trusted_schema FROM pragma_trusted_schema) || ' ' || \
    (SELECT timeout FROM pragma_busy_timeout) || ' ' || (SELECT query_only FROM pragma_query_only) AS word";
const POSTGRES: &str = "SELECT current_setting('synchronous_commit') || ' ' || current_setting('lock_timeout') || ' ' || \
    current_setting('statement_timeout') || ' ' || current_setting('idle_in_transaction_session_timeout') || ' ' || \
    current_setting('default_transaction_read_only') || ' ' || current_setting('default_transaction_isolation') AS word";

/// The settings of all connections that read, each held until the last was asked, and of the one that writes.
fn settings(world: &World, query: &'static str) -> (BTreeSet<String>, String) {
    let db = world.app.running.state.access.db();
    let ask = move |conn: &mut Conn| Ok(sql_query(query).get_result::<Word>(conn).map_err(Error::from)?.word);
    let all_there = Barrier::new(READERS as usize);
    let held = |conn: &mut Conn| {
        all_there.wait();
        ask(conn)
    };
    let readers = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..READERS).map(|_| scope.spawn(|| db.read_now(held).unwrap())).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    (readers, db.write_now(ask).unwrap())
}

both! {
    async fn every_connection_has_the_settings_that_durability_stands_on(world: World) {
        let (query, reader, writer) = match world.app.database.backend {
            Backend::Sqlite => (SQLITE, "wal 2 1 0 5000 1", "wal 2 1 0 5000 0"),
            Backend::Postgres => (POSTGRES, "on 2s 5s 10s on repeatable read", "on 2s 5s 10s off read committed"),
        };
        let (readers, found) = tokio::task::block_in_place(|| settings(&world, query));
        assert_eq!((readers, found.as_str()), (BTreeSet::from([reader.to_owned()]), writer));
    }
}
