//! Another process holds the database: changes are refused in good time, reads go on, and it recovers by itself.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{PgConnection, SqliteConnection};

use super::house::House;
use crate::support::both;
use crate::support::database::{Backend, Database};

/// A transaction of somebody else that no writer gets past.
pub enum Lock {
    /// SQLite's only write lock.
    Sqlite(SqliteConnection),
    /// The row that every id comes from.
    Postgres(PgConnection),
}

impl Lock {
    /// Takes it.
    pub fn take(database: &Database) -> Lock {
        match database.backend {
            Backend::Sqlite => {
                let mut connection = database.sqlite();
                connection.batch_execute("BEGIN IMMEDIATE").unwrap();
                Lock::Sqlite(connection)
            }
            Backend::Postgres => {
                let mut connection = database.postgres();
                connection.batch_execute("BEGIN; SELECT pg_advisory_xact_lock(118083572756341)").unwrap();
                Lock::Postgres(connection)
            }
        }
    }

    /// Runs SQL inside it.
    pub fn execute(&mut self, sql: &str) {
        match self {
            Lock::Sqlite(connection) => connection.batch_execute(sql),
            Lock::Postgres(connection) => connection.batch_execute(sql),
        }
        .unwrap();
    }
}

both! {
    async fn while_another_process_holds_the_database_changes_are_refused_and_reads_go_on(house: House) {
        let lock = Lock::take(&house.database);
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            let asked = Instant::now();
            let refused = house.create("meanwhile").send().await.expect(503);
            assert!(asked.elapsed() < Duration::from_secs(7), "{:?}", asked.elapsed());
            assert!(refused.text.contains("nothing was changed") && !refused.header("retry-after").is_empty());
            let asked = Instant::now();
            house.read().await.expect(200);
            house.server.client().get("/healthz").await.expect(200);
            assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
        }
        drop(lock);
        house.create("afterwards").send().await.expect(201);
        assert_eq!((house.named("meanwhile"), house.named("afterwards")), (0, 1));
    }
}
