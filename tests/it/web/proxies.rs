//! Proxies in front: whose word about the client counts, in which forms, and what the log says about settings that do not fit.

use crate::support::both;
use crate::support::bulk::Bulk;
use crate::support::client::Reply;
use crate::support::database::Database;
use crate::support::server::Server;

fn behind(database: &Database, trusted: &str) -> Server {
    Server::start_with(database, &[("KEYHOUSE_TRUSTED_PROXIES", trusted)])
}

/// Makes a key, so that an event records the address of the client.
async fn makes_a_key(server: &Server, bulk: &Bulk, forwarded: &[&str]) -> Reply {
    let ask = server.client().ask("POST", "/user/apiKey").header("x-api-key", &bulk.token);
    let ask = forwarded.iter().fold(ask, |ask, value| ask.header("x-forwarded-for", value));
    ask.json(&serde_json::json!({"orgUserId": bulk.membership(1), "name": "ci"})).send().await.expect(201)
}

fn recorded(database: &Database, address: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM audit_events WHERE address = '{address}'"))
}

fn lines(server: &Server, words: &str) -> Vec<String> {
    server.log().lines().filter(|line| line.contains(words)).map(str::to_owned).collect()
}

/// Asks for something, and waits until the log has it: what came before is in the log too.
async fn everything_is_logged(server: &mut Server) {
    let last = server.client().get("/nothing").await.header("x-request-id").to_owned();
    server.wait_line(|line| line.contains(&last).then_some(()));
}

both! {
    async fn the_address_of_a_client_is_read_in_every_form_that_proxies_send(database: Database) {
        let bulk = Bulk::write(&database, 2, 2);
        let server = behind(&database, "127.0.0.0/8, fd00::/8");
        for (forwarded, address) in [
            (&["203.0.113.7"][..], "203.0.113.7"),
            (&["203.0.113.8:51008"], "203.0.113.8"),
            (&["[2001:db8::7]:4711"], "2001:db8::7"),
            (&["\"[2001:db8::8]\""], "2001:db8::8"),
            (&["2001:db8::9"], "2001:db8::9"),
            (&["198.51.100.1, 203.0.113.9:1, 127.0.0.9:80 , [fd00::2]:443"], "203.0.113.9"),
            (&["198.51.100.1", "203.0.113.10"], "203.0.113.10"),
            (&["198.51.100.1, unknown"], "127.0.0.1"),
            (&["::ffff:203.0.113.11"], "203.0.113.11"),
        ] {
            makes_a_key(&server, &bulk, forwarded).await;
            assert_eq!(recorded(&database, address), 1, "{forwarded:?}");
        }
        assert_eq!(recorded(&database, "198.51.100.1"), 0);
    }

    async fn an_unreadable_address_of_a_trusted_proxy_is_named_in_the_log_once(database: Database) {
        let mut server = behind(&database, "127.0.0.1");
        for value in ["unknown", "unknown", "x\u{1b}[31m", &"y".repeat(2000)] {
            let value: String = value.chars().filter(|c| !c.is_control()).collect();
            server.client().ask("GET", "/login").header("x-forwarded-for", &value).send().await.expect(200);
        }
        everything_is_logged(&mut server).await;
        let told = lines(&server, "X-Forwarded-For");
        assert!(told.len() == 1 && told[0].contains("127.0.0.1") && told[0].contains("WARN"), "{told:?}");
        assert!(told[0].contains("unknown") && told[0].len() < 500, "{told:?}");
    }

    async fn a_proxy_that_is_not_in_the_setting_is_named_in_the_log_once(database: Database) {
        let mut server = behind(&database, "172.18.0.0/16");
        for n in 0..5 {
            server.client().ask("GET", "/login").header("x-forwarded-for", &format!("203.0.113.{n}")).send().await.expect(200);
        }
        everything_is_logged(&mut server).await;
        let told = lines(&server, "KEYHOUSE_TRUSTED_PROXIES");
        assert!(told.len() == 1 && told[0].contains("127.0.0.1") && told[0].contains("WARN"), "{told:?}");
        assert!(!server.log().contains("203.0.113."), "{}", server.log());
    }

    async fn a_trusted_proxy_that_forwards_the_address_in_another_header_is_named_in_the_log_once(database: Database) {
        let mut server = behind(&database, "127.0.0.1");
        for (header, value) in [("x-real-ip", "203.0.113.7"), ("forwarded", "for=203.0.113.7")] {
            server.client().ask("GET", "/login").header(header, value).send().await.expect(200);
        }
        everything_is_logged(&mut server).await;
        let told = lines(&server, "X-Forwarded-For");
        assert!(told.len() == 1 && told[0].contains("X-Real-IP") && told[0].contains("WARN"), "{told:?}");
    }

    async fn without_forwarded_headers_the_log_says_nothing_of_proxies(database: Database) {
        for trusted in ["", "127.0.0.1"] {
            let mut server = behind(&database, trusted);
            everything_is_logged(&mut server).await;
            assert!(!server.log().contains("X-Forwarded-For"), "{}", server.log());
        }
    }
}
