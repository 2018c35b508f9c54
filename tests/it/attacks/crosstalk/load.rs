//! What each of the twenty does, again and again: reading, making and deleting keys, mistakes, signing out and in.

use std::sync::Arc;
use std::time::Instant;

use rand::RngExt;
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

use super::identity::Identity;
use super::{LASTS, LEAST, PACE, Watch};
use crate::support::client::{Ask, Client, Reply};
use crate::support::page::Page;
use crate::support::town::PASSWORD;

/// Works until the time is over.
pub async fn work(me: Identity, watch: Arc<Watch>) {
    let (began, mut tick) = (Instant::now(), interval(PACE));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while began.elapsed() < LASTS || (watch.count(me.number) < LEAST && began.elapsed() < 4 * LASTS) {
        tick.tick().await;
        let turn: u32 = rand::rng().random_range(0..40);
        match turn {
            0 => sign_out_and_in(&me, &watch).await,
            1..4 => make_and_delete(&me, &watch).await,
            4..8 => by_program(&me, &watch).await,
            8..11 => mistake(&me, &watch).await,
            11..14 => elsewhere(&me, &watch).await,
            14 => visit(&me, &watch).await,
            _ => read(&me, &watch, turn as usize).await,
        }
    }
}

/// On a busy machine a connection may be there for so long before anything is sent on it that the server gives it up (408): what
/// comes then was not read, and is sent once more.
async fn ask(me: &Identity, watch: &Watch, ask: Ask, status: u16) -> Reply {
    let mut reply = ask.clone().send().await;
    if reply.status == 408 {
        reply = ask.send().await;
    }
    watch.look(me.number, &reply);
    reply.expect(status)
}

fn is_mine(me: &Identity, page: &Page) {
    let text = page.text();
    assert!(text.contains(me.name()) && text.contains(me.org()), "not {}'s page: {text}", me.name());
}

async fn read(me: &Identity, watch: &Watch, turn: usize) {
    let paths = ["", "/users", "/keys", "/keys/new", &format!("/users/{}/edit", me.user), "/docs/apiKey"];
    let path = format!("/orgs/{}{}", me.slug, paths[turn % paths.len()]);
    is_mine(me, &ask(me, watch, me.client.ask("GET", &path), 200).await.page());
    let profile = ask(me, watch, me.client.ask("GET", "/profile"), 200).await;
    assert!(profile.text.contains(&me.email()), "{}", profile.text);
}

async fn form(me: &Identity, watch: &Watch, page: &str, to: &str, fields: &[(&str, &str)], status: u16) -> Reply {
    let shown = ask(me, watch, me.client.ask("GET", page), 200).await.page();
    let token = shown.attributes("main input[name=csrf]", "value").remove(0);
    let operation = format!("{:032x}", rand::random::<u128>());
    let own = [("csrf", token.as_str()), ("operation_id", operation.as_str())];
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain(own).collect();
    ask(me, watch, me.client.ask("POST", to).same_origin().form(&fields), status).await
}

async fn make_and_delete(me: &Identity, watch: &Watch) {
    let (page, to) =
        (format!("/orgs/{}/users/{}/keys/new", me.slug, me.user), format!("/orgs/{}/users/{}/keys", me.slug, me.user));
    let made = form(me, watch, &page, &to, &[("name", me.name())], 200).await.page();
    is_mine(me, &made);
    let token = made.select("output").remove(0);
    let id = made.attributes("dl a", "href").into_iter().find(|href| href.contains("/keys/")).unwrap();
    let who = ask(me, watch, me.program.ask("GET", "/user/users/me").header("x-api-key", &token), 200).await;
    assert_eq!(who.json()["email"], me.email());
    let delete = format!("{id}/delete");
    form(me, watch, &delete, &delete, &[], 303).await;
    ask(me, watch, me.program.ask("GET", "/user/users/me").header("x-api-key", &token), 401).await;
    let told = ask(me, watch, me.client.ask("GET", &format!("/orgs/{}/keys", me.slug)), 200).await;
    assert!(told.page().text().contains(&format!("Key “{}” is deleted", me.name())), "{}", told.text);
}

async fn by_program(me: &Identity, watch: &Watch) {
    let call = |method: &str, path: &str| me.program.ask(method, path).header("x-api-key", &me.token);
    let body = json!({"orgUserId": me.membership, "name": me.name()});
    let made = ask(me, watch, call("POST", "/user/apiKey").json(&body), 201).await.json();
    let listed = ask(me, watch, call("GET", &format!("/user/apiKey/{}", me.user)), 200).await.json();
    assert!(listed["data"].as_array().unwrap().iter().any(|key| key["id"] == made["id"]), "{listed}");
    ask(me, watch, call("DELETE", &format!("/user/apiKey/{}", made["id"])), 204).await;
}

/// A form that comes back with what was typed.
async fn mistake(me: &Identity, watch: &Watch) {
    let (page, to) = (format!("/orgs/{}/users/new", me.slug), format!("/orgs/{}/users", me.slug));
    let back = form(me, watch, &page, &to, &[("first", me.name()), ("email", "no address")], 422).await.page();
    is_mine(me, &back);
    assert_eq!(back.attributes("input[name=first]", "value"), [me.name()]);
}

/// The org, the user, the key and the form token of somebody else.
async fn elsewhere(me: &Identity, watch: &Watch) {
    let other = &watch.marks[(me.number + 1) % watch.marks.len()][0];
    let reply = ask(me, watch, me.client.ask("GET", &format!("/orgs/org-{other}/users")), 404).await;
    assert!(!reply.text.contains(other.as_str()) && !reply.text.contains(&me.token[3..23]), "{}", reply.text);
    let near: i64 = me.user.parse::<i64>().unwrap() + rand::rng().random_range(-40..40);
    let call = me.program.ask("GET", &format!("/user/apiKey/{near}")).header("x-api-key", &me.token).send().await;
    watch.look(me.number, &call);
    let stolen = watch
        .given
        .0
        .lock()
        .unwrap()
        .iter()
        .find(|(value, whom)| value.len() == 128 && **whom != me.number)
        .map(|(value, _)| value.clone());
    if let Some(token) = stolen {
        let fields = [("csrf", token.as_str()), ("first", "Stolen")];
        ask(me, watch, me.client.ask("POST", "/profile").same_origin().form(&fields), 403).await;
    }
}

/// Somebody without a session is told nothing of anybody.
async fn visit(me: &Identity, watch: &Watch) {
    for path in ["/login", "/nothing", "/healthz", "/openapi.json"] {
        let reply = Client::new(me.base()).get(path).await;
        let told = watch.marks.iter().flatten().find(|mark| reply.text.contains(mark.as_str()));
        assert_eq!(told, None, "{path}");
    }
}

async fn sign_out_and_in(me: &Identity, watch: &Watch) {
    form(me, watch, "/profile", "/logout", &[], 303).await;
    ask(me, watch, me.client.ask("GET", "/profile"), 303).await;
    let fields = [("email", me.email()), ("password", PASSWORD.to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    form(me, watch, "/login", "/login", &fields, 303).await;
}
