//! The sign-in page for somebody whose session ended before they sent a form: it keeps what they typed.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use super::login::LoginPage;
use super::{browser, device, review};
use crate::web::filled::Filled;
use crate::web::page;
use crate::web::posted::Posted;
use crate::web::site::Site;

/// The page; `None` if nobody can tell whose form it was, or it is too long to keep.
pub fn sign_in_again(request: &HttpRequest, posted: Posted, purpose: &'static str, back: &str) -> Option<HttpResponse> {
    let site = Site::from_request(request, &mut Payload::None).into_inner().ok()?;
    let session = browser::of(&site).session?;
    let typist = device::of(&site).filter(|device| device.began(&session))?.user;
    let carried = review::keep(&site, typist, purpose, request.path(), posted)?;
    let frame = site.visitor_frame("Sign in").ok()?;
    let next = back.to_owned();
    let page = LoginPage { frame, form: Filled::new(), next, carried, not_set_up: false };
    let mut response = page::html(StatusCode::UNAUTHORIZED, &page);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Form realm=\"Keyhouse\""));
    Some(response)
}
