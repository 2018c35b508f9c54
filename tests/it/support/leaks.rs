//! Secrets where they must not be. Every answer that a test gets, every line that the product logs inside the tests' process, and
//! every line of a real binary is looked at, in the whole run; a test that needs all answers of one server keeps them on a tape.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, Once};

use keyhouse::keys::model::Token;

use super::client::Reply;

/// The length of a whole API key.
const KEY: usize = 62;
/// What is secret in every world of the tests, and what a hash of a password begins with.
const WORDS: [&str; 4] = [super::people::PASSWORD, super::town::PASSWORD, "a secret of the tests", "$argon2"];

static LOGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());
static TAPES: Mutex<BTreeMap<String, Vec<(String, Reply)>>> = Mutex::new(BTreeMap::new());

/// The secrets in a text that can be told by their looks: whole API keys, one-time links, passwords, hashes of passwords.
pub fn found_in(text: &str) -> Vec<String> {
    let words = WORDS.iter().filter(|word| text.contains(**word)).map(|word| (*word).to_owned());
    words.chain(shown_once(text)).collect()
}

/// Those that one answer shows: whole API keys and one-time links.
fn shown_once(text: &str) -> Vec<String> {
    // where a page lets a key break
    let text = if text.contains("<wbr>") { &text.replace("<wbr>", "") } else { text };
    let keys = text
        .match_indices("kh_")
        .filter_map(|(at, _)| text.get(at..at + KEY))
        .filter(|key| Token::parse(key).is_some());
    let links = text.match_indices("/links/").filter_map(|(at, _)| text.get(at + 7..at + 39));
    keys.chain(links.filter(|link| link.bytes().all(|b| b.is_ascii_hexdigit()))).map(str::to_owned).collect()
}

/// Panics if an answer holds a secret. A key or a link stands in the answer to the POST that made it, and nowhere else.
pub fn look_at(method: &str, reply: &Reply) {
    let headers = reply.headers.iter().filter(|(name, _)| *name != "set-cookie");
    let headers: String = headers.map(|(_, value)| String::from_utf8_lossy(value.as_bytes()) + "\n").collect();
    let mut found = found_in(&headers);
    let makes = method == "POST" && matches!(reply.status, 200 | 201);
    found.extend(found_in(&reply.text).into_iter().filter(|secret| !makes || WORDS.contains(&secret.as_str())));
    assert!(found.is_empty(), "{method} {} ({}) tells {found:?}", reply.url, reply.status);
    let logged = LOGGED.lock().unwrap();
    assert!(logged.is_empty(), "secrets in the log: {logged:?}");
    if let Some(tape) = TAPES.lock().unwrap().get_mut(&reply.url.origin().ascii_serialization()) {
        tape.push((method.to_owned(), reply.clone()));
    }
}

/// From now on keeps every answer of this server.
pub fn record(url: &str) {
    TAPES.lock().unwrap().insert(url.to_owned(), Vec::new());
}

/// Every answer kept of this server, with its method.
pub fn recorded(url: &str) -> Vec<(String, Reply)> {
    TAPES.lock().unwrap().remove(url).unwrap_or_default()
}

/// Lines of a real binary's log that hold a secret. The link to set up is printed for whoever started it.
pub fn in_log(log: &str) -> Vec<String> {
    log.lines()
        .filter(|line| !line.starts_with("Set up: "))
        .filter(|line| !found_in(line).is_empty())
        .map(str::to_owned)
        .collect()
}

/// Reads along with the log of the product inside this process.
pub fn watch_the_log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let what = "off,keyhouse=trace,actix_http=debug,actix_web=debug,actix_server=debug";
        let log = tracing_subscriber::fmt().with_env_filter(what).with_ansi(false).with_writer(|| Watch);
        log.init();
    });
}

struct Watch;

impl io::Write for Watch {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if !found_in(&text).is_empty() {
            LOGGED.lock().unwrap().push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
