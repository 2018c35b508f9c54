//! Errors as people and programs get them: a page with the next step, or a problem document (RFC 9457). Handlers answer
//! `Err`; here it becomes a response that has the frame, the request id and no word of the cause.

use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use serde::Serialize;

use super::error_page::ErrorPage;
use super::identify::{CutKeys, RequestId, is_api};
use super::location::see_other;
use super::page::{self, with_query};
use super::paths;
use super::posted;
use super::state::State;
use super::{confirm_page, frame};
use crate::access::caller::Caller;
use crate::error::Error;

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Only what is needed until `answer` makes the real response.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// A problem document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Always `about:blank`: the status says which kind of problem it is
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words
    pub title: String,
    /// The HTTP status code
    pub status: u16,
    /// What is wrong and what to do, as a sentence
    pub detail: String,
    /// The request, to find it in the log
    pub request_id: String,
    /// What is wrong with single fields
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FieldProblem {
    /// The field's name
    pub field: String,
    /// What to do about it
    pub message: String,
}

fn wants_problem(request: &HttpRequest) -> bool {
    let headers = request.headers();
    is_api(request.path())
        || headers.contains_key("x-api-key")
        || headers.contains_key("authorization")
        || headers.get("accept").and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("json"))
}

/// The response to an error.
pub fn answer(request: &HttpRequest, error: &Error) -> HttpResponse {
    if let Error::Unexpected(cause) = error {
        tracing::error!(%cause, request_id = %request_id(request), "an unexpected error");
    }
    let mut response = if wants_problem(request) { problem(request, error) } else { as_page(request, error) };
    if let Error::TooMany(seconds) = error {
        response.headers_mut().insert(RETRY_AFTER, (*seconds).into());
    }
    if matches!(error, Error::Unavailable(_) | Error::Unknown) {
        response.headers_mut().insert(RETRY_AFTER, 1.into());
    }
    response
}

/// The response to a method that a path does not take; the caller adds `Allow`.
pub fn method_not_allowed(request: &HttpRequest) -> HttpResponse {
    let sentence = "This address does not take that method";
    if wants_problem(request) {
        return document(request, StatusCode::METHOD_NOT_ALLOWED, sentence.to_owned(), Vec::new());
    }
    error_page(request, None, StatusCode::METHOD_NOT_ALLOWED, None)
}

fn request_id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone())
}

fn problem(request: &HttpRequest, error: &Error) -> HttpResponse {
    let errors = match error {
        Error::Invalid(fields) => {
            fields.iter().map(|e| FieldProblem { field: e.field.into(), message: e.message.clone() }).collect()
        }
        _ => Vec::new(),
    };
    let detail = match error {
        Error::Invalid(_) => "Some fields need another value".into(),
        Error::Unknown => unknown(request),
        other => sentence(request, other),
    };
    let mut response = document(request, error.status_code(), detail, errors);
    if matches!(error, Error::SignedOut | Error::KeyHeader) {
        let challenge = actix_web::http::header::HeaderValue::from_static("Bearer realm=\"Keyhouse\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

fn document(request: &HttpRequest, status: StatusCode, detail: String, errors: Vec<FieldProblem>) -> HttpResponse {
    let title = status.canonical_reason().unwrap_or("Error").to_owned();
    let problem = Problem {
        kind: "about:blank",
        title,
        status: status.as_u16(),
        detail,
        request_id: request_id(request),
        errors,
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    HttpResponse::build(status).content_type("application/problem+json").body(body)
}

/// The error as a sentence without a final stop. A request that only reads has no change to check.
fn sentence(request: &HttpRequest, error: &Error) -> String {
    match error {
        Error::Unexpected(_) if request.method().is_safe() => "Something went wrong on our side; try again".to_owned(),
        other => other.to_string(),
    }
}

/// What a program does that cannot be told whether its call changed anything.
fn unknown(request: &HttpRequest) -> String {
    let repeatable = request.extensions().get::<Caller>().is_some_and(|caller| caller.origin.operation.is_some());
    let next = if repeatable {
        "repeat the call with the same Idempotency-Key: it acts once, and 409 says that it was done"
    } else {
        "look before you repeat the call; with an Idempotency-Key it could be repeated safely"
    };
    format!("{}; {next}", Error::Unknown)
}

fn as_page(request: &HttpRequest, error: &Error) -> HttpResponse {
    if matches!(error, Error::SignedOut) {
        let back = return_path(request);
        if let Some(page) = posted::sign_in_again(request, paths::purpose(request), &back) {
            return page;
        }
        let login = with_query("/login", &[("next", &back)]);
        return see_other(&login).finish();
    }
    if matches!(error, Error::Unconfirmed)
        && let Ok(page) = confirm_page::answer(request, &return_path(request))
    {
        return page;
    }
    if let Error::SecondFactorNeeded(slug) = error {
        let enrol = with_query("/profile/two-factor", &[("org", slug)]);
        return see_other(&enrol).finish();
    }
    let told = match error {
        Error::NotFound(None) => None,
        // its media type says nothing to people
        Error::UnsupportedType(_) => None,
        other => Some(format!("{}.", sentence(request, other))),
    };
    error_page(request, Some(error), error.status_code(), told)
}

/// The page after a change whose end nobody knows: the way to look it up, for whoever is signed in.
fn doubtful(request: &HttpRequest, page: ErrorPage) -> ErrorPage {
    let signed_in = request.extensions().get::<Caller>().is_some_and(|caller| caller.credential.is_some());
    let page = page.headed("Nobody can tell yet");
    match posted::operation(request).filter(|_| signed_in) {
        Some(id) => page
            .because("The database did not say in time whether what you sent was kept. Do not send it again yet: look it up first.")
            .leading(format!("/operations/{id}"), "Did it happen?"),
        None => page.because("The database did not say in time whether what you sent was kept. Look before you send it again."),
    }
}

fn error_page(request: &HttpRequest, error: Option<&Error>, status: StatusCode, told: Option<String>) -> HttpResponse {
    let state = request.app_data::<web::Data<State>>();
    let Some(state) = state else { return HttpResponse::new(status) };
    let plain = ErrorPage::new(frame::of(request, state), status, request_id(request));
    let page = told.into_iter().fold(plain, ErrorPage::because);
    let page = match error {
        Some(Error::Unknown) => doubtful(request, page),
        Some(Error::Misdirected(_)) => page.leading_only(format!("{}/", state.public_url), "Keyhouse’s own address"),
        Some(Error::OverHttp(_)) => {
            page.headed("Not over https").leading_only(format!("{}/", state.public_url), "Open Keyhouse over https")
        }
        Some(Error::ActsAsAnother) => page.headed("This page is of before"),
        Some(Error::Impersonating(_)) => {
            page.headed("You are impersonating").leading("/impersonation".to_owned(), "The impersonation")
        }
        _ => page,
    };
    page::html(status, &page)
}

/// Where to come back to after the sign-in: this page, or for a form the page that it stood on. Never with a whole API key.
fn return_path(request: &HttpRequest) -> String {
    let path = asked_from(request);
    let cut = request.extensions().get::<CutKeys>().copied();
    cut.and_then(|cut| cut(&path)).unwrap_or(path)
}

fn asked_from(request: &HttpRequest) -> String {
    if matches!(request.method().as_str(), "GET" | "HEAD") {
        return request.uri().path_and_query().map_or_else(String::new, |path| path.as_str().to_owned());
    }
    let public = request.app_data::<web::Data<State>>().map_or("", |state| state.public_url.as_str());
    let referer = request.headers().get("referer").and_then(|referer| referer.to_str().ok());
    let from = referer.and_then(|referer| referer.strip_prefix(public)).filter(|from| paths::is_page(request, from));
    from.map_or_else(String::new, ToOwned::to_owned)
}
