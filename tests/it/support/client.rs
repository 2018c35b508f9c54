//! An HTTP client with a cookie jar of its own. It follows no redirect: what was answered is what a test sees.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url, redirect};

use super::leaks;
use super::page::Page;

/// A visitor. Clones share the cookies.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    jar: Arc<Mutex<BTreeMap<String, Cookie>>>,
}

struct Cookie {
    value: String,
    path: String,
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
    /// The address asked.
    pub url: Url,
}

/// A request under way.
#[derive(Clone)]
pub struct Ask {
    client: Client,
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Client {
    /// A client of the server at `base` (`http://127.0.0.1:port`).
    pub fn new(base: &str) -> Client {
        Client::from_address(base, "127.0.0.1")
    }

    /// The same at another address of this machine, such as `127.0.0.7`.
    pub fn from_address(base: &str, address: &str) -> Client {
        let http = reqwest::Client::builder()
            .local_address(address.parse::<IpAddr>().unwrap())
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Client { http, base: Url::parse(base).unwrap(), jar: Arc::default() }
    }

    /// A request to a path, or to a whole address.
    pub fn ask(&self, method: &str, path: &str) -> Ask {
        let url = self.base.join(path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Ask { client: self.clone(), method, url, headers: HeaderMap::new(), body: Vec::new() }
    }

    /// GET
    pub async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path).send().await
    }

    /// DELETE
    pub async fn delete(&self, path: &str) -> Reply {
        self.ask("DELETE", path).send().await
    }

    /// POST of a form, from a page of the same origin, as a browser sends it.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.ask("POST", path).same_origin().form(fields).send().await
    }

    /// POST of JSON.
    pub async fn post_json(&self, path: &str, body: &serde_json::Value) -> Reply {
        self.ask("POST", path).json(body).send().await
    }

    /// The value of a cookie in the jar.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(name).map(|cookie| cookie.value.clone())
    }

    /// Puts a cookie in the jar, for every path.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let cookie = Cookie { value: value.to_owned(), path: "/".to_owned() };
        self.jar.lock().unwrap().insert(name.to_owned(), cookie);
    }

    /// Empties the jar.
    pub fn forget(&self) {
        self.jar.lock().unwrap().clear();
    }

    fn cookies_for(&self, url: &Url) -> String {
        let jar = self.jar.lock().unwrap();
        let fits = jar.iter().filter(|(_, cookie)| covers(&cookie.path, url.path()));
        fits.map(|(name, cookie)| format!("{name}={}", cookie.value)).collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        for line in headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let mut parts = line.split(';').map(str::trim);
            let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).unwrap();
            let attributes: Vec<String> = parts.map(str::to_owned).collect();
            let is = |wanted: &str| attributes.iter().any(|a| a.eq_ignore_ascii_case(wanted));
            let past = attributes.iter().any(|a| a.to_lowercase().starts_with("expires=") && a.contains(" 1970 "));
            let path = attributes.iter().find_map(|a| a.strip_prefix("Path=")).unwrap_or("/");
            let mut jar = self.jar.lock().unwrap();
            if is("Max-Age=0") || past {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), Cookie { value: value.to_owned(), path: path.to_owned() });
            }
        }
    }
}

fn covers(cookie_path: &str, path: &str) -> bool {
    path == cookie_path
        || path.strip_prefix(cookie_path).is_some_and(|rest| cookie_path.ends_with('/') || rest.starts_with('/'))
}

impl Ask {
    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Ask {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    /// The headers that a browser adds when the person came from a page of the same origin.
    pub fn same_origin(self) -> Ask {
        let origin = self.url.origin().ascii_serialization();
        self.header("origin", &origin).header("sec-fetch-site", "same-origin").header("sec-fetch-mode", "navigate")
    }

    /// The body as it is.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Ask {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    /// A form.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(self, fields: &[(K, V)]) -> Ask {
        self.body("application/x-www-form-urlencoded", encode(fields))
    }

    /// Further fields behind those of the form.
    pub fn and_fields<K: AsRef<str>, V: AsRef<str>>(mut self, fields: &[(K, V)]) -> Ask {
        self.body.extend_from_slice(format!("&{}", encode(fields)).as_bytes());
        self
    }

    /// A JSON body.
    pub fn json(self, body: &serde_json::Value) -> Ask {
        self.body("application/json", body.to_string())
    }

    /// The same request once more, for sending it twice.
    pub fn again(&self) -> Ask {
        Ask {
            client: self.client.clone(),
            method: self.method.clone(),
            url: self.url.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
        }
    }

    /// Sends; panics when nobody answers.
    pub async fn send(self) -> Reply {
        let what = format!("{} {}", self.method, self.url);
        self.try_send().await.unwrap_or_else(|e| panic!("{what}: {e:?}"))
    }

    /// Sends; an error when the connection breaks.
    pub async fn try_send(self) -> reqwest::Result<Reply> {
        let method = self.method.to_string();
        let mut request = reqwest::Request::new(self.method, self.url.clone());
        *request.headers_mut() = self.headers;
        let cookies = self.client.cookies_for(&self.url);
        if !cookies.is_empty() {
            request.headers_mut().insert("cookie", HeaderValue::from_str(&cookies).unwrap());
        }
        if !self.body.is_empty() {
            *request.body_mut() = Some(self.body.into());
        }
        let response = self.client.http.execute(request).await?;
        self.client.keep_cookies(response.headers());
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let reply = Reply { status, headers, text: response.text().await?, url: self.url };
        leaks::look_at(&method, &reply);
        Ok(reply)
    }
}

impl Reply {
    /// A header, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The same reply, if it has this status; else panics with what was answered.
    #[track_caller]
    pub fn expect(self, status: u16) -> Reply {
        let start: String = self.text.chars().take(2000).collect();
        assert!(self.status == status, "{}: {} and not {status}\n{start}", self.url, self.status);
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{}: {e}\n{}", self.url, self.text))
    }

    /// The body as a page.
    pub fn page(&self) -> Page {
        Page::parse(self.url.as_str(), &self.text)
    }
}

/// Fields in the way of a form: `a=1&b=two+words`.
pub fn encode<K: AsRef<str>, V: AsRef<str>>(fields: &[(K, V)]) -> String {
    let mut url = Url::parse("http://x/").unwrap();
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}
