//! A newer Keyhouse migrates the database under a running older one, or somebody takes its file away: it must answer nothing more.

use std::time::{Duration, Instant};

use super::house::House;
use super::locked::Lock;
use crate::support::database::Backend;
use crate::support::{Fixture, both};

const NEWER: &str =
    "INSERT INTO __diesel_schema_migrations (version, run_on) VALUES ('99990101000000', CURRENT_TIMESTAMP)";
const LIMIT: Duration = Duration::from_secs(13);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_ends_when_its_file_is_removed_or_replaced() {
    for replaced in [false, true] {
        let mut house = <House as Fixture>::start(Backend::Sqlite).await;
        house.create("kept").send().await.expect(201);
        let (file, away) = (house.database.file(), house.database.folder().join("away.db"));
        std::fs::rename(&file, &away).unwrap();
        if replaced {
            std::fs::copy(&away, &file).unwrap();
        }
        // it may be gone already
        if let Ok(refused) = house.create("lost").try_send().await {
            refused.expect(503);
        }
        let status = house.server.wait_exit(LIMIT);
        let log = house.server.log();
        assert!(status.and_then(|status| status.code()) == Some(1) && log.contains("removed or replaced"), "{log}");
        assert_eq!(file.exists(), replaced, "none is made in its place");
        let log = std::fs::metadata(file.with_extension("db-wal")).map_or(0, |facts| facts.len());
        assert_eq!(log, 0, "what is left would be taken for the log of another file");
        std::fs::rename(&away, &file).unwrap();
        assert_eq!(house.named("kept"), 1, "the file that was taken away is whole by itself");
    }
}

/// A node that has done what it does at its start, and would not look at the database by itself for the next minute.
async fn at_rest(mut house: House) -> House {
    house.create("before").send().await.expect(201);
    house.server = house.server.crash_and_restart();
    // the last thing that it does, for which there has to be an event
    house.server.wait_line(|line| line.contains("audit head").then_some(()));
    house
}

both! {
    async fn an_older_node_ends_when_the_database_is_migrated_under_it(house: House) {
        let mut house = house;
        house.read().await.expect(200);
        house.database.execute(NEWER);
        for _ in 0..3 {
            // it may be gone already
            if let Ok(refused) = house.delete(1).try_send().await {
                refused.expect(503);
            }
        }
        let status = house.server.wait_exit(LIMIT);
        assert_eq!(status.and_then(|status| status.code()), Some(1), "{}", house.server.log());
        assert!(house.server.log().contains("newer Keyhouse"), "{}", house.server.log());
        assert!(!house.is_deleted(1));
        let (status, printed) = house.server.command(&["serve"]);
        assert!(status.code() == Some(1) && printed.contains("made by a newer Keyhouse (migration 99990101000000)"), "{printed}");
    }

    async fn reads_too_are_refused_before_the_next_answer(house: House) {
        house.read().await.expect(200);
        house.database.execute(NEWER);
        if let Ok(refused) = house.ask("GET", "/user/users/me").try_send().await {
            refused.expect(503);
        }
    }

    async fn a_node_that_nobody_asks_ends_too(house: House) {
        let mut house = at_rest(house).await;
        house.database.execute(NEWER);
        assert!(house.server.wait_exit(LIMIT).is_some(), "{}", house.server.log());
    }

    async fn a_change_that_waited_for_the_migration_does_not_commit_after_it(house: House) {
        let house = at_rest(house).await;
        let mut migration = Lock::take(&house.database);
        let delete = tokio::spawn(house.delete(1).try_send());
        let began = Instant::now();
        while !delete.is_finished() && began.elapsed() < Duration::from_millis(700) {
            tokio::task::yield_now().await;
        }
        migration.execute(NEWER);
        migration.execute("COMMIT");
        if let Ok(reply) = delete.await.unwrap() {
            reply.expect(503);
        }
        assert!(!house.is_deleted(1));
    }
}
