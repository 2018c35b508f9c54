//! Browsers that reach Keyhouse over http although its public URL is https. They keep no cookie of Keyhouse, so every form of theirs
//! is rejected; the answer says why.

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, HeaderMap, ORIGIN, REFERER};

use super::state::State;
use crate::error::Error;

/// The reason why a form is rejected, if its browser came over http as far as the request shows.
pub(super) fn over_http(request: &HttpRequest, state: &State) -> Option<Error> {
    if !state.https() {
        return None;
    }
    let what = if proxy_says_http(request, state) {
        "this request came over http"
    } else if page_was_http(request.headers(), state) {
        "the page that sent this was opened over http"
    } else {
        return None;
    };
    let public_url = &state.public_url;
    if state.warned.first("over http", "") {
        tracing::warn!(
            public_url,
            "a form was rejected: {what}. Open Keyhouse at its public URL, or correct KEYHOUSE_PUBLIC_URL"
        );
    }
    Some(Error::OverHttp(format!("Keyhouse is reached at {public_url}; {what}")))
}

fn proxy_says_http(request: &HttpRequest, state: &State) -> bool {
    let trusted = request.peer_addr().is_some_and(|peer| state.trusted_proxies.contains(peer.ip()));
    trusted && text(request.headers(), "x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"))
}

/// Browsers name the page's origin with a form, older ones in `Referer` only. Only a page of this host counts.
fn page_was_http(headers: &HeaderMap, state: &State) -> bool {
    let origin = text(headers, ORIGIN.as_str()).or_else(|| text(headers, REFERER.as_str()));
    let Some(rest) = origin.and_then(|origin| origin.strip_prefix("http://")) else { return false };
    let host = rest.split('/').next().unwrap_or("");
    text(headers, HOST.as_str()).is_some_and(|own| own.eq_ignore_ascii_case(host)) || state.hosts.is_public(host)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
