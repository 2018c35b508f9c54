//! A log that cannot be written: its disk is full, or whoever read it is gone. Requests are answered all the same.

use std::time::Duration;

use crate::support::bulk::Bulk;
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

use super::house::House;

/// The house under this redirection of its standard error; a key is made and deleted in it, and it ends when it is asked to.
async fn goes_on(redirected: &str) {
    let database = Database::migrated(Backend::Sqlite);
    let bulk = Bulk::write(&database, 4, 4);
    let script = format!("exec \"$0\" \"$@\" {redirected}");
    let server = Server::start_under(&database, &["bash", "-c", &script]);
    let mut house = House { server, database, bulk };
    for name in ["one", "two", "three"] {
        house.create(name).send().await.expect(201);
        house.server.client().get("/nowhere").await.expect(404);
    }
    house.delete(1).send().await.expect(204);
    house.admin().await;
    assert!(house.server.stop(Duration::from_secs(12)).is_some_and(|status| status.success()), "{redirected}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_on_a_full_disk_holds_up_nothing() {
    goes_on("2>/dev/full").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_nobody_reads_any_more_holds_up_nothing() {
    goes_on("2> >(exec true)").await;
}
