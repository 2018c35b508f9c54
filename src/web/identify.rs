//! From a request to a caller: the credential it carries (never two), its address, its id. No database is asked here.

use actix_session::SessionExt;
use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use percent_encoding::percent_decode_str;

use super::forwarded;
use super::state::State;
use crate::access::caller::{ActsAs, Caller, Credential, Hash, Origin, Via};
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::secret::{hex, random, unhex};

/// Reads an API key into its public part and its hash; `None` if it is not one (wrong shape or checksum). Given by the
/// feature that knows what keys look like.
pub type ParseKey = fn(&str) -> Option<(String, Hash)>;

/// Cuts the whole keys in a text down to what may be shown of them; `None` if there are none. Given by the same feature, and
/// left on each request for whatever leads back to an address.
pub type CutKeys = fn(&str) -> Option<String>;

/// What the web layer is told of API keys.
#[derive(Clone, Copy)]
pub struct KeyRules {
    /// Reads a presented key.
    pub parse: ParseKey,
    /// Cuts keys out of addresses.
    pub cut: CutKeys,
}

/// The request's id, for the log, error pages and audit events.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// A new request id.
pub fn request_id() -> RequestId {
    RequestId(random::<8>().map_or_else(|_| "0".repeat(16), |bytes| hex(&bytes)))
}

/// Whether a path belongs to the REST API, whose errors are problem documents.
pub fn is_api(path: &str) -> bool {
    // the router decodes before it matches, so `/%75ser/apiKey` is the API too
    let path = percent_decode_str(path).decode_utf8_lossy();
    let path = path.as_ref();
    path.starts_with("/user/") || path == "/openapi.json" || path == "/healthz"
}

/// The caller of a request.
///
/// # Errors
/// `Malformed` for two credentials at once, `KeyHeader` for a key in another form than ours, `Forbidden` for an impersonation that
/// cannot be honoured, `SignedOut` for an invalid key.
pub fn caller(request: &ServiceRequest, state: &State, parse: ParseKey) -> Result<Caller> {
    let id = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let api = is_api(request.path());
    let operation = if api { idempotency_key(request.headers())? } else { None };
    let via = if api { Via::Api } else { Via::Page };
    let address = forwarded::address(request.request(), state);
    let origin = Origin { address, request_id: id, via, operation };
    Ok(Caller { credential: credential(request, parse)?, origin, typed_as: None, acts_as: ActsAs::default() })
}

fn credential(request: &ServiceRequest, parse: ParseKey) -> Result<Option<Credential>> {
    let keys = presented_keys(request.headers())?;
    let session = session(request);
    if keys.len() + usize::from(session.is_some()) > 1 {
        return Err(Error::Malformed("Send one credential: a session cookie or an API key, in one header".into()));
    }
    let impersonate = one_header(request.headers(), "impersonate-user-id")?;
    if impersonate.is_some() && keys.is_empty() {
        let sentence = "Only an API key that can impersonate may send impersonate-user-id";
        return Err(if session.is_some() { Error::Forbidden(sentence.into()) } else { Error::SignedOut });
    }
    let Some(key) = keys.into_iter().next() else { return Ok(session.map(Credential::Session)) };
    let impersonate = impersonate.map(|text| UserId::parse(&text).ok_or_else(not_a_user_id)).transpose()?;
    let (access_key, hash) = parse(&key).ok_or(Error::SignedOut)?;
    Ok(Some(Credential::Key { access_key, hash, impersonate }))
}

fn not_a_user_id() -> Error {
    Error::Malformed("impersonate-user-id takes a user ID, a positive number".into())
}

fn session(request: &ServiceRequest) -> Option<Hash> {
    let hash: String = request.get_session().get("hash").ok().flatten()?;
    unhex(&hash)?.try_into().ok()
}

/// The keys in the headers. A header that holds one in another form is rejected before any key is looked at.
fn presented_keys(headers: &HeaderMap) -> Result<Vec<String>> {
    let plain = headers.get_all("x-api-key").map(|value| Some(value.to_str().ok()?.trim()));
    let bearer = headers.get_all(AUTHORIZATION).map(|value| {
        let (scheme, token) = value.to_str().ok()?.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let presented = plain.chain(bearer).map(|key| key.filter(|key| is_one_word(key)).map(ToOwned::to_owned));
    presented.collect::<Option<_>>().ok_or(Error::KeyHeader)
}

fn is_one_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte))
}

fn one_header(headers: &HeaderMap, name: &str) -> Result<Option<String>> {
    let mut all = headers.get_all(name);
    let Some(first) = all.next() else { return Ok(None) };
    let text = first.to_str().ok().filter(|_| all.next().is_none());
    text.map(|text| Some(text.to_owned())).ok_or_else(|| Error::Malformed(format!("Send {name} once, in ASCII")))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(key) = one_header(headers, "idempotency-key")? else { return Ok(None) };
    let good = (1..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if good {
        Ok(Some(key))
    } else {
        Err(Error::Malformed("Idempotency-Key takes 1 to 64 visible ASCII characters".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::is_api;

    #[test]
    fn the_api_is_the_api_however_its_path_is_written() {
        for path in ["/user/apiKey", "/%75ser/apiKey", "/user%2FapiKey", "/openapi.json", "/healthz"] {
            assert!(is_api(path), "{path}");
        }
        for path in ["/", "/users", "/orgs/acme/users", "/%2575ser/apiKey"] {
            assert!(!is_api(path), "{path}");
        }
    }
}
