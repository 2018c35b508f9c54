//! What is acknowledged is on the disk: syncs are counted from outside, as a killed process cannot tell whether there were any.

use std::process::Command;

use diesel::connection::SimpleConnection;
use tempfile::TempDir;

use super::house::House;
use super::trace;
use crate::support::cluster::Cluster;
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

/// More than it takes to make the database.
const COMMITS: usize = 60;
const MODE: &str = "KEYHOUSE_TEST_SYNCHRONOUS";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_acknowledged_change_of_a_single_client_was_synced() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("syncs");
    let wrapper = trace::syncs(&file);
    let wrapper: Vec<&str> = wrapper.iter().map(String::as_str).collect();
    let house = House::on(Database::migrated(Backend::Sqlite), |database| Server::start_under(database, &wrapper));
    house.read().await.expect(200);
    let before = trace::count(&file);
    for n in 1..=40 {
        house.delete(n).send().await.expect(204);
    }
    let syncs = trace::count(&file) - before;
    assert!(syncs >= 40, "{syncs} syncs for 40 acknowledged changes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_secret_that_is_made_at_the_first_start_outlives_a_power_cut() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("syncs");
    let wrapper = trace::syncs(&file);
    let wrapper: Vec<&str> = wrapper.iter().map(String::as_str).collect();
    let server = Server::start_under(&Database::migrated(Backend::Sqlite), &wrapper);
    let home = server.folder().canonicalize().unwrap();
    let draft = home.join("keyhouse.secret.").display().to_string();
    assert_eq!(trace::count_of(&file, &draft), 1, "what is in it");
    assert_eq!(trace::count_of(&file, &format!("{}>", home.display())), 1, "its name");
}

/// What commits without waiting by itself is told to wait. The processes of the server that are there before the product would sync
/// sooner or later, and are not counted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_acknowledged_change_was_synced_by_a_postgres_that_would_not_by_itself() {
    let cluster = Cluster::start(&["synchronous_commit=off"]);
    let (folder, database) = (TempDir::new().unwrap(), Database::of_own_server(&cluster.url()));
    let file = folder.path().join("syncs");
    let counting = trace::syncs_of(cluster.id(), &file);
    let house = House::on(database, Server::start);
    let before = trace::count(&file);
    for n in 1..=40 {
        house.delete(n).send().await.expect(204);
    }
    let syncs = trace::count(&file) - before;
    drop(counting);
    assert!(syncs >= 40, "{syncs} syncs for 40 acknowledged changes");
}

/// The counter itself, tried on a program that syncs each commit and on one that does not: this very test, started under
/// `strace`.
#[test]
fn the_counter_sees_when_commits_are_not_synced() {
    let counted = |mode: &str| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("syncs");
        let [program, arguments @ ..] = &trace::syncs(&file)[..] else { unreachable!() };
        let mut command = Command::new(program);
        command.args(arguments).arg(std::env::current_exe().unwrap());
        command.args(["--exact", "faults::syncs::commits_of_this_program"]).env(MODE, mode);
        assert!(command.output().unwrap().status.success());
        trace::count(&file)
    };
    let (full, normal) = (counted("FULL"), counted("NORMAL"));
    assert!(full >= COMMITS && normal < COMMITS, "FULL: {full} syncs, NORMAL: {normal}");
}

#[test]
fn commits_of_this_program() {
    let database = Database::migrated(Backend::Sqlite);
    let mode = std::env::var(MODE).unwrap_or_else(|_| "FULL".to_owned());
    let mut connection = database.sqlite();
    connection.batch_execute(&format!("PRAGMA journal_mode=WAL; PRAGMA synchronous={mode}")).unwrap();
    for _ in 0..COMMITS {
        connection.batch_execute("UPDATE ids SET last = last + 1").unwrap();
    }
    assert_eq!(database.number("SELECT last FROM ids"), 100 + COMMITS as i64);
}
