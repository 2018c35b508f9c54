//! The code after the password. Between the two pages the browser carries who showed the password in a short cookie, encrypted and
//! bound to this browser.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::failed::Attempt;
use super::{browser, device, failed, news, review, wait};
use crate::access::Act;
use crate::access::refused::Subject;
use crate::clock::wall;
use crate::error::{Error, Result};
use crate::secret::{hex, unhex};
use crate::sessions::code_model::{PATIENCE, Pending, Tried, wrong_code};
use crate::sessions::model::ReturnPath;
use crate::sessions::{actions, cookie as session_cookie};
use crate::two_factor::model::Code;
use crate::web::filled::Filled;
use crate::web::form::{self, Form, Query};
use crate::web::page::{self, Frame, with_query};
use crate::web::site::{Site, operation_id};
use crate::web::{Answer, cookie};

/// `GET /login/code`, and `POST` when the code was refused.
#[derive(Template)]
#[template(path = "sessions/code.html")]
pub struct CodePage {
    /// The frame, without org and person.
    pub frame: Frame,
    /// Field `code`, for its error only.
    pub form: Filled,
    /// The path to go to afterwards; empty for the start page.
    pub next: String,
    /// A sealed form that was typed before the session ended; empty if there is none.
    pub carried: String,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// What encryption binds the cookie to: this browser, by what its forms are bound to.
fn owner(site: &Site) -> Result<Vec<u8>> {
    let seed = form::seed(site.request()).ok_or(Error::SignedOut)?;
    Ok([b"sign-in of ", seed.bytes()].concat())
}

/// 303 to the page that asks for the code, for somebody whose password was right; the page itself if it has to carry a form
/// along, which an address could not hold.
///
/// # Errors
/// If there is no randomness to be had.
pub fn ask(site: &Site, pending: Pending, next: Option<&ReturnPath>, kept: &str) -> Answer {
    let mut response = match kept {
        "" => site.see(&with_query("/login/code", &[("next", next.map_or("", ReturnPath::as_str))])),
        kept => answer(site, StatusCode::OK, Filled::new(), next, kept)?,
    };
    let sealed = site.state().two_factor().encrypt(&owner(site)?, &pending.to_bytes())?;
    set(site, &mut response, hex(&sealed))?;
    Ok(response)
}

/// Sets the cookie; an empty value takes it away.
fn set(site: &Site, response: &mut HttpResponse, value: String) -> Result<()> {
    let seconds = if value.is_empty() { 0 } else { PATIENCE / crate::clock::SECOND };
    let cookie = cookie::short(cookie::CODE, value, seconds, site.state().https());
    response.add_cookie(&cookie).map_err(|error| Error::unexpected(error.to_string()))
}

fn carried(site: &Site) -> Option<Pending> {
    let sealed = unhex(&cookie::value(site.request(), cookie::CODE)?)?;
    let opened = site.state().two_factor().decrypt(&owner(site).ok()?, &sealed)?;
    Pending::from_bytes(&opened)
}

/// `GET /login/code`. Whoever has shown no password lately is asked for it.
///
/// # Errors
/// If there is no randomness to be had.
pub async fn show(site: Site, query: Query) -> Answer {
    let next = ReturnPath::parse(query.text("next"));
    match carried(&site) {
        Some(_) => answer(&site, StatusCode::OK, Filled::new(), next.as_ref(), ""),
        None => Ok(site.see(&sign_in_path(next.as_ref()))),
    }
}

fn sign_in_path(next: Option<&ReturnPath>) -> String {
    with_query("/login", &[("next", next.map_or("", ReturnPath::as_str))])
}

fn answer(site: &Site, status: StatusCode, form: Filled, next: Option<&ReturnPath>, kept: &str) -> Answer {
    let next = next.map_or_else(String::new, |next| next.as_str().to_owned());
    let frame = site.visitor_frame("Enter your code")?;
    Ok(page::html(status, &CodePage { frame, form, next, carried: kept.to_owned(), operation_id: operation_id()? }))
}

/// `POST /login/code`.
///
/// # Errors
/// If the database fails.
pub async fn enter(site: Site, session: Session, form: Form) -> Answer {
    let next = ReturnPath::parse(form.text("next"));
    let kept = form.text("carried");
    let refused = |status, why: String| answer(&site, status, Filled::new().wrong("code", why), next.as_ref(), kept);
    let Some(pending) = carried(&site) else { return over(&site, next.as_ref()) };
    let Some(code) = Code::parse(form.text("code")) else {
        let why = "Enter the 6 digits that your app shows, or one of your recovery codes";
        return refused(StatusCode::UNPROCESSABLE_ENTITY, why.to_owned());
    };
    match try_code(&site, &form, pending, code).await {
        Ok(Tried::In(key)) => {
            session_cookie::begin(&session, key.reveal())?;
            let typed = review::what_was_typed(&site, &key, kept).await;
            let mut response = typed.unwrap_or_else(|| site.see(next.as_ref().map_or("/", ReturnPath::as_str)));
            set(&site, &mut response, String::new())?;
            device::remember(&site, &key, &mut response).await;
            news::tell(&site, &key, &mut response).await;
            Ok(response)
        }
        Ok(Tried::Wrong) => {
            failed::count(&site, Attempt::SignIn, Subject::User(pending.user));
            let why = wrong_code("Wait for the app’s next code, or use a recovery code", wall());
            refused(StatusCode::UNPROCESSABLE_ENTITY, why)
        }
        Ok(Tried::Over) => over(&site, next.as_ref()),
        Err(Error::TooMany(seconds)) => {
            failed::count(&site, Attempt::SignIn, Subject::User(pending.user));
            let response = refused(StatusCode::TOO_MANY_REQUESTS, Error::TooMany(seconds).to_string())?;
            Ok(wait(response, seconds))
        }
        Err(Error::Repeated(_)) => Ok(site.see(next.as_ref().map_or("/", ReturnPath::as_str))),
        Err(Error::Invalid(fields)) => {
            let why = fields.into_iter().map(|field| field.message).collect();
            refused(StatusCode::UNPROCESSABLE_ENTITY, why)
        }
        Err(error) => Err(error),
    }
}

async fn try_code(site: &Site, form: &Form, pending: Pending, code: Code) -> Result<Tried> {
    let (encryption, browser) = (site.state().two_factor(), browser::of(site));
    let enter = move |conn: &mut _, actor: &_| actions::enter_code(conn, actor, &encryption, &pending, &code, &browser);
    site.state().access.write_as_visitor(Act::SignIn, site.origin(form), enter).await
}

/// The password has to be shown again.
fn over(site: &Site, next: Option<&ReturnPath>) -> Answer {
    let path = sign_in_path(next);
    let mut response = site.see_with(&path, "Sign in once more.", "The code has to follow within 5 minutes.");
    set(site, &mut response, String::new())?;
    Ok(response)
}
