//! The log: one line for one event, whatever people put into names, addresses and headers.

use crate::support::authenticator::Authenticator;
use crate::support::both;
use crate::support::bulk::{self, Bulk};
use crate::support::database::Database;
use crate::support::robot::Robot;
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

/// The admin turns on two-factor sign-in.
async fn turns_on_two_factor(admin: &mut Robot) -> Authenticator {
    admin.open("/profile/two-factor").await;
    let app = Authenticator::with(&admin.select("dd code")[0]);
    admin.fill("Code from the app", &app.code()).press("Turn on").await.status(200);
    app
}

async fn signs_in_with(server: &Server, email: &str, password: &str) -> Robot {
    let mut robot = server.robot();
    robot.open("/login").await.fill("Email address", email).fill("Password", password).press("Sign in").await;
    robot
}

/// How the lines go on after their time, by README's pattern for fail2ban.
fn pattern() -> String {
    let readme = std::fs::read_to_string(crate::support::root().join("README.md")).unwrap();
    let pattern = readme.split_once("failregex = ").expect("README names no pattern").1;
    let pattern = pattern.split_once("<HOST>").unwrap().0.split_once("WARN").unwrap().1;
    format!("Z  WARN{}", pattern.replace("(?:sign-in|confirmation)", "sign-in"))
}

both! {
    async fn each_rejected_sign_in_is_one_line_with_the_address_and_without_the_email(database: Database) {
        Bulk::write(&database, 2, 2);
        let mut server = Server::start(&database);
        let mut admin = signs_in_with(&server, bulk::EMAIL, bulk::PASSWORD).await;
        let app = turns_on_two_factor(&mut admin).await;
        signs_in_with(&server, bulk::EMAIL, "not the password").await.status(422);
        signs_in_with(&server, "nobody@nowhere.example", "not the password").await.status(422);
        let mut robot = signs_in_with(&server, bulk::EMAIL, bulk::PASSWORD).await;
        robot.fill("Code", &app.wrong()).press("Sign in").await.status(422);
        database.execute("UPDATE sign_in_failures SET failures = 50, last_at = last_at + 60000000");
        signs_in_with(&server, bulk::EMAIL, bulk::PASSWORD).await.status(429);
        admin.open("/confirm").await.fill("Your password", "not the password").press("Confirm").await;
        let last = admin.client.get("/nothing").await.header("x-request-id").to_owned();
        server.wait_line(|line| line.contains(&last).then_some(()));
        let log = server.log();
        let line = format!("{}127.0.0.1 ", pattern());
        assert_eq!(log.lines().filter(|text| text.contains(&line)).count(), 4, "{line}: {log}");
        assert_eq!(log.lines().filter(|text| text.contains(" rejected address=127.0.0.1 ")).count(), 5, "{log}");
        assert!(!log.contains(bulk::EMAIL) && !log.contains("nowhere.example"), "{log}");
    }

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
