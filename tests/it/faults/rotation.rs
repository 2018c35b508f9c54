//! The secret is rotated: a new first line in the secret file. Every chain records it, and nodes that do not have the line end.

use std::time::Duration;

use diesel::prelude::*;
use keyhouse::db::schema::two_factors;
use keyhouse::encryption::Encryption;
use keyhouse::id::UserId;
use keyhouse::two_factor::store;

use super::house::House;
use crate::support::database::{Backend, Database};
use crate::support::server::Server;
use crate::support::{both, forge};

const NEW: &str = "a newer secret of the tests, the second of them";
const THIRD: &str = "the third secret of the tests, newer than the second";
const LIMIT: Duration = Duration::from_secs(13);

/// Stops the server and starts it with a new first line.
fn rotated(house: House, line: &str) -> House {
    let mut house = house;
    assert!(house.server.stop(LIMIT).is_some());
    house.server.rotate(line);
    house.server = house.server.start_again();
    house
}

fn count(database: &Database, action: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'"))
}

/// The secret file of the server, with these lines.
fn put(server: &Server, lines: &[&str]) {
    std::fs::write(server.folder().join("keyhouse.secret"), lines.join("\n")).unwrap();
}

/// Another start with the server's settings fails and says this.
fn refuses(server: &Server, told: &str) {
    for arguments in [&["serve"][..], &["user", "link", "ada@example.com"]] {
        let (status, printed) = server.command(arguments);
        assert!(status.code() == Some(1) && printed.contains(told), "{told}: {printed}");
    }
}

fn stored_secret(database: &Database) -> Vec<u8> {
    match database.backend {
        Backend::Sqlite => two_factors::table.select(two_factors::secret).first(&mut database.sqlite()),
        Backend::Postgres => two_factors::table.select(two_factors::secret).first(&mut database.postgres()),
    }
    .unwrap()
}

both! {
    async fn every_chain_records_a_new_first_line_once_and_goes_on_under_it(house: House) {
        house.create("before").send().await.expect(201);
        let house = rotated(house, NEW);
        house.create("after").send().await.expect(201);
        assert_eq!(count(&house.database, "secret.rotated"), 2, "the installation and the org");
        let (_, printed) = house.server.command(&["audit", "verify"]);
        assert!(printed.contains("ok    the installation") && printed.contains("ok    org 101"), "{printed}");
        let mut house = house;
        house.server = house.server.crash_and_restart();
        assert_eq!(count(&house.database, "secret.rotated"), 2, "it is the newest line already");
    }

    async fn two_factor_secrets_are_encrypted_again_before_the_first_request_under_a_new_line(house: House) {
        let (user, secret) = (house.bulk.admin(), [7; 20]);
        let owner = store::owner(UserId::new(user));
        let of = |house: &House| Encryption::new(house.server.secrets().key("two-factor"));
        let sealed = of(&house).encrypt(&owner, &secret).unwrap();
        let literal = forge::bytes(&house.database, &sealed);
        house.database.execute(&format!("INSERT INTO two_factors VALUES ({user}, {literal}, 0, 1)"));
        let old = of(&house);
        let house = rotated(house, NEW);
        let stored = stored_secret(&house.database);
        assert_eq!(of(&house).decrypt(&owner, &stored).as_deref(), Some(&secret[..]));
        assert!(old.decrypt(&owner, &stored).is_none(), "a dump and the old line reveal nothing");
    }

    async fn a_node_with_a_line_that_was_replaced_does_not_start(house: House) {
        let old = house.server.secrets();
        let old_lines = std::fs::read_to_string(house.server.folder().join("keyhouse.secret")).unwrap();
        let mut house = rotated(house, NEW);
        assert!(house.server.stop(LIMIT).is_some());
        for lines in [&[old_lines.as_str()][..], &[&old_lines, NEW]] {
            put(&house.server, lines);
            refuses(&house.server, "was replaced by a newer one");
        }
        put(&house.server, &[THIRD]);
        refuses(&house.server, "is not the one that this database was written with");
        put(&house.server, &[NEW]);
        house.server = house.server.start_again();
        house.read().await.expect(200);
        assert_ne!(house.server.secrets().lines(), old.lines());
        assert_eq!(count(&house.database, "secret.rotated"), 2);
    }

    async fn a_running_node_ends_when_the_secret_is_rotated_under_it(house: House) {
        let mut house = house;
        house.read().await.expect(200);
        house.server.rotate(NEW);
        let (status, printed) = house.server.command(&["user", "link", "ada@example.com"]);
        assert!(status.success(), "a command is a node that starts: {printed}");
        for _ in 0..2 {
            // it may be gone already
            if let Ok(refused) = house.delete(1).try_send().await {
                refused.expect(503);
            }
        }
        let status = house.server.wait_exit(LIMIT);
        let log = house.server.log();
        assert!(status.and_then(|status| status.code()) == Some(1) && log.contains("newer first line"), "{log}");
        assert!(!house.is_deleted(1));
        house.server = house.server.start_again();
        house.delete(1).send().await.expect(204);
    }

    async fn whoever_lost_the_newest_line_goes_on_under_a_new_one_only(house: House) {
        let old = std::fs::read_to_string(house.server.folder().join("keyhouse.secret")).unwrap();
        let mut house = rotated(house, NEW);
        assert!(house.server.stop(LIMIT).is_some());
        put(&house.server, &[&old]);
        let (status, printed) = house.server.command(&["audit", "lost-secret"]);
        assert!(status.code() == Some(1) && printed.contains("put a new line in front of it"), "{printed}");
        put(&house.server, &[THIRD, &old]);
        let (status, printed) = house.server.command(&["audit", "lost-secret"]);
        assert!(status.success(), "{printed}");
        house.server = house.server.start_again();
        house.create("after").send().await.expect(201);
        let (status, printed) = house.server.command(&["audit", "verify", "--since-loss"]);
        assert!(status.success(), "{printed}");
    }

    async fn no_node_starts_on_a_trail_without_a_head_or_without_its_line(house: House) {
        let mut house = house;
        house.create("kept").send().await.expect(201);
        assert!(house.server.stop(LIMIT).is_some());
        let away = |org: i64| format!("UPDATE audit_heads SET org_id = {} WHERE org_id = {org}", -org - 1);
        for (org, named) in [(0, "the installation's audit trail has no head"), (101, "the audit trail of org 101 has no head")] {
            house.database.execute(&away(org));
            refuses(&house.server, named);
            house.database.execute(&away(-org - 1));
        }
        house.database.execute("UPDATE installation SET secret_line = NULL");
        refuses(&house.server, "does not say which line of the secret file seals it");
        house.database.execute("UPDATE audit_heads SET seal = NULL");
        refuses(&house.server, "does not say which line of the secret file seals it");
    }

    async fn a_head_that_an_even_older_line_sealed_does_not_pass_a_rotation(house: House) {
        let old = house.server.secrets().key("audit chain");
        let mut house = rotated(house, NEW);
        assert!(house.server.stop(LIMIT).is_some());
        let last = house.database.number("SELECT MAX(seq) FROM audit_events WHERE org_id = 101");
        forge::cut(&house.database, &old, 101, last);
        house.server.rotate(THIRD);
        refuses(&house.server, "the head of the audit trail of org 101 is not sealed by the line that was replaced");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_the_one_that_is_left_behind_ends_and_both_serve_with_the_new_line() {
    let house = <House as crate::support::Fixture>::start(Backend::Postgres).await;
    let mut other = Server::start(&house.database);
    let house = rotated(house, NEW);
    let status = other.wait_exit(LIMIT);
    assert_eq!(status.and_then(|status| status.code()), Some(1), "{}", other.log());
    other.rotate(NEW);
    let other = other.start_again();
    for client in [house.server.client(), other.client()] {
        house.ask_as(&client, "GET", "/user/users/me").send().await.expect(200);
    }
    assert_eq!(count(&house.database, "secret.rotated"), 2, "the second start found the newest line");
}
