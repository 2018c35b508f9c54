//! What the tests stand on: throwaway databases, the running product, a client, a form robot, a browser, and the
//! checkers of pages. `both!` makes one test of each database.
#![allow(dead_code)] // a part stays, though no test may need it this week

pub mod authenticator;
pub mod axe;
pub mod browser;
pub mod bulk;
pub mod chain;
pub mod client;
pub mod cluster;
pub mod crawler;
pub mod cut;
pub mod database;
pub mod dump;
pub mod forge;
pub mod form;
pub mod hands;
pub mod html;
pub mod in_process;
pub mod leaks;
pub mod page;
pub mod people;
pub mod process;
pub mod robot;
pub mod server;
pub mod site;
pub mod somebody;
pub mod town;
pub mod trail;
pub mod wire;

mod selftest;

use std::path::PathBuf;

use client::Client;
use database::{Backend, Database};
use in_process::Running;
use robot::Robot;

/// What a test is given, made anew for each test and each database. Dropping it takes everything down.
pub trait Fixture: Sized {
    /// Makes it on this kind of database.
    async fn start(backend: Backend) -> Self;
}

impl Fixture for Database {
    async fn start(backend: Backend) -> Self {
        Database::migrated(backend)
    }
}

/// The product, running inside the test's process on a database of its own.
pub struct App {
    /// Where it listens, and how it stops; before the database, so that it is dropped first.
    pub running: Running,
    /// Its database, migrated.
    pub database: Database,
}

impl Fixture for App {
    async fn start(backend: Backend) -> Self {
        let database = Database::migrated(backend);
        let running = in_process::start(&database);
        App { running, database }
    }
}

impl App {
    /// `http://127.0.0.1:port`
    pub fn url(&self) -> &str {
        &self.running.url
    }

    /// A visitor with an empty cookie jar.
    pub fn client(&self) -> Client {
        Client::new(self.url())
    }

    /// A robot with an empty cookie jar.
    pub fn robot(&self) -> Robot {
        Robot::new(self.url())
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The items of a loop; panics if there are none, because a loop that never runs checks nothing.
#[track_caller]
pub fn at_least_one<T>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let items: Vec<T> = items.into_iter().collect();
    assert!(!items.is_empty(), "the loop has nothing to check");
    items
}

/// A file of the tools that `bin/test` installs; panics, naming `bin/test`, when it is missing.
pub fn tool(path: &str) -> PathBuf {
    let file = root().join("target/test-tools").join(path);
    assert!(file.exists(), "{} is missing: bin/test installs it", file.display());
    file
}

/// Makes of each `async fn a_sentence(app: App) { … }` two tests, `a_sentence::sqlite` and `a_sentence::postgres`.
/// The argument is any [`Fixture`]. Tests import it: `use crate::support::{App, both};`
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($arg:ident: $kind:ty) $body:block)+) => {
        $(
            mod $name {
                #[allow(unused_imports)]
                use super::*;

                async fn run($arg: $kind) $body

                $(#[$meta])*
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    use $crate::support::{Fixture, database::Backend};
                    run(<$kind as Fixture>::start(Backend::Sqlite).await).await;
                }

                $(#[$meta])*
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    use $crate::support::{Fixture, database::Backend};
                    run(<$kind as Fixture>::start(Backend::Postgres).await).await;
                }
            }
        )+
    };
}

pub(crate) use both;
