//! HTTP as no well-behaved client speaks it: two lengths, broken heads, forged headers of proxies and hosts, over raw sockets.
//!
//! What refuses the first three stories is actix's parser. They guard that ours is one that refuses (`Cargo.toml` pins it past its
//! smuggling fix), and that nothing in front of our handlers answers otherwise; `gullible` shows that they notice a worse one.

mod gullible;

use crate::access::State;
use crate::support::both;
use crate::support::people::World;
use crate::support::wire::{self, Answers};

/// The one behind: whoever answers it closes the connection.
const SMUGGLED: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn post(headers: &str, body: &str) -> Vec<u8> {
    let kind = "Content-Type: application/x-www-form-urlencoded";
    format!("POST /login HTTP/1.1\r\nHost: localhost\r\n{kind}\r\n{headers}\r\n\r\n{body}{SMUGGLED}").into_bytes()
}

/// Requests of which nobody can tell where they end, each with another one behind it.
fn two_lengths() -> Vec<Vec<u8>> {
    let headers = [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: +5",
        "Content-Length: -1",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length: 18446744073709551621",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding : chunked",
        " Transfer-Encoding: chunked",
        "Transfer-Encoding: \u{b}chunked",
    ];
    headers.map(|headers| post(headers, "0\r\n\r\n")).to_vec()
}

/// Bodies whose chunks are not as long as they say, each with another request behind it.
fn lying_chunks() -> Vec<Vec<u8>> {
    let bodies = [
        "5\r\nab\r\n0\r\n\r\n",
        "-1\r\n\r\n",
        "ffffffffffffffff1\r\n",
        "0x1\r\na\r\n0\r\n\r\n",
        "1;\u{0}\r\na\r\n0\r\n\r\n",
        "5\nabcde0\n\n",
    ];
    bodies.map(|body| post("Transfer-Encoding: chunked", body)).to_vec()
}

fn broken_heads() -> Vec<Vec<u8>> {
    let heads = [
        "GET /login HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n",
        "GET /login HTTP/1.1\r\nHost: localhost\r\nX\0: ab\r\n\r\n",
        "GET /lo\0gin HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /login HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "G\u{e9}T / HTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{16}\u{3}\u{1}",
    ];
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(200_000));
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X: y\r\n".repeat(10_000));
    let fat = format!("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: keyhouse-session={}\r\n\r\n", "a".repeat(200_000));
    heads.map(str::to_owned).into_iter().chain([long, many, fat]).map(String::into_bytes).collect()
}

/// Whether the connection was closed, and before that nothing said but that the request is a wrong one.
fn is_refused(answers: &Answers) -> bool {
    answers.closed && answers.statuses().iter().all(|status| (400..500).contains(status))
}

/// Of these requests, those by which the one behind them got an answer, or which were not refused whole.
async fn smuggled(url: &str, requests: Vec<Vec<u8>>) -> Vec<String> {
    let mut smuggled = Vec::new();
    for request in requests {
        let answers = wire::send_to_the_end(url, &request).await;
        if !is_refused(&answers) || answers.statuses().len() > 1 || answers.text.contains("\"ok\"") {
            smuggled.push(format!("{}\n{answers:?}", String::from_utf8_lossy(&request)));
        }
    }
    smuggled
}

/// Of these heads, those that were taken for good ones.
async fn taken(url: &str, heads: Vec<Vec<u8>>) -> Vec<String> {
    let mut taken = Vec::new();
    for head in heads {
        let answers = wire::send_to_the_end(url, &head).await;
        if !is_refused(&answers) {
            taken.push(format!("{}\n{answers:?}", String::from_utf8_lossy(&head[..head.len().min(60)])));
        }
    }
    taken
}

async fn is_well(world: &World) {
    world.visitor().get("/healthz").await.expect(200);
    world.admin().get("/orgs/acme/keys").await.expect(200);
}

both! {
    async fn a_request_behind_another_one_is_answered_only_where_the_first_one_ends_clearly(world: World) {
        let clear = wire::send_to_the_end(world.app.url(), &post("Transfer-Encoding: chunked", "0\r\n\r\n")).await;
        assert_eq!(clear.statuses().len(), 2, "two requests, one after the other");
        assert_eq!(smuggled(world.app.url(), two_lengths()).await, Vec::<String>::new());
        is_well(&world).await;
    }

    async fn chunks_that_lie_about_their_length_smuggle_nothing(world: World) {
        assert_eq!(smuggled(world.app.url(), lying_chunks()).await, Vec::<String>::new());
        is_well(&world).await;
    }

    async fn a_head_that_is_none_is_refused_and_hurts_nobody(world: World) {
        assert_eq!(taken(world.app.url(), broken_heads()).await, Vec::<String>::new());
        is_well(&world).await;
    }

    async fn nobody_hides_their_address_behind_forged_headers_of_a_proxy(world: World) {
        let forged = ["x-forwarded-for", "x-real-ip", "forwarded", "x-forwarded-host", "x-forwarded-proto", "x-original-url", "x-rewrite-url"];
        let admin = forged.iter().fold(world.admin(), |admin, name| admin.sending(name, "evil.example, 203.0.113.9"));
        let admin = admin.sending("x-http-method-override", "DELETE").sending("x-user-id", world.owner.user).sending("x-keyhouse-user", world.owner.user);
        let body = serde_json::json!({"orgUserId": world.member.membership, "name": "ci"});
        let made = admin.post_json("/user/apiKey", &body).await.expect(201).json();
        assert_eq!(world.number("SELECT COUNT(*) FROM audit_events WHERE address = '127.0.0.1'"), 1);
        assert_eq!(admin.get("/user/users/me").await.expect(200).json()["id"], world.admin.user);
        let read = admin.get(&format!("/user/apiKey/{}", made["id"])).await.expect(200);
        assert!(!format!("{:?}{}", read.headers, read.text).contains("evil.example"));
        let page = admin.get("/orgs/acme").await.expect(200);
        assert!(!page.text.contains("evil.example") && !page.text.contains("203.0.113.9"), "{}", page.text);
    }

    async fn a_host_name_with_a_line_break_or_none_at_all_leads_nowhere_else(world: World) {
        for host in ["evil.example", "localhost\r\nX-Injected: 1", "localhost@evil.example", "localhost:80@evil.example", "evil.example#localhost", "localhost, evil.example"] {
            let head = format!("GET /orgs/acme HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let answers = wire::send(world.app.url(), head.as_bytes()).await;
            let text = answers.text.to_lowercase();
            // the page names the host as text
            let (head, page) = text.split_once("\r\n\r\n").unwrap();
            assert!(!text.contains("x-injected") && !head.contains("evil.example"), "{host:?}: {text}");
            assert!(!page.contains("//evil.example") && !page.contains("=\"evil.example"), "{host:?}: {text}");
        }
        let absolute = b"GET http://evil.example/orgs/acme HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        assert!(!wire::send(world.app.url(), absolute).await.text.contains("//evil.example"));
        let two = b"GET /login HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
        assert!(!wire::send(world.app.url(), two).await.text.contains("evil.example"));
    }

    async fn an_upgrade_or_a_foreign_method_gets_nowhere(world: World) {
        let before = State::of(&world);
        for method in ["TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "PROPFIND", "QUERY", "get", "POST2"] {
            for path in ["/orgs/acme/keys", "/user/users/me", "/nothing"] {
                let reply = world.admin().ask(method, path).same_origin().send().await;
                assert!((400..500).contains(&reply.status), "{method} {path}: {}", reply.status);
                assert!(!reply.text.contains("sec-fetch-site"), "{method} {path} is an echo");
            }
        }
        let upgrade: [&[u8]; 3] = [b"Connection: Upgrade", b"Upgrade: h2c, websocket", b"HTTP2-Settings: AAMAAABkAAQAAP__"];
        assert!(!wire::get(world.app.url(), b"/login", &upgrade).await.statuses().contains(&101));
        assert_eq!(State::of(&world), before);
    }
}
