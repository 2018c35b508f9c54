//! Requests for another host: some are rejected, some lead to the public URL.

use actix_web::http::Method;
use actix_web::http::header::HOST;
use actix_web::{HttpRequest, HttpResponse};

use super::hosts::Named;
use super::identify::is_api;
use super::location::{LocalPath, see_other_at};
use super::state::State;
use crate::error::{Error, Result};
use crate::text::escaped;

/// Leads from a page under a further name to the same page under the public URL. Cookies and links belong there.
pub(super) fn redirect(request: &HttpRequest, state: &State) -> Option<HttpResponse> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path_and_query().filter(|_| reads && is_elsewhere(request, state))?;
    if state.warned.first("extra host", "") {
        tracing::info!(
            "a page under a host of KEYHOUSE_EXTRA_HOSTS redirects to the public URL. If browsers report too many redirects, have \
             the proxy pass on the header Host"
        );
    }
    Some(see_other_at(&state.public_url, &LocalPath::from(path.as_str())).finish())
}

fn is_elsewhere(request: &HttpRequest, state: &State) -> bool {
    !state.hosts.extra.is_empty() && !is_api(request.path()) && matches!(state.hosts.of_request(request), Named::Extra)
}

/// Rejects a request for another host. A listener on this machine only is reached by its own names, so another name is a page that
/// rebinds DNS, or a wrong setting. Health answers for every host, as load balancers ask by address.
///
/// # Errors
/// `Misdirected`.
pub(super) fn check(request: &HttpRequest, state: &State) -> Result<()> {
    if is_elsewhere(request, state) {
        let host = request.headers().get(HOST).map_or(&[][..], |host| host.as_bytes());
        let host = escaped(&String::from_utf8_lossy(host), 100);
        tracing::warn!(
            host,
            "a form under a host of KEYHOUSE_EXTRA_HOSTS was rejected; forms belong to KEYHOUSE_PUBLIC_URL"
        );
        return Err(Error::Misdirected(format!(
            "This form was sent to the host {host}. Pages and forms are at {} only (KEYHOUSE_PUBLIC_URL)",
            state.public_url
        )));
    }
    if !state.loopback || request.path() == "/healthz" {
        return Ok(());
    }
    let Named::Foreign(host) = state.hosts.of_request(request) else { return Ok(()) };
    let expected = &state.hosts.public;
    tracing::warn!(
        host,
        expected,
        "a request for another host was rejected. KEYHOUSE_PUBLIC_URL sets the host of pages, KEYHOUSE_EXTRA_HOSTS adds hosts \
         for programs"
    );
    Err(Error::Misdirected(format!(
        "This request is for the host {host}, and Keyhouse answers for {expected} (KEYHOUSE_PUBLIC_URL)"
    )))
}
