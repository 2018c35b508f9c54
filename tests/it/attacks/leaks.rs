//! Everything that was secret in a whole run, searched in everything that was logged, served and stored: it is nowhere but in
//! the one page that shows it, and in its own cookie.

use keyhouse::secret::Secrets;
use serde_json::json;

use crate::support::client::{Reply, encode};
use crate::support::database::Database;
use crate::support::people::made;
use crate::support::robot::Robot;
use crate::support::server::Server;
use crate::support::somebody::SESSION;
use crate::support::town::{self, ADMIN, HOLDER, HOLDER_NAME, PASSWORD, Town};
use crate::support::{both, dump, leaks, wire};

const NEW: &str = "violet harbour seventeen";
const WRONG: &str = "wrong horse battery staple";

/// A secret under a name.
type Secret = (&'static str, String);

/// What of a text is secret.
fn hits(secrets: &[Secret], text: &str) -> Vec<&'static str> {
    secrets.iter().filter(|(_, secret)| text.contains(secret.as_str())).map(|(name, _)| *name).collect()
}

/// The cookie of a session as it travels, and the key that is sealed in it.
fn session(robot: &Robot, secrets: &Secrets) -> [Secret; 2] {
    let cookie = robot.client.cookie(SESSION).unwrap();
    let key = made::opened(secrets, &cookie);
    [("session cookie", cookie), ("session", key)]
}

/// A key's part that nobody may see again.
fn key(token: &str) -> Secret {
    ("api key", token[24..].to_owned())
}

/// Links, passwords and mistakes of people.
async fn people(town: &Town, secrets: &Secrets) -> Vec<Secret> {
    let mut found: Vec<Secret> =
        vec![("password", PASSWORD.into()), ("password", NEW.into()), ("wrong password", WRONG.into())];
    let mut ada = town.signed_in(ADMIN).await;
    found.extend(session(&ada, secrets));
    for email in [ADMIN, "nobody@example.com"] {
        let mut wrong = town.robot();
        wrong
            .open("/login")
            .await
            .fill("Email address", email)
            .fill("Password", WRONG)
            .press("Sign in")
            .await
            .status(422);
    }
    ada.open(&format!("/orgs/acme/users/{}/edit", town.holder)).await.press("New password link").await.status(200);
    let link = ada.select("output").remove(0);
    found.push(("link", link.rsplit('/').next().unwrap().to_owned()));
    let mut tomasz = town.robot();
    tomasz.open(&link).await.fill("Password", "short").press("Set password").await.status(422);
    tomasz.fill("Password", NEW).press("Set password").await.status(200);
    found.extend(session(&tomasz, secrets));
    tomasz
        .open("/profile")
        .await
        .fill("Current password", WRONG)
        .fill("New password", NEW)
        .press("Change password")
        .await
        .status(422);
    let (_, invitation) = town::invite(&mut ada, "acme", "Noor Haddad", "noor@example.com", "Admin").await;
    found.push(("link", invitation.rsplit('/').next().unwrap().to_owned()));
    town::accept(&mut town.robot(), &invitation).await;
    tomasz.press("Sign out").await;
    found
}

/// Keys made in every way, used, mistaken, pasted where they do not belong, and deleted.
async fn keys(town: &Town) -> Vec<Secret> {
    let mut ada = town.signed_in(ADMIN).await;
    let made = town::make_key(&mut ada, "acme", &town.holder, "by page").await;
    let client = town.client();
    let admin = ada.client.get("/user/users/me").await.expect(200).json();
    let of_ada = town::make_key(&mut ada, "acme", &admin["id"].to_string(), "of an admin").await;
    let body = json!({"orgUserId": admin["orgUserId"], "name": "by rest"});
    let by_rest = client
        .ask("POST", "/user/apiKey")
        .header("x-api-key", &of_ada.token)
        .json(&body)
        .send()
        .await
        .expect(201)
        .json();
    ada.open("/orgs/acme/docs/apiKey").await.within("#createApiKey").fill("body", &body.to_string());
    let tried = ada.press("Try it out!").await.status(200).text();
    let by_docs = tried.split('"').find(|word| word.starts_with("kh_") && word.len() == 62).unwrap().to_owned();
    let mut tokens = vec![made.token, of_ada.token, by_docs, by_rest["apiKey"].as_str().unwrap().to_owned()];
    for token in tokens.clone() {
        client
            .ask("GET", "/user/users/me")
            .header("authorization", &format!("Bearer {token}"))
            .send()
            .await
            .expect(200);
        client
            .ask("GET", "/user/users/me")
            .header("x-api-key", &token)
            .header("authorization", &format!("Bearer {token}"))
            .send()
            .await
            .expect(400);
        ada.client.get(&format!("/orgs/acme/keys?{}", encode(&[("q", &token)]))).await.expect(303);
        ada.open("/orgs/acme/keys").await.fill("API key", &token).press("Look up").await.status(200);
        ada.open(&format!("/orgs/acme/users/{}/keys/new", town.holder))
            .await
            .fill("Name", &token)
            .press("Create key")
            .await
            .status(422);
    }
    let wrong = format!("{}{}", &tokens[0][..60], "zz");
    client.ask("GET", "/user/users/me").header("x-api-key", &wrong).send().await.expect(401);
    ada.open(&format!("/orgs/acme/keys/{}/delete", made.id)).await.press("Delete key").await.status(200);
    tokens.push(wrong);
    tokens.iter().map(|token| key(token)).collect()
}

/// Requests that cannot be read, and a database that fails, with secrets in their headers.
async fn faults(town: &Town, token: &str, cookie: &str) {
    let (key, cookie) = (format!("X-Api-Key: {token}"), format!("Cookie: {SESSION}={cookie}"));
    for broken in
        ["Content-Length: x", "Transfer-Encoding: y", "X\u{0}: y", "Impersonate-User-Id: z", "Idempotency-Key: \u{e9}"]
    {
        for header in [&key, &cookie] {
            wire::get(&town.url, b"/user/users/me", &[header.as_bytes(), broken.as_bytes()]).await;
        }
    }
    let mut ada = town.signed_in(ADMIN).await;
    town.database().execute("ALTER TABLE key_usage RENAME TO gone");
    ada.open("/orgs/acme/keys").await.status(500);
    town.client().ask("GET", &format!("/user/apiKey/{}", town.holder)).header("x-api-key", token).send().await;
    town.database().execute("ALTER TABLE gone RENAME TO key_usage");
}

/// Where in an answer a secret may stand: a POST that made it shows it, and its own cookie carries it.
fn wrong_in(secrets: &[Secret], method: &str, reply: &Reply) -> Vec<String> {
    let headers = reply.headers.iter().filter(|(name, _)| *name != "set-cookie");
    let headers: String = headers.map(|(_, value)| String::from_utf8_lossy(value.as_bytes()) + "\n").collect();
    let shows = method == "POST" && matches!(reply.status, 200 | 201);
    let mut found = hits(secrets, &headers);
    found.extend(hits(secrets, &reply.text).into_iter().filter(|name| !(shows && ["api key", "link"].contains(name))));
    found
        .into_iter()
        .map(|name| format!("{name} in the answer to {method} {} ({})", reply.url.path(), reply.status))
        .collect()
}

both! {
    async fn nothing_secret_is_logged_served_again_or_stored(database: Database) {
        let server = Server::start_with(&database, &[("KEYHOUSE_LOG", "trace")]);
        leaks::record(&server.url);
        let file = std::fs::read_to_string(server.folder().join("keyhouse.secret")).unwrap();
        let installation = Secrets::parse(&file).unwrap();
        let town = Town::of(server, database).await;
        let mut secrets = people(&town, &installation).await;
        secrets.extend(keys(&town).await);
        secrets.push(("the installation's secret", file.lines().last().unwrap().to_owned()));
        let cookie = secrets.iter().find(|(name, _)| *name == "session cookie").unwrap().1.clone();
        faults(&town, &town.keys[0].token, &cookie).await;
        secrets.extend(town.keys.iter().map(|made| key(&made.token)));
        let log = town.server().unwrap().log();
        let tape = leaks::recorded(&town.url);
        println!("{} secrets, {} answers, {} bytes of log", secrets.len(), tape.len(), log.len());
        let told: Vec<String> = tape.iter().flat_map(|(method, reply)| wrong_in(&secrets, method, reply)).collect();
        assert_eq!((hits(&secrets, &log), told), (Vec::new(), Vec::new()));
        let stored = dump::rows(town.database(), |_, _| true).into_iter().collect::<Vec<_>>().join("\n");
        assert_eq!(hits(&secrets, &stored), Vec::<&str>::new());
        finds_what_is_there(&secrets, &log, &stored, &tape);
    }
}

/// The search would have found them: it finds what is shown once, and a planted one; and it saw the whole log.
fn finds_what_is_there(secrets: &[Secret], log: &str, stored: &str, tape: &[(String, Reply)]) {
    let shown: Vec<&str> = tape.iter().flat_map(|(_, reply)| hits(secrets, &reply.text)).collect();
    assert!(shown.contains(&"api key") && shown.contains(&"link"), "{shown:?}");
    let cookies =
        tape.iter().flat_map(|(_, reply)| reply.headers.get_all("set-cookie")).map(|value| value.to_str().unwrap());
    assert!(hits(secrets, &cookies.collect::<String>()).contains(&"session cookie"));
    assert_eq!(hits(secrets, &format!("{log}{PASSWORD}")), ["password"]);
    let planted: Vec<Secret> = vec![("name", HOLDER_NAME.into()), ("email", HOLDER.into())];
    assert!(hits(&planted, stored).contains(&"email"));
    let ids = tape.iter().map(|(_, reply)| reply.header("x-request-id")).filter(|id| !id.is_empty());
    let missing = ids.filter(|id| !log.contains(*id)).count();
    assert!(missing <= 1, "{missing} answers are not in the log"); // the last line may still be on its way
}
