//! What the node writes by itself, with fifty thousand rows of it: no caller waits long for the writers' lock meanwhile.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use keyhouse::access::Access;
use keyhouse::access::seen::Part;
use keyhouse::clock::{Time, now};
use keyhouse::id::KeyId;
use keyhouse::jobs;
use keyhouse::sessions::actions::sweep;

use super::locked::Lock;
use crate::support::Fixture;
use crate::support::both;
use crate::support::bulk::Bulk;
use crate::support::database::{Backend, Database};
use crate::support::in_process::{self, Running};

const ROWS: i64 = 50_000;
/// No group holds the writers' lock for longer.
const LONGEST: Duration = Duration::from_millis(250);

/// A product with an org of fifty thousand keys.
struct Large {
    running: Running,
    database: Database,
    bulk: Bulk,
}

impl Fixture for Large {
    async fn start(backend: Backend) -> Self {
        let database = Database::migrated(backend);
        let bulk = Bulk::write(&database, 4, ROWS);
        Large { running: in_process::start(&database), database, bulk }
    }
}

impl Large {
    fn access(&self) -> &Access {
        &self.running.state.access
    }

    /// Has these keys used at this time.
    fn use_keys(&self, keys: i64, at: Time) {
        let used = (1..=keys).map(|n| (KeyId::new(self.bulk.key(n)), at)).collect();
        self.access().seen().put_back(Part::Keys(used));
    }

    /// How many keys were last used at this time.
    fn used(&self, at: Time) -> i64 {
        self.database.number(&format!("SELECT COUNT(*) FROM key_usage WHERE last_used = {}", at.micros()))
    }

    /// How many rows the swept tables have.
    fn left(&self) -> i64 {
        let tables = ["operations", "sign_in_failures", "refusals"];
        tables.map(|table| self.database.number(&format!("SELECT COUNT(*) FROM {table}"))).iter().sum()
    }

    /// The longest that a change of another caller takes while this runs, in the best of three rounds: the machine may be busy with
    /// others.
    async fn longest_wait<W: Future<Output = ()> + Send + 'static>(&self, work: impl Fn() -> W) -> Duration {
        let mut best = Duration::MAX;
        for _ in 0..3 {
            best = best.min(self.longest_of_a_round(work()).await);
            if best < LONGEST {
                break;
            }
        }
        best
    }

    async fn longest_of_a_round(&self, work: impl Future<Output = ()> + Send + 'static) -> Duration {
        let work = tokio::spawn(work);
        let mut longest = Duration::ZERO;
        while !work.is_finished() {
            let asked = Instant::now();
            self.access().db().write(|_| Ok(())).await.unwrap();
            longest = longest.max(asked.elapsed());
        }
        work.await.unwrap();
        longest
    }
}

/// Rows that are out of date in each table that is swept.
fn out_of_date(database: &Database) {
    let numbers = format!("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {ROWS})");
    for (table, columns, row) in [
        ("operations", "actor_id, operation_id, outcome, created_at", "n, 'once', 'key.deleted 1', n"),
        ("sign_in_failures", "subject, failures, last_at", "'account:' || n, 1, n"),
        (
            "refusals",
            "id, org_id, hour, kind, subject_kind, subject_id, network, attempts",
            "n, 0, 0, 'key', 'unknown', n, '', 1",
        ),
    ] {
        database.execute(&format!("INSERT INTO {table} ({columns}) {numbers} SELECT {row} FROM c"));
    }
}

both! {
    async fn fifty_thousand_last_used_marks_keep_no_caller_waiting(large: Large) {
        let longest = large.longest_wait(|| {
            let (at, access) = (now(), large.access().clone());
            large.use_keys(ROWS, at);
            async move { jobs::flush(&access).await }
        });
        let longest = longest.await;
        assert_eq!(large.database.number("SELECT COUNT(*) FROM key_usage WHERE last_used > 1760000000000000"), ROWS);
        assert!(longest < LONGEST, "{longest:?}");
    }

    async fn a_sweep_deletes_at_most_five_hundred_rows_at_once(large: Large) {
        out_of_date(&large.database);
        let part = tokio::task::block_in_place(|| large.access().write_as_host(|conn, _| sweep(conn, now()))).unwrap();
        assert_eq!((part, large.left()), (500, 3 * ROWS - 500));
        jobs::sweep(large.access()).await.unwrap();
        assert_eq!(large.left(), 0);
    }
}

async fn on_postgres() -> Large {
    Large::start(Backend::Postgres).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn last_used_marks_do_not_take_the_lock_that_revocations_wait_for() {
    let (large, at) = (on_postgres().await, now());
    let lock = Lock::take(&large.database);
    large.use_keys(1000, at);
    jobs::flush(large.access()).await;
    assert_eq!(large.used(at), 1000);
    drop(lock);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_that_find_a_row_locked_give_up_and_are_written_later() {
    let (large, at) = (on_postgres().await, now());
    let mut other = large.database.postgres();
    let row = large.bulk.key(700);
    other.batch_execute(&format!("BEGIN; UPDATE key_usage SET last_used = 1 WHERE key_id = {row}")).unwrap();
    large.use_keys(1000, at);
    jobs::flush(large.access()).await;
    assert_eq!(large.used(at), 500, "the part before it");
    other.batch_execute("COMMIT").unwrap();
    jobs::flush(large.access()).await;
    assert_eq!(large.used(at), 1000);
}
