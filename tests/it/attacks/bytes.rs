//! Bytes that are no text, and text that is not what it looks like: in paths, queries, headers and cookies, and in what is stored
//! already.

use crate::access::State;
use crate::support::bulk::{self, Bulk};
use crate::support::client::encode;
use crate::support::database::{Backend, Database};
use crate::support::people::World;
use crate::support::server::Server;
use crate::support::somebody::Somebody;
use crate::support::{both, wire};

const ODD: [&[u8]; 8] = [
    b"\xff",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x99\x82",
    b"a\xe2\x80\xaeb",
    b"%00",
    b"%ff%fe",
    b"%0d%0aX-Injected: 1",
];

const PAGES: [&str; 7] = [
    "/orgs",
    "/orgs/acme",
    "/orgs/acme/users",
    "/orgs/acme/keys",
    "/orgs/acme/keys/new",
    "/profile",
    "/orgs/acme/docs",
];

/// No fault of ours, one answer, and nothing that was not there.
fn is_harmless(answers: &wire::Answers, sent: &[u8]) {
    let sent = String::from_utf8_lossy(sent);
    let statuses = answers.statuses();
    assert!(statuses.len() == 1 && statuses[0] < 500, "{sent:?}: {statuses:?}");
    assert!(
        !answers.text.contains("\nX-Injected") && !answers.text.contains("\nx-injected"),
        "{sent:?}: {}",
        answers.text
    );
}

fn cookie(somebody: &Somebody) -> String {
    format!("keyhouse-session={}", somebody.client.cookie("keyhouse-session").unwrap())
}

both! {
    async fn odd_bytes_in_an_address_are_no_fault_of_ours(world: World) {
        let (url, before, cookie) = (world.app.url(), State::of(&world), format!("Cookie: {}", cookie(&world.admin())));
        for odd in ODD {
            for path in [&b"/"[..], b"/orgs/", b"/orgs/acme/keys/", b"/static/", b"/links/", b"/user/apiKey/", b"/orgs/acme/docs/", b"/login?next=/", b"/orgs/acme/users?q=", b"/orgs/acme/keys?after=", b"/user/apiKey/1?after="] {
                let path = [path, odd].concat();
                for headers in [&[cookie.as_bytes()][..], &[]] {
                    is_harmless(&wire::get(url, &path, headers).await, &path);
                }
            }
        }
        assert_eq!(State::of(&world), before);
    }

    async fn odd_bytes_in_a_header_or_cookie_are_no_fault_of_ours(world: World) {
        let (url, before) = (world.app.url(), State::of(&world));
        for odd in ODD {
            for name in ["x-api-key", "authorization", "cookie", "user-agent", "referer", "origin", "accept", "x-org-id", "impersonate-user-id", "idempotency-key", "content-type", "sec-fetch-site", "x-forwarded-for", "accept-language"] {
                for value in [&b""[..], b"Bearer kh_", b"keyhouse-session=", b"keyhouse-form=", b"keyhouse-link=", b"keyhouse-notice=n.6162."] {
                    let header = [name.as_bytes(), b": ", value, odd].concat();
                    for path in [&b"/login"[..], b"/user/users/me"] {
                        is_harmless(&wire::get(url, path, &[&header]).await, &header);
                    }
                }
            }
        }
        assert_eq!(State::of(&world), before);
    }

    async fn a_made_up_notice_is_not_shown(world: World) {
        let (admin, key) = (world.admin(), world.member_key.id);
        let shown = async || admin.get("/orgs/acme").await.expect(200).page().text();
        admin.post(&format!("/orgs/acme/keys/{key}/delete"), &[]).await.expect(303);
        let sealed = admin.client.cookie("keyhouse-notice").unwrap();
        assert!(shown().await.contains("is deleted."));
        let hex = |text: &str| keyhouse::secret::hex(text.as_bytes());
        let device = keyhouse::web::seal::seal(world.app.running.state.form_key(), "device", "[true,\"Call 555 0100\",\"\"]".into());
        for made_up in [&format!("w.{}.{}", hex("Call 555 0100"), hex("")), "[true,\"Call 555 0100\",\"\"]", "Call 555 0100", &device] {
            admin.client.set_cookie("keyhouse-notice", made_up);
            assert!(!shown().await.contains("Call 555 0100"), "{made_up}");
            assert_eq!(admin.client.cookie("keyhouse-notice"), None, "{made_up}");
        }
        for changed in [&sealed[1..], &sealed[..sealed.len() - 1], &format!("{sealed}A")] {
            admin.client.set_cookie("keyhouse-notice", changed);
            assert!(!shown().await.contains("is deleted."), "{changed}");
        }
    }

    async fn what_means_something_in_sql_is_text(world: World) {
        let before = State::of(&world);
        for text in ["'", "''", "\"", "\\", "%", "_", "%%", "\\%", "' OR '1'='1", "'; DROP TABLE keys; --", "$1", "?", ":a", "{", "0x41", "' UNION SELECT password_hash FROM users --", "\u{10FFFF}", "ΑΣ"] {
            for list in ["users", "keys", "keys/new"] {
                let reply = world.admin().get(&format!("/orgs/acme/{list}?{}", encode(&[("q", text)]))).await.expect(200);
                assert!(!reply.text.contains("argon2id"), "{text}");
                let rows = reply.page().select("tbody tr");
                assert!(rows.is_empty(), "{list} {text}: {rows:?}");
            }
            world.visitor().post("/login", &[("email", text), ("password", text)]).await.expect(422);
            world.admin().post("/orgs/acme/keys/find", &[("token", text)]).await.expect(422);
        }
        assert_eq!(State::of(&world), before);
        assert!(world.works(&world.member_key.token).await);
    }

    async fn a_password_is_compared_to_the_letter_and_may_be_of_any_characters(world: World) {
        let hard = " Grün\u{1F642}  ЖЖ\t'\"<&>%00 é";
        let member = world.sign_in(&world.member).await;
        let fields = [("current", crate::support::people::PASSWORD), ("new", hard)];
        member.post("/profile/password", &fields).await.expect(303);
        let tried = async |password: &str| world.visitor().post("/login", &[("email", world.member.email), ("password", password)]).await.status;
        for near in [hard.trim(), &hard.to_lowercase(), &hard.replace("  ", " "), &hard.replace('é', "e\u{301}")] {
            assert_eq!(tried(near).await, 422, "{near:?}");
        }
        assert_eq!(tried(hard).await, 303);
    }

    async fn a_page_number_is_no_cursor(world: World) {
        for at in ["0", "-1", "1e9", "%27", "1%20OR%201", "1.ff", "9223372036854775808", "%2B1", "1%00", "x&page=0"] {
            for list in ["/orgs/acme/users?after", "/orgs/acme/keys?before", "/orgs/acme/keys/new?after", &format!("/user/apiKey/{}?after", world.member.user)] {
                world.admin().get(&format!("{list}={at}")).await.expect(400);
            }
        }
        for query in ["page=0", "page=-1", "page=1e9", "limit=1000000", "sort=password_hash", "order=desc;--"] {
            let page = world.admin().get(&format!("/orgs/acme/users?{query}")).await.expect(200).page();
            assert_eq!(page.select("tbody tr").len(), 7, "{query}");
        }
    }
}

/// Every column of text that holds what somebody typed, as bytes that are no text.
const BROKEN: [(&str, &str); 9] = [
    ("users", "first_name"),
    ("users", "last_name"),
    ("memberships", "first_name"),
    ("memberships", "last_name"),
    ("memberships", "email"),
    ("memberships", "sort_name"),
    ("orgs", "name"),
    ("keys", "name"),
    ("sessions", "agent"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_are_no_text_and_stand_in_the_file_already_give_a_page_and_no_crash() {
    let database = Database::migrated(Backend::Sqlite);
    let all = Bulk::write(&database, 3, 6);
    let server = Server::start(&database);
    let mut admin = server.robot();
    bulk::sign_in(&mut admin).await;
    let (user, key) = (all.user(1), all.key(1));
    let pages = [
        format!("/orgs/acme/users/{user}/edit"),
        format!("/orgs/acme/keys/{key}/delete"),
        format!("/user/apiKey/{user}"),
    ];
    let pages: Vec<&str> = PAGES.into_iter().chain(pages.iter().map(String::as_str)).collect();
    for (table, column) in BROKEN {
        database.execute(&format!("CREATE TABLE kept AS SELECT id AS row, {column} AS was FROM {table}"));
        database.execute(&format!("UPDATE {table} SET {column} = CAST(x'61ff62ed' AS TEXT)"));
        for path in &pages {
            let reply = admin.client.get(path).await;
            assert!([200, 303, 500].contains(&reply.status), "{path}: {}", reply.status);
            assert!(reply.status == 303 || reply.text.trim_end().ends_with(['>', '}']), "{path} was cut short");
        }
        server.client().get("/healthz").await.expect(200);
        database.execute(&format!(
            "UPDATE {table} SET {column} = (SELECT was FROM kept WHERE row = {table}.id); DROP TABLE kept"
        ));
        admin.open("/orgs/acme/users").await.status(200).sees("ada@example.com");
    }
    admin.open(&format!("/orgs/acme/keys/{key}/delete")).await.press("Delete key").await.status(200);
    assert_eq!(database.number("SELECT COUNT(*) FROM keys WHERE deleted_at IS NOT NULL"), 1);
}
