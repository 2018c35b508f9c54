//! The log: one line for one event, whatever people put into names, addresses and headers.

use crate::support::both;
use crate::support::bulk::{self, Bulk};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::wire;

const FORGED: &str = "2026-01-01T00:00:00.000000Z  INFO keyhouse: forged";

/// Every line begins with a time or belongs to the two that a start prints, and none has a control character.
fn is_of_one_line_each(log: &str) {
    for line in log.lines().filter(|line| !line.starts_with("Keyhouse ") && !line.starts_with("Set up: ")) {
        let starts =
            line.get(..5).is_some_and(|year| year.ends_with('-') && year[..4].bytes().all(|b| b.is_ascii_digit()));
        assert!(starts && line.contains('Z'), "not a line of ours: {line:?}");
        assert!(!line.chars().any(|c| c.is_control()) && !line.starts_with(FORGED), "{line:?}");
    }
}

both! {
    async fn nobody_writes_a_line_of_their_own_into_the_log(database: Database) {
        let all = Bulk::write(&database, 2, 2);
        let server = Server::start_with(&database, &[("KEYHOUSE_LOG", "debug")]);
        let mut admin = server.robot();
        bulk::sign_in(&mut admin).await;
        let evil = format!("x\r\n{FORGED}\n\u{1b}[31m\u{8}\u{202E}");
        for (from, label, button) in [("/orgs/acme/users/new", "First name", "Create user"), ("/orgs/acme/users/1001/keys/new", "Name", "Create key")] {
            admin.open(from).await.fill(label, &evil).press(button).await;
        }
        let quoted = reqwest::Url::parse("http://x/").unwrap().query_pairs_mut().append_pair("q", &evil).finish().query().unwrap().to_owned();
        for path in [format!("/orgs/acme/users?{quoted}"), format!("/nothing/{quoted}"), format!("/login?next={quoted}"), format!("/links/{quoted}")] {
            admin.client.get(&path).await;
        }
        for header in ["User-Agent: a\u{1b}[2Jb", "X-Api-Key: kh_\u{1b}[0m", "Referer: http://x/\u{9b}31m", "X-Request-Id: forged"] {
            wire::get(&server.url, b"/user/users/me", &[header.as_bytes()]).await;
            wire::get(&server.url, b"/login", &[header.as_bytes()]).await;
        }
        database.execute("ALTER TABLE key_usage RENAME TO gone");
        admin.client.get("/orgs/acme/keys").await;
        admin.client.get(&format!("/orgs/acme/keys/{}", all.key(1))).await.expect(500);
        let last = admin.client.get("/nothing").await.header("x-request-id").to_owned();
        let mut server = server;
        server.wait_line(|line| line.contains(&last).then_some(()));
        let log = server.log();
        assert!(log.contains("an unexpected error") && !log.contains("request_id=forged"), "{log}");
        is_of_one_line_each(&log);
    }
}
