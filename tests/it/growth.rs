//! Every page and call costs the same however many keys there are. The real binary runs twice, over a small and over a big
//! org, and is asked in turns; what is compared is the processor time that it spent for each request, which a busy machine
//! disturbs less than the clock, and on PostgreSQL, which is another process, the time until the answer.

mod rows;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::support::bulk::{Bulk, EMAIL, PASSWORD};
use crate::support::client::{Ask, Client};
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

use rows::ROWS;

/// What the big org's request may cost, in those of the small one's.
const MOST: f64 = 1.3;
/// How often a row is measured at most, as a busy machine can spoil one measurement.
const TRIES: usize = 3;
/// Turns of each measurement, and requests to either server in each turn.
const TURNS: usize = 25;
const BATCH: usize = 8;

/// A product over an org of some size, and somebody who is signed in.
pub struct Site {
    server: Server,
    database: Database,
    bulk: Bulk,
    client: Client,
    form: String,
    made: i64,
}

impl Site {
    async fn start(backend: Backend, keys: i64) -> Site {
        let database = Database::migrated(backend);
        let bulk = Bulk::write(&database, keys / 50, keys);
        let server = Server::start_with(&database, &[("KEYHOUSE_WORKERS", "1")]);
        bulk.write_trail(&database);
        let mut robot = server.robot();
        robot.open("/login").await.fill("Email address", EMAIL).fill("Password", PASSWORD);
        robot.press("Sign in").await.status(200).open("/orgs/acme/keys").await.status(200);
        let form = robot.page.attributes("input[name=csrf]", "value").remove(0);
        Site { server, database, bulk, client: robot.client.clone(), form, made: 0 }
    }

    /// A request with the admin's API key.
    fn call(&self, method: &str, path: &str) -> Ask {
        Client::new(&self.server.url).ask(method, path).header("x-api-key", &self.bulk.token)
    }

    /// What the server spends on some requests: processor time, or, as on PostgreSQL others work for it, all time.
    async fn cost(&mut self, row: &rows::Row, numbers: std::ops::Range<usize>) -> Duration {
        let (before, began) = (processor_times(self.server.id()), Instant::now());
        for n in numbers {
            row.ask(self, n).await;
        }
        if self.database.backend == Backend::Postgres {
            return began.elapsed();
        }
        let after = processor_times(self.server.id());
        let spent = after.iter().map(|(thread, spent)| spent - before.get(thread).unwrap_or(&0));
        Duration::from_nanos(spent.sum())
    }
}

// of each thread, in nanoseconds: the first number of its schedstat
fn processor_times(process: u32) -> BTreeMap<String, u64> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let spent = threads.filter_map(|thread| {
        let folder = thread.ok()?.path();
        let text = std::fs::read_to_string(folder.join("schedstat")).ok()?;
        Some((folder.to_string_lossy().into_owned(), text.split(' ').next()?.parse().ok()?))
    });
    spent.collect()
}

async fn measure(sites: &mut [Site; 2], row: &rows::Row) -> [Duration; 2] {
    let mut turns = [Vec::new(), Vec::new()];
    for turn in 0..TURNS {
        for (site, turns) in sites.iter_mut().zip(&mut turns) {
            let numbers = turn * BATCH..(turn + 1) * BATCH;
            turns.push(site.cost(row, numbers).await / BATCH as u32);
        }
    }
    turns.map(|mut turns| {
        turns.sort();
        turns[turns.len() / 2]
    })
}

async fn compare(backend: Backend, sizes: [i64; 2]) {
    let mut sites = [Site::start(backend, sizes[0]).await, Site::start(backend, sizes[1]).await];
    let what = if backend == Backend::Sqlite { "processor time" } else { "time to the answer" };
    println!(
        "\n{backend:?}: {what} of a request at {} and {} keys, median of {} turns of {BATCH}",
        sizes[0], sizes[1], TURNS
    );
    let mut too_much = Vec::new();
    for row in &ROWS {
        let mut best = f64::MAX;
        for _ in 0..TRIES {
            let [small, big] = measure(&mut sites, row).await;
            best = best.min(big.as_secs_f64() / small.as_secs_f64());
            println!("  {:28} {:>7} us {:>7} us   x {best:.2}", row.name, small.as_micros(), big.as_micros());
            if best <= MOST {
                break;
            }
        }
        if best > MOST {
            too_much.push(format!("{} costs {best:.2} times as much", row.name));
        }
    }
    assert!(too_much.is_empty(), "{backend:?}: {too_much:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn growth_sqlite() {
    compare(Backend::Sqlite, [10_000, 1_000_000]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn growth_postgres() {
    compare(Backend::Postgres, [10_000, 200_000]).await;
}
