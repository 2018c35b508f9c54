//! Behind https: what a browser may send where, over what it may come, and what it may never be led to.

use std::collections::BTreeSet;

use crate::support::both;
use crate::support::bulk::{Bulk, EMAIL, PASSWORD};
use crate::support::client::{Client, Reply};
use crate::support::database::Database;
use crate::support::server::Server;

const HOME: &str = "https://keys.example.com";

fn behind_https(database: &Database) -> Server {
    Server::start_with(database, &[("KEYHOUSE_PUBLIC_URL", HOME)])
}

fn cookies(reply: &Reply) -> Vec<String> {
    reply.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap().to_owned()).collect()
}

/// A form of the page at an address, sent as a browser does that sees the site behind its proxy.
async fn sends(client: &Client, from: &str, to: &str, fields: &[(&str, &str)]) -> Reply {
    let page = client.get(from).await.page();
    let token = page.attributes("input[name=csrf]", "value").pop().unwrap_or_default();
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
    client.ask("POST", to).header("origin", HOME).header("sec-fetch-site", "same-origin").form(&fields).send().await
}

both! {
    async fn no_cookie_goes_over_plain_http_to_scripts_or_to_a_neighbouring_host(database: Database) {
        let bulk = Bulk::write(&database, 2, 2);
        let server = behind_https(&database);
        let client = server.client();
        let mut set = cookies(&client.get("/login").await.expect(200));
        let signed_in = sends(&client, "/login", "/login", &[("email", EMAIL), ("password", PASSWORD)]).await.expect(303);
        set.extend(cookies(&signed_in));
        let delete = format!("/orgs/acme/keys/{}/delete", bulk.key(1));
        set.extend(cookies(&sends(&client, &delete, &delete, &[]).await.expect(303)));
        set.extend(cookies(&client.get(&format!("/links/{}", "0".repeat(32))).await.expect(303)));
        set.extend(cookies(&sends(&client, "/profile", "/logout", &[]).await.expect(303)));
        let names: BTreeSet<&str> = set.iter().filter_map(|line| line.split('=').next()).collect();
        assert!(names.len() >= 4, "{names:?}");
        for line in &set {
            for wanted in ["__Host-", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
                assert!(line.contains(wanted), "{wanted} is missing: {line}");
            }
            assert!(!line.contains("Domain=") && line.len() < 4096, "{line}");
        }
    }

    async fn a_browser_that_came_by_https_is_kept_there(database: Database) {
        let server = behind_https(&database);
        for path in ["/login", "/nothing", "/static/nothing.css", "/user/users/me", "/healthz", "/openapi.json", "/setup"] {
            let reply = server.client().get(path).await;
            assert_eq!(reply.header("strict-transport-security"), "max-age=31536000; includeSubDomains", "{path}");
        }
        let form = server.client().ask("POST", "/login").header("origin", "http://keys.example.com").form(&[("email", "x")]);
        form.send().await.expect(403);
    }

    async fn no_answer_allows_another_origin_to_read_it(database: Database) {
        let bulk = Bulk::write(&database, 2, 2);
        let server = behind_https(&database);
        for method in ["GET", "HEAD", "OPTIONS", "POST", "DELETE"] {
            for path in ["/", "/login", "/user/users/me", "/user/apiKey/1", "/openapi.json", "/healthz", "/nothing"] {
                let ask = server.client().ask(method, path).header("x-api-key", &bulk.token).header("origin", "https://evil.example");
                let ask = ask.header("access-control-request-method", "DELETE").header("access-control-request-headers", "x-api-key");
                let reply = ask.send().await;
                let allows = reply.headers.keys().find(|name| name.as_str().starts_with("access-control-"));
                assert!(allows.is_none(), "{method} {path}: {:?}", reply.headers);
            }
        }
    }
}
