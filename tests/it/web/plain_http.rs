//! A browser that comes over http although the public URL is https keeps no cookie, so no form of it is taken. It is told so.

use crate::support::both;
use crate::support::client::{Ask, Reply};
use crate::support::database::Database;
use crate::support::server::Server;

const HOME: &str = "https://keys.example.com";
const TOLD: &str = "Keyhouse is reached at https://keys.example.com";

fn behind_https(database: &Database, trusted: &str) -> Server {
    Server::start_with(database, &[("KEYHOUSE_PUBLIC_URL", HOME), ("KEYHOUSE_TRUSTED_PROXIES", trusted)])
}

/// The form of the sign-in page, in a browser that did not keep the page's cookie.
async fn form(server: &Server, host: &str) -> Ask {
    let page = server.client().ask("GET", "/login").header("host", host).send().await.expect(200).page();
    let token = page.attributes("input[name=csrf]", "value").concat();
    let fields = [("csrf", token.as_str()), ("email", "a@b.example"), ("password", "x")];
    server.client().ask("POST", "/login").header("host", host).form(&fields)
}

fn is_told(reply: &Reply) -> bool {
    let page = reply.page();
    page.text().contains(TOLD) && page.attributes("main a", "href") == [format!("{HOME}/")]
}

both! {
    async fn a_form_over_http_is_answered_with_the_https_address(database: Database) {
        let mut server = behind_https(&database, "");
        let local = server.url.trim_start_matches("http://").to_owned();
        for host in ["keys.example.com", "keys.example.com:8080", local.as_str()] {
            let origin = format!("http://{host}");
            for (site, name, value) in [(None, "origin", origin.clone()), (None, "referer", format!("{origin}/login")), (Some("same-origin"), "origin", origin)] {
                let ask = form(&server, host).await.header(name, &value);
                let ask = site.into_iter().fold(ask, |ask, site| ask.header("sec-fetch-site", site));
                let reply = ask.send().await.expect(403);
                assert!(is_told(&reply), "{host} {name} {site:?}: {}", reply.page().text());
            }
        }
        let last = server.client().get("/nothing").await.header("x-request-id").to_owned();
        server.wait_line(|line| line.contains(&last).then_some(()));
        let log = server.log();
        let told: Vec<&str> = log.lines().filter(|line| line.contains("over http")).collect();
        assert!(told.len() == 1 && told[0].contains("WARN") && told[0].contains(HOME), "{told:?}");
    }

    async fn a_trusted_proxy_that_says_http_is_believed_and_no_other(database: Database) {
        let server = behind_https(&database, "127.0.0.1");
        let ask = form(&server, "keys.example.com").await;
        let reply = ask.clone().header("x-forwarded-proto", "http").send().await.expect(403);
        assert!(is_told(&reply) && reply.page().text().contains("this request came over http"), "{}", reply.page().text());
        assert!(!is_told(&ask.header("x-forwarded-proto", "https").send().await.expect(403)));
        let server = behind_https(&database, "");
        let reply = form(&server, "keys.example.com").await.header("x-forwarded-proto", "http").send().await.expect(403);
        assert!(!is_told(&reply), "{}", reply.page().text());
    }

    async fn a_form_of_another_site_is_not_called_one_over_http(database: Database) {
        let server = behind_https(&database, "");
        for (name, value) in [("origin", "http://evil.example"), ("origin", "null"), ("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("referer", "http://evil.example/keys.example.com")] {
            let reply = form(&server, "keys.example.com").await.header(name, value).send().await.expect(403);
            assert!(!reply.text.contains(TOLD), "{name}: {value}");
        }
        let http = Server::start(&database);
        let host = http.url.trim_start_matches("http://").to_owned();
        let reply = form(&http, &host).await.header("origin", "http://evil.example").send().await.expect(403);
        assert!(!reply.text.contains("over http"), "{}", reply.page().text());
    }
}
