//! The last word on every response: errors become pages or problem documents, short cookies are set or taken away, the headers
//! are added, and one line goes to the log, without anything secret in it.

use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::cookie::Cookie;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::SET_COOKIE;
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, web};

use super::connections::Connection;
use super::identify::{self, RequestId};
use super::site::CookieMarks;
use super::state::State;
use super::{cookie, headers, refusal};
use crate::error::Error;

const TOO_MANY: &str = "Too many connections from your address are open";

/// The middleware, outside of all others.
///
/// # Errors
/// Never; the type is actix's.
pub async fn respond<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let started = Instant::now();
    // a call of the explorer is part of a request that has its id already
    let known = request.extensions().get::<RequestId>().cloned();
    let id = known.unwrap_or_else(identify::request_id);
    request.extensions_mut().insert(id.clone());
    let (excess, is_one_of_many) =
        request.conn_data::<Connection>().map_or((false, false), |one| (one.is_excess(), one.is_one_of_many()));
    let mut response = if excess {
        let refused = refusal::answer(request.request(), &Error::Unavailable(TOO_MANY));
        request.into_response(refused).map_into_right_body()
    } else {
        dress_error(next.call(request).await?)
    };
    if excess || is_one_of_many {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    set_cookies(&mut response);
    let https = state(&response).is_some_and(|state| state.https());
    headers::add(response.headers_mut(), https, &id.0);
    log(&response, &id, started);
    Ok(response)
}

fn state<B>(response: &ServiceResponse<B>) -> Option<web::Data<State>> {
    response.request().app_data::<web::Data<State>>().cloned()
}

fn dress_error<B: MessageBody + 'static>(response: ServiceResponse<B>) -> ServiceResponse<EitherBody<B>> {
    let Some(error) = response.response().error() else { return response.map_into_left_body() };
    let status = response.status();
    let answer = match error.as_error::<Error>() {
        Some(error) => refusal::answer(response.request(), error),
        None => refusal::answer(response.request(), &from_framework(status, &error.to_string())),
    };
    // cookies that inner middleware set stay
    let kept: Vec<_> = response.headers().get_all(SET_COOKIE).cloned().collect();
    let mut answer = response.into_response(answer);
    kept.into_iter().for_each(|cookie| answer.headers_mut().append(SET_COOKIE, cookie));
    answer.map_into_right_body()
}

fn from_framework(status: StatusCode, text: &str) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::not_found(),
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        status if status.is_client_error() => Error::Malformed("The request cannot be read".into()),
        _ => Error::unexpected(text.to_owned()),
    }
}

fn set_cookies<B>(response: &mut ServiceResponse<B>) {
    let https = state(response).is_some_and(|state| state.https());
    let marks = response.request().extensions_mut().remove::<CookieMarks>().unwrap_or_default();
    let mut cookies: Vec<Cookie> = Vec::new();
    cookies.extend(marks.form.map(|value| cookie::short(cookie::FORM, value, 12 * 3600, https)));
    // a handler may have shown one notice and set the next
    let next_notice = response.response().cookies().any(|cookie| cookie.name().ends_with(cookie::NOTICE));
    if marks.notice_shown && !next_notice {
        cookies.push(cookie::short(cookie::NOTICE, String::new(), 0, https));
    }
    for cookie in cookies {
        if let Err(error) = response.response_mut().add_cookie(&cookie) {
            tracing::error!(%error, "a cookie could not be set");
        }
    }
}

/// The route's pattern, not the path: a path may hold a link's token.
fn log<B>(response: &ServiceResponse<B>, id: &RequestId, started: Instant) {
    let request = response.request();
    let route = request.match_pattern().unwrap_or_else(|| "(none)".to_owned());
    let (status, method) = (response.status().as_u16(), request.method());
    let micros = started.elapsed().as_micros();
    tracing::info!(target: "keyhouse::http", %method, route, status, micros, request_id = %id.0, "request");
}
