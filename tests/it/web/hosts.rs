//! The host that a request names: what proxies and load balancers send is answered, what a page that rebinds DNS sends is not.

use crate::support::both;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::wire::{self, Answers};

const HOME: &str = "https://keys.example.com";

fn behind(database: &Database, public_url: &str, extra: &str) -> Server {
    Server::start_with(database, &[("KEYHOUSE_PUBLIC_URL", public_url), ("KEYHOUSE_EXTRA_HOSTS", extra)])
}

async fn ask(server: &Server, method: &str, target: &str, host: &str) -> Answers {
    let head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    wire::send_to_the_end(&server.url, head.as_bytes()).await
}

async fn status(server: &Server, target: &str, host: &str) -> u16 {
    let answers = ask(server, "GET", target, host).await;
    assert_eq!(answers.statuses().len(), 1, "{target} of {host}: {}", answers.text);
    answers.statuses()[0]
}

fn location(answers: &Answers) -> &str {
    let line = answers.text.lines().find(|line| line.to_lowercase().starts_with("location: "));
    line.map_or("", |line| &line[10..])
}

both! {
    async fn health_answers_for_every_host(database: Database) {
        let server = behind(&database, HOME, "");
        for host in ["10.0.0.5:8080", "keyhouse.ops.svc", "evil.example", "a_b", "[fd00::1]:8080", ""] {
            assert_eq!(status(&server, "/healthz", host).await, 200, "{host}");
        }
        for host in ["10.0.0.5:8080", "keyhouse.ops.svc", "evil.example"] {
            assert_eq!(status(&server, "/login", host).await, 421, "{host}");
            assert_eq!(status(&server, "/openapi.json", host).await, 421, "{host}");
        }
    }

    async fn a_browser_behind_any_common_proxy_is_answered_and_a_rebound_name_is_not(database: Database) {
        for public_url in [HOME, "https://Keys.Example.com:443", "https://keys.example.com:8443"] {
            let server = behind(&database, public_url, "");
            for host in ["keys.example.com", "KEYS.example.com", "keys.example.com:443", "keys.example.com:8443", "keys.example.com:8080", "127.0.0.1:8080", "LocalHost", "[0:0:0:0:0:0:0:1]:80"] {
                assert_eq!(status(&server, "/login", host).await, 200, "{public_url}: {host}");
            }
            for host in ["evil.example", "evil.example:8443", "keys.example.com.evil.example", "akeys.example.com", "keys.example.com@evil.example", "evil.example:443:443", "127.0.0.1.evil.example", "keys.example.com:443.evil.example"] {
                assert_eq!(status(&server, "/login", host).await, 421, "{public_url}: {host}");
            }
        }
    }

    async fn a_public_url_with_the_usual_port_takes_forms_of_its_pages(database: Database) {
        let server = behind(&database, "https://keys.example.com:443", "");
        let page = server.client().ask("GET", "/login").header("host", "keys.example.com").send().await.expect(200);
        let token = page.page().attributes("input[name=csrf]", "value").concat();
        let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
        let form = server.client().ask("POST", "/login").header("host", "keys.example.com").header("cookie", &cookie);
        let form = form.header("origin", HOME).form(&[("csrf", token.as_str()), ("email", "a@b.example"), ("password", "x")]);
        form.send().await.expect(422);
    }

    async fn further_hosts_serve_the_api_and_lead_pages_to_the_public_url(database: Database) {
        let server = behind(&database, HOME, "Keyhouse:8080, keyhouse.ops.svc");
        for host in ["keyhouse:8080", "keyhouse", "KEYHOUSE.ops.svc:80"] {
            for (path, answer) in [("/user/users/me", 401), ("/healthz", 200), ("/openapi.json", 200)] {
                assert_eq!(status(&server, path, host).await, answer, "{host}{path}");
            }
            for path in ["/", "/login?next=/orgs", "/orgs/acme/keys?q=a%20b"] {
                let page = ask(&server, "GET", path, host).await;
                assert_eq!((page.statuses(), location(&page)), (vec![303], format!("{HOME}{path}").as_str()), "{host}");
            }
            let form = ask(&server, "POST", "/login", host).await;
            assert_eq!(form.statuses(), [421], "{host}");
            assert!(form.text.contains(&format!("the host {host}.")) && form.text.contains("KEYHOUSE_PUBLIC_URL"), "{}", form.text);
        }
        for host in ["keyhouse.evil.example", "ops.svc"] {
            assert_eq!(status(&server, "/user/users/me", host).await, 421, "{host}");
        }
        let cut = ask(&server, "GET", "/orgs?q=kh_AAAAAAAAAAAAAAAAAAAA_x", "keyhouse").await;
        assert_eq!(location(&cut), "/orgs?q=AAAAAAAAAAAAAAAAAAAA");
    }

    async fn a_rejected_host_is_named_on_the_page_and_in_the_log_with_the_expected_one(database: Database) {
        let mut server = behind(&database, HOME, "");
        let page = ask(&server, "GET", "/login", "10.0.0.5:8080").await.text;
        for words in ["10.0.0.5:8080", "keys.example.com", "KEYHOUSE_PUBLIC_URL"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let (_, main) = page.split_once("<main").unwrap();
        assert!(main.contains(&format!("href=\"{HOME}/\"")) && !main.contains("href=\"/\""), "{page}");
        let line = server.wait_line(|line| line.contains("KEYHOUSE_PUBLIC_URL").then(|| line.to_owned()));
        assert!(line.contains("10.0.0.5:8080") && line.contains("keys.example.com") && line.contains("WARN"), "{line}");
        let long = format!("<b>{}", "x".repeat(5000));
        let page = ask(&server, "GET", "/login", &long).await.text;
        assert!(!page.contains("<b>") && !page.contains(&"x".repeat(200)), "{page}");
        let problem = ask(&server, "GET", "/user/users/me", "10.0.0.5").await.text;
        assert!(problem.contains("10.0.0.5") && problem.contains("KEYHOUSE_PUBLIC_URL"), "{problem}");
        let longest = server.log().lines().map(str::len).max();
        assert!(longest < Some(1000), "{longest:?}");
    }

    async fn the_address_inside_a_request_is_checked_like_the_header(database: Database) {
        let server = behind(&database, HOME, "");
        for (target, host, answer) in [
            ("http://evil.example/login", "127.0.0.1", 421),
            ("http://keys.example.com/login", "evil.example", 421),
            ("http://keys.example.com:8080/login", "keys.example.com", 200),
            ("http://127.0.0.1/login", "127.0.0.1", 200),
            ("http://user@evil.example/login", "127.0.0.1", 421),
        ] {
            assert_eq!(status(&server, target, host).await, answer, "{target} {host}");
        }
    }
}
