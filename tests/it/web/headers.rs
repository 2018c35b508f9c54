//! The headers on every response.

use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::World;

const ALWAYS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

fn wrong(reply: &Reply) -> Vec<String> {
    let differs = |(name, value): &(&str, &str)| {
        (reply.header(name) != *value)
            .then(|| format!("{} ({}): {name}: {}", reply.url, reply.status, reply.header(name)))
    };
    let mut wrong: Vec<String> = ALWAYS.iter().filter_map(differs).collect();
    if reply.header("permissions-policy").is_empty() || reply.header("x-request-id").len() != 16 {
        wrong.push(format!("{} ({}): no permissions-policy or x-request-id", reply.url, reply.status));
    }
    wrong
}

/// A response of every kind.
async fn all_kinds(world: &World) -> Vec<Reply> {
    let (admin, visitor) = (world.admin(), world.visitor());
    vec![
        admin.get("/orgs/acme").await.expect(200),
        admin.get("/user/users/me").await.expect(200),
        admin.get("/openapi.json").await.expect(200),
        visitor.get("/healthz").await.expect(200),
        visitor.get("/login").await.expect(200),
        visitor.get("/orgs/acme").await.expect(303),
        visitor.get("/user/users/me").await.expect(401),
        visitor.get("/nothing").await.expect(404),
        visitor.get("/static/nothing.css").await.expect(404),
        admin.get("/orgs/acme/users/1/edit").await.expect(404),
        admin.get("/user/apiKey/x").await.expect(400),
        visitor.ask("PUT", "/login").send().await.expect(405),
        visitor.ask("POST", "/login").send().await.expect(415),
        visitor.ask("GET", "/login").header("host", "evil.example").send().await.expect(421),
        admin.post("/orgs/acme/users", &[]).await.expect(422),
        admin.ask("POST", "/logout").same_origin().form(&[("csrf", "x")]).send().await.expect(403),
        visitor.post("/login", &[("email", &"x".repeat(70_000))]).await.expect(413),
    ]
}

both! {
    async fn every_response_has_them(world: World) {
        let wrong: Vec<String> = all_kinds(&world).await.iter().flat_map(wrong).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn nothing_but_static_files_may_be_kept(world: World) {
        for reply in all_kinds(&world).await {
            assert_eq!(reply.header("cache-control"), "no-store", "{} ({})", reply.url, reply.status);
        }
        for path in [keyhouse::web::assets::css(), keyhouse::web::assets::icon()] {
            let file = world.visitor().get(path).await.expect(200);
            assert!(file.header("cache-control").contains("immutable"), "{}", file.header("cache-control"));
            assert_eq!(wrong(&file), Vec::<String>::new());
        }
    }

    async fn over_http_nothing_asks_for_https(world: World) {
        for reply in all_kinds(&world).await {
            assert_eq!(reply.header("strict-transport-security"), "", "{}", reply.url);
        }
    }

    async fn a_method_that_is_not_taken_is_told_which_are(world: World) {
        let admin = world.admin();
        for (method, path, allow) in [
            ("PUT", "/login", "GET, POST, HEAD"),
            ("DELETE", "/orgs/acme/keys", "GET, HEAD"),
            ("PATCH", "/user/apiKey/1", "DELETE, GET, HEAD"),
            ("GET", "/logout", "POST"),
            ("GET", "/user/apiKey", "POST"),
        ] {
            let reply = admin.ask(method, path).same_origin().send().await.expect(405);
            assert_eq!(reply.header("allow"), allow, "{method} {path}");
        }
    }

    async fn a_host_that_is_not_ours_is_misdirected(world: World) {
        for host in ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example"] {
            world.visitor().ask("GET", "/login").header("host", host).send().await.expect(421);
            world.visitor().ask("POST", "/login").header("host", host).send().await.expect(421);
        }
        for host in ["localhost:8080", "127.0.0.1"] {
            world.visitor().ask("GET", "/login").header("host", host).send().await.expect(200);
        }
    }
}
