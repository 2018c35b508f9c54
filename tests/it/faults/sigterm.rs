//! SIGTERM and SIGHUP while a change is under way: it is finished and answered, nobody new gets in, and the process ends well.

use std::time::Duration;

use super::house::House;
use super::locked::Lock;
use crate::support::both;
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

/// Sends the signals while a delete waits for a lock, and then gives the lock back.
async fn finishes_what_is_under_way(mut house: House, signals: &[&str]) {
    let lock = Lock::take(&house.database);
    let mut delete = tokio::spawn(house.delete(1).try_send());
    let early = tokio::time::timeout(Duration::from_millis(400), &mut delete).await;
    assert!(early.is_err(), "the change did not wait for the lock");
    signals.iter().for_each(|signal| house.server.signal(signal));
    house.server.wait_line(|line| line.contains("stopping").then_some(()));
    drop(lock);
    delete.await.unwrap().unwrap().expect(204);
    assert!(house.is_deleted(1));
    let status = house.server.wait_exit(Duration::from_secs(12));
    assert!(status.is_some_and(|status| status.success()), "{}", house.server.log());
    assert!(house.delete(2).try_send().await.is_err());
}

/// Whether the kernel drops SIGHUP for this process.
fn ignores_hangup(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    u64::from_str_radix(ignored.trim(), 16).unwrap() & 1 == 1
}

both! {
    async fn what_is_under_way_is_finished_before_the_end(house: House) {
        finishes_what_is_under_way(house, &["TERM"]).await;
    }

    async fn what_is_under_way_is_finished_when_the_terminal_closes(house: House) {
        finishes_what_is_under_way(house, &["HUP", "HUP"]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_nohup_keyhouse_goes_on_when_the_terminal_closes() {
    let database = Database::migrated(Backend::Sqlite);
    let mut server = Server::start_under(&database, &["nohup"]);
    assert!(ignores_hangup(server.id()), "it handles a signal that nohup made it ignore");
    server.signal("HUP");
    server.client().get("/healthz").await.expect(200);
    assert!(server.stop(Duration::from_secs(12)).is_some_and(|status| status.success()), "{}", server.log());
}
