//! HTTP as no well-behaved client speaks it: two lengths, broken heads, forged headers of proxies and hosts, over raw sockets.

use crate::access::State;
use crate::support::people::World;
use crate::support::{both, wire};

const SMUGGLED: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn post(headers: &str, body: &str) -> Vec<u8> {
    let kind = "Content-Type: application/x-www-form-urlencoded";
    format!("POST /login HTTP/1.1\r\nHost: localhost\r\n{kind}\r\n{headers}\r\n\r\n{body}").into_bytes()
}

async fn is_well(world: &World) {
    world.visitor().get("/healthz").await.expect(200);
    world.admin().get("/orgs/acme/keys").await.expect(200);
}

both! {
    async fn a_request_behind_another_one_is_answered_only_where_the_first_one_ends_clearly(world: World) {
        let url = world.app.url();
        let clear = post("Transfer-Encoding: chunked", &format!("0\r\n\r\n{SMUGGLED}"));
        assert_eq!(wire::send(url, &clear).await.statuses().len(), 2, "two requests, one after the other");
        for headers in [
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
        ] {
            let answers = wire::send(url, &post(headers, &format!("0\r\n\r\n{SMUGGLED}"))).await;
            assert!(answers.statuses().len() <= 1 && !answers.text.contains("\"ok\""), "{headers:?}: {}", answers.text);
        }
        is_well(&world).await;
    }

    async fn chunks_that_lie_about_their_length_smuggle_nothing(world: World) {
        for body in ["5\r\nab\r\n0\r\n\r\n", "-1\r\n\r\n", "ffffffffffffffff1\r\n", "0x1\r\na\r\n0\r\n\r\n", "1;\u{0}\r\na\r\n0\r\n\r\n", "5\nabcde0\n\n"] {
            let answers = wire::send(world.app.url(), &post("Transfer-Encoding: chunked", &format!("{body}{SMUGGLED}"))).await;
            assert!(answers.statuses().len() <= 1 && !answers.text.contains("\"ok\""), "{body:?}: {}", answers.text);
        }
        is_well(&world).await;
    }

    async fn a_head_that_is_none_is_refused_and_hurts_nobody(world: World) {
        let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(200_000));
        let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X: y\r\n".repeat(10_000));
        let fat = format!("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: keyhouse-session={}\r\n\r\n", "a".repeat(200_000));
        for head in [
            "GET /login HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n", "GET /login HTTP/1.1\r\nHost: localhost\r\nX\0: ab\r\n\r\n",
            "GET /lo\0gin HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /login HTTP/9.9\r\nHost: localhost\r\n\r\n", "\r\n\r\n\r\n",
            "GET\r\n\r\n", "G\u{e9}T / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}", &long, &many, &fat,
        ] {
            let answers = wire::send(world.app.url(), head.as_bytes()).await;
            let start: String = head.chars().take(60).collect();
            assert!(answers.statuses().iter().all(|status| (400..500).contains(status)), "{start:?}: {:?}", answers.statuses());
        }
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
            assert!(!text.contains("x-injected") && !text.contains("evil.example"), "{host:?}: {text}");
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
