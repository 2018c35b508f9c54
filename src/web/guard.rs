//! What every request passes before a handler: its id, the host check, the caller, and the check that a change comes from our
//! own pages. What is refused here never reaches a handler.

use std::borrow::Cow;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, ORIGIN};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, web};
use percent_encoding::percent_decode_str;

use super::identify::{self, KeyRules, ParseKey};
use super::state::State;
use super::{forwarded, misdirected, refusal, scheme, whole_key};
use crate::access::caller::Credential;
use crate::access::refused::{Kind, Subject};
use crate::error::{Error, Result};

/// The middleware. Answers refusals itself, so that they look like every other error.
///
/// # Errors
/// Those of the handlers.
pub async fn guard<B: MessageBody + 'static>(
    keys: KeyRules,
    request: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<actix_web::body::EitherBody<B>>, actix_web::Error> {
    request.extensions_mut().insert(keys.cut);
    // mail programs add characters to the end of a one-time link, which then says so
    let is_link = request.path().starts_with("/links/");
    if is_odd(request.uri().path()) && !is_link {
        let response = refusal::answer(request.request(), &Error::not_found());
        return Ok(request.into_response(response).map_into_right_body());
    }
    if let Some(shorter) = whole_key::cut(request.request(), keys.cut) {
        return Ok(request.into_response(shorter).map_into_right_body());
    }
    let state = request.app_data::<web::Data<State>>();
    if let Some(elsewhere) = state.and_then(|state| misdirected::redirect(request.request(), state)) {
        return Ok(request.into_response(elsewhere).map_into_right_body());
    }
    match admit(&request, keys.parse) {
        Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
        Err(error) => {
            let response = refusal::answer(request.request(), &error);
            Ok(request.into_response(response).map_into_right_body())
        }
    }
}

fn admit(request: &ServiceRequest, parse: ParseKey) -> Result<()> {
    let Some(state) = request.app_data::<web::Data<State>>() else { return Err(Error::unexpected("no state")) };
    misdirected::check(request.request(), state)?;
    let refused = |kind| {
        let address = forwarded::address(request.request(), state);
        state.access.refused().note(kind, None, Subject::Unknown, &address);
    };
    let caller = identify::caller(request, state, parse).inspect_err(|error| match error {
        Error::SignedOut | Error::KeyHeader => refused(Kind::Key),
        Error::Forbidden(_) => refused(Kind::Forbidden),
        _ => {}
    })?;
    let by_key = matches!(caller.credential, Some(Credential::Key { .. }));
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && !by_key {
        let with_cookie = identify::is_api(request.path()) && caller.credential.is_some();
        if !is_own_site(request.headers(), &state.public_url, with_cookie) {
            refused(Kind::Foreign);
            let foreign = || Error::Forbidden("This change did not come from a page of Keyhouse".into());
            return Err(scheme::over_http(request.request(), state).unwrap_or_else(foreign));
        }
    }
    request.extensions_mut().insert(caller);
    Ok(())
}

/// Whether browsers could read a path, if a redirect repeated it, as the address of another site, or whether it contains NUL, which
/// PostgreSQL rejects. No route has such a path.
fn is_odd(path: &str) -> bool {
    let decoded: Cow<[u8]> = percent_decode_str(path).into();
    let odd = |byte: &u8| matches!(byte, b'\\' | b'\t' | b'\r' | b'\n' | 0);
    !decoded.starts_with(b"/") || decoded.starts_with(b"//") || decoded.iter().any(odd)
}

/// A change must come from our own pages: browsers say so by `Sec-Fetch-Site`, older ones by `Origin`.
fn is_own_site(headers: &HeaderMap, public_url: &str, required: bool) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin == public_url,
        (None, None) => !required,
    }
}
