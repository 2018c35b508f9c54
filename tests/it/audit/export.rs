//! Exports: complete, as spreadsheets and programs can take them, and over when the right to have them is.

use std::time::Duration;

use keyhouse::secret::hex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::both;
use crate::support::client::encode;
use crate::support::database::Backend;
use crate::support::people::{PASSWORD, World};
use crate::support::somebody::{SESSION, Somebody};

const EXPORT: &str = "/orgs/acme/audit/export";

/// More events than fit in the buffers of a connection, put in by SQL; their seals fit nothing.
fn many_events(world: &World) {
    let long = "x".repeat(1000);
    let series = match world.app.database.backend {
        Backend::Sqlite => "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 30000)",
        Backend::Postgres => "WITH s(n) AS (SELECT generate_series(1::bigint, 30000))",
    };
    let (acme, hash) = (world.acme.id, if world.app.database.backend == Backend::Sqlite { "x'00'" } else { "'\\x00'" });
    world.execute(&format!(
        "INSERT INTO audit_events (id, org_id, seq, at, actor_kind, actor_name, action, target_kind, target_name, address, request_id, via, format, hash)
         {series} SELECT 1000000 + n, {acme}, n, 1750000000000000 + n, 'host', '{long}', 'key.created', 'key', 'k', '', '', 'cli', 1, {hash} FROM s;
         INSERT INTO audit_heads (org_id, seq, hash) VALUES ({acme}, 30000, {hash})"
    ));
}

/// An export that was begun and of which only the beginning was read.
async fn begun(world: &World, somebody: &Somebody) -> (TcpStream, Vec<u8>) {
    let body = encode(&[("format", "jsonl"), ("csrf", somebody.form_token().as_str())]);
    let (url, cookie) = (world.app.url(), somebody.client.cookie(SESSION).unwrap());
    let head = format!(
        "POST {EXPORT} HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\nconnection: close\r\ncookie: {SESSION}={cookie}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        url.trim_start_matches("http://"),
        body.len()
    );
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut start = vec![0; 64 * 1024];
    stream.read_exact(&mut start).await.unwrap();
    assert!(start.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&start));
    (stream, start)
}

async fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    // the server may close before all that it wrote is read, which some systems call an error
    let _ = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut rest)).await.unwrap();
    rest
}

both! {
    async fn an_export_has_every_entry_in_its_order_and_its_own(world: World) {
        world.more_keys(&world.member, 1200);
        let admin = world.admin();
        admin.post(&format!("/orgs/acme/users/{}/remove", world.member.user), &[]).await.expect(303);
        world.delete_keys_of_removed_users().await;
        let reply = admin.post(EXPORT, &[("format", "jsonl")]).await.expect(200);
        let lines: Vec<serde_json::Value> = reply.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 1203);
        assert!(lines.iter().enumerate().all(|(at, line)| line["seq"] == at as i64 + 1));
        let (first, last) = (&lines[0], &lines[1202]);
        assert_eq!((&first["action"], &first["actorName"]), (&"membership.removed".into(), &world.admin.name.into()));
        assert_eq!(first["before"]["userId"], world.member.user);
        assert_eq!((&last["action"], &last["after"]["format"]), (&"audit.exported".into(), &"jsonl".into()));
        let tip = world.number(&format!("SELECT seq FROM audit_heads WHERE org_id = {}", world.acme.id));
        assert_eq!((tip, last["hash"].as_str().unwrap().len()), (1203, hex(&[0; 32]).len()));
    }

    async fn a_csv_export_begins_with_a_byte_order_mark_and_json_lines_do_not(world: World) {
        let admin = world.admin();
        let key = [("name", "Müller"), ("operation_id", "o1")];
        admin.post(&format!("/orgs/acme/users/{}/keys", world.member.user), &key).await.expect(200);
        for (format, marks) in [("csv", 1), ("jsonl", 0)] {
            let text = admin.post(EXPORT, &[("format", format)]).await.expect(200).text;
            assert!(text.contains("Müller"), "{text}");
            assert_eq!(text.matches('\u{FEFF}').count(), marks, "{format}");
            assert_eq!(text.starts_with('\u{FEFF}'), marks == 1, "{format}");
        }
    }

    async fn an_export_has_a_name_of_ours(world: World) {
        let today = &keyhouse::clock::now().rfc3339()[..10];
        for (format, ending) in [("csv", "csv"), ("jsonl", "jsonl")] {
            let reply = world.admin().post(EXPORT, &[("format", format), ("filename", "../x")]).await.expect(200);
            let name = format!("attachment; filename=\"acme-audit-{today}.{ending}\"");
            assert_eq!(reply.header("content-disposition"), name);
        }
    }

    async fn a_table_for_spreadsheets_quotes_everything_and_has_no_formula(world: World) {
        let admin = world.admin();
        let key = [("name", "=HYPERLINK(\"http://evil.example\",\"x\")"), ("operation_id", "o1")];
        admin.post(&format!("/orgs/acme/users/{}/keys", world.member.user), &key).await.expect(200);
        admin.delete(&format!("/user/apiKey/{}", world.colleague_key.id)).await.expect(204);
        let reply = admin.post(EXPORT, &[("format", "csv"), ("what", "key.created")]).await.expect(200);
        assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
        let lines: Vec<&str> = reply.text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 2, "{}", reply.text);
        assert!(lines[0].starts_with("\u{FEFF}\"seq\",\"id\",\"at\""), "{}", lines[0]);
        assert!(lines[1].contains("\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\""), "{}", lines[1]);
    }

    async fn an_export_asks_for_the_password_and_says_what_is_wrong(world: World) {
        let (admin, before) = (world.admin(), crate::access::State::of(&world));
        let page = admin.post(EXPORT, &[("format", "pdf"), ("who", "7")]).await.expect(422).page();
        assert!(page.text().contains("Choose CSV or JSON Lines"), "{}", page.text());
        assert_eq!(page.attributes("input[name=who]", "value"), ["7"]);
        admin.post(EXPORT, &[("format", "csv"), ("who", "x")]).await.expect(400);
        world.execute("UPDATE sessions SET confirmed_at = 0");
        let asked = admin.get(EXPORT).await.expect(303);
        assert_eq!(asked.header("location"), format!("/confirm?next={EXPORT}"));
        admin.post(EXPORT, &[("format", "csv")]).await.expect(403);
        assert_eq!(crate::access::State::of(&world), before);
        let reply = admin.post(EXPORT, &[("format", "csv"), ("confirm_password", PASSWORD)]).await.expect(200);
        assert!(reply.text.contains("audit.exported"), "{}", reply.text);
    }

    async fn who_is_demoted_gets_no_more_of_a_running_export(world: World) {
        many_events(&world);
        let (whole, _) = begun(&world, &world.admin()).await;
        let all = rest(whole).await;
        assert!(all.ends_with(b"0\r\n\r\n"), "an export that nobody stops ends well");
        let (stopped, _) = begun(&world, &world.admin()).await;
        world.execute(&format!("UPDATE memberships SET admin = false WHERE id = {}", world.admin.membership));
        let some = rest(stopped).await;
        assert!(some.len() < all.len() && !some.ends_with(b"0\r\n\r\n"), "{} of {}", some.len(), all.len());
    }

    async fn two_exports_of_an_org_run_at_a_time(world: World) {
        many_events(&world);
        let running = [begun(&world, &world.admin()).await, begun(&world, &world.deputy()).await];
        let third = world.owner().post(EXPORT, &[("format", "csv")]).await.expect(429);
        assert_eq!(third.header("retry-after"), "10");
        world.outsider().post("/orgs/globex/audit/export", &[("format", "csv")]).await.expect(200);
        let [(one, _), _two] = running;
        rest(one).await;
        world.owner().post(EXPORT, &[("format", "csv"), ("what", "audit.exported")]).await.expect(200);
    }
}
