//! Whoever writes until the server is gone: makes a key, deletes it, makes the next and keeps it; and notes what it was told.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::support::bulk::Bulk;
use crate::support::client::{Ask, Client, Reply};

/// What writers were told: the ids of keys that were made, and of those that were deleted; and the whole keys that programs made,
/// those that were deleted and those that nobody tried to delete.
#[derive(Default)]
pub struct Told {
    pub made: BTreeSet<i64>,
    pub deleted: BTreeSet<i64>,
    pub dead: Vec<String>,
    pub kept: Vec<String>,
}

impl Told {
    /// Both together.
    pub fn join(&mut self, mut other: Told) {
        self.made.append(&mut other.made);
        self.deleted.append(&mut other.deleted);
        self.dead.append(&mut other.dead);
        self.kept.append(&mut other.kept);
    }
}

/// What the writers of a round share.
pub struct Work {
    bulk: Arc<Bulk>,
    round: usize,
    pub told: Mutex<Told>,
    pub over: AtomicBool,
}

impl Work {
    pub fn new(bulk: Arc<Bulk>, round: usize) -> Work {
        Work { bulk, round, told: Mutex::default(), over: AtomicBool::new(false) }
    }
}

/// Writes by REST, or with a form's token by the pages, until the server is gone.
pub async fn write(work: Arc<Work>, client: Client, token: Option<String>, writer: i64) {
    let by = Writer { work, client, token, writer };
    for n in 0.. {
        let name = format!("round {} writer {writer} key {n}", by.work.round);
        let Some(reply) = by.send(by.create(&name)).await else { return };
        let (id, key) = (id_in(&reply), key_in(&reply));
        by.work.told.lock().unwrap().made.insert(id);
        if n % 2 == 0 {
            let Some(_) = by.send(by.delete(id)).await else { return };
            let mut told = by.work.told.lock().unwrap();
            told.deleted.insert(id);
            told.dead.extend(key);
        } else {
            by.work.told.lock().unwrap().kept.extend(key);
        }
    }
}

struct Writer {
    work: Arc<Work>,
    client: Client,
    token: Option<String>,
    writer: i64,
}

impl Writer {
    /// The answer to a change, which must say that it was made; none once the server is gone.
    async fn send(&self, ask: Ask) -> Option<Reply> {
        match ask.try_send().await {
            Ok(reply) if matches!(reply.status, 200 | 201 | 204 | 303) => Some(reply),
            Ok(reply) => panic!("{}: {} {}", reply.url, reply.status, reply.text),
            Err(_) if self.work.over.load(Ordering::SeqCst) => None,
            Err(error) => panic!("{error:?}"),
        }
    }

    fn create(&self, name: &str) -> Ask {
        let bulk = &self.work.bulk;
        match &self.token {
            Some(token) => self.post(&format!("/orgs/acme/users/{}/keys", bulk.user(self.writer + 1)), token, name),
            None => {
                let body = json!({"orgUserId": bulk.membership(self.writer + 1), "name": name});
                self.client.ask("POST", "/user/apiKey").header("x-api-key", &bulk.token).json(&body)
            }
        }
    }

    fn delete(&self, key: i64) -> Ask {
        match &self.token {
            Some(token) => self.post(&format!("/orgs/acme/keys/{key}/delete"), token, ""),
            None => {
                let ask = self.client.ask("DELETE", &format!("/user/apiKey/{key}"));
                ask.header("x-api-key", &self.work.bulk.token)
            }
        }
    }

    fn post(&self, path: &str, token: &str, name: &str) -> Ask {
        let operation = format!("{:032x}", rand::random::<u128>());
        let fields = [("csrf", token), ("operation_id", &operation), ("next", "/orgs/acme/keys"), ("name", name)];
        self.client.ask("POST", path).same_origin().form(&fields)
    }
}

/// The id of the key that was made, from the JSON or from the page's link to it.
fn id_in(reply: &Reply) -> i64 {
    if reply.status == 201 {
        return reply.json()["id"].as_i64().unwrap();
    }
    let links = reply.text.split("/keys/").skip(1);
    let mut numbers = links.filter_map(|rest| rest.split(['"', '/', '?']).next()?.parse().ok());
    numbers.next().unwrap_or_else(|| panic!("no link to the new key in {}", reply.text))
}

/// The whole key, if a program made it.
fn key_in(reply: &Reply) -> Option<String> {
    (reply.status == 201).then(|| reply.json()["apiKey"].as_str().unwrap().to_owned())
}
