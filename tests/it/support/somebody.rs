//! Somebody who asks: nobody in particular, a signed-in person, or a program with an API key. All share the verbs, so a
//! test reads the same whoever it is about.

use keyhouse::id::UserId;
use keyhouse::secret::SealKey;
use keyhouse::web::csrf::{self, Seed};

use super::client::{Ask, Client, Reply};

/// The name of the session cookie over http.
pub const SESSION: &str = "keyhouse-session";
/// The name of the cookie that binds forms of people who are not signed in.
pub const FORM: &str = "keyhouse-form";

/// A caller with their own cookies and headers.
#[derive(Clone)]
pub struct Somebody {
    /// The connection and the cookie jar.
    pub client: Client,
    headers: Vec<(&'static str, String)>,
    forms: Option<(SealKey, Seed)>,
    typed_as: Option<UserId>,
}

impl Somebody {
    /// Nobody who is signed in, on a page with a form: the form cookie is there.
    pub fn visitor(client: Client, seal: SealKey) -> Somebody {
        client.set_cookie(FORM, "a-browser-of-the-tests");
        let seed = Seed::cookie("a-browser-of-the-tests");
        Somebody { client, headers: Vec::new(), forms: Some((seal, seed)), typed_as: None }
    }

    /// A person with the cookie of their session.
    pub fn signed_in(client: Client, cookie: &str, hash: &[u8; 32], seal: SealKey) -> Somebody {
        client.set_cookie(SESSION, cookie);
        Somebody { client, headers: Vec::new(), forms: Some((seal, Seed::session(hash))), typed_as: None }
    }

    /// A program.
    pub fn with_key(client: Client, token: &str) -> Somebody {
        Somebody { client, headers: vec![("x-api-key", token.to_owned())], forms: None, typed_as: None }
    }

    /// The same caller, sending one header more with each request.
    pub fn sending(mut self, name: &'static str, value: impl ToString) -> Somebody {
        self.headers.push((name, value.to_string()));
        self
    }

    /// The same caller on a page that they opened while they acted as this user; none as themselves.
    pub fn on_a_page_as(mut self, user: Option<i64>) -> Somebody {
        self.typed_as = user.map(UserId::new);
        self
    }

    /// A token for a form of theirs; empty for a program, which has none.
    pub fn form_token(&self) -> String {
        self.forms.as_ref().map_or(String::new(), |(seal, seed)| csrf::token(seal, seed, self.typed_as).unwrap())
    }

    /// A request with what this caller always sends.
    pub fn ask(&self, method: &str, path: &str) -> Ask {
        self.headers.iter().fold(self.client.ask(method, path), |ask, (name, value)| ask.header(name, value))
    }

    /// GET
    pub async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path).send().await
    }

    /// DELETE, with the headers of a page's own origin.
    pub async fn delete(&self, path: &str) -> Reply {
        self.ask("DELETE", path).same_origin().send().await
    }

    /// POST of a form with their token, as their browser sends it from a page of the same origin.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let token = self.form_token();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        self.ask("POST", path).same_origin().form(&fields).send().await
    }

    /// POST of JSON, with the headers of a page's own origin.
    pub async fn post_json(&self, path: &str, body: &serde_json::Value) -> Reply {
        self.ask("POST", path).same_origin().json(body).send().await
    }
}
