//! The sign-in page, and signing out.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::failed::Attempt;
use super::{browser, code, device, failed, news, review, wait};
use crate::access::Act;
use crate::access::refused::Subject;
use crate::error::{Error, Result};
use crate::sessions::actions::{self, Shown};
use crate::sessions::code_model::Admitted;
use crate::sessions::model::ReturnPath;
use crate::sessions::{cookie, password};
use crate::users::model::{Email, Password};
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::{Form, Query};
use crate::web::page::{self, Frame};
use crate::web::site::Site;

/// `GET /login`, and `POST /login` when it was refused: one sentence for every cause, as an error about the whole form.
#[derive(Template)]
#[template(path = "sessions/login.html")]
pub struct LoginPage {
    /// The frame, without org and person.
    pub frame: Frame,
    /// Field `email`.
    pub form: Filled,
    /// The path to go to afterwards; empty for the start page.
    pub next: String,
    /// What was typed before the session ended, sealed; empty if nothing was.
    pub carried: String,
    /// Whether nobody has an account yet, so that the link of the set-up is what is wanted.
    pub not_set_up: bool,
}

/// The one sentence for whatever does not let somebody in, so that nobody learns which accounts there are.
const REFUSED: &str =
    "The email address or the password is not right. Check both; after a few attempts each takes longer";

/// `GET /login`.
///
/// # Errors
/// If the database fails.
pub async fn show(site: Site, query: Query) -> Answer {
    let next = ReturnPath::parse(query.text("next"));
    match site.state().access.read_behind(site.caller().clone(), |_, _| Ok(())).await {
        Ok(()) => Ok(go_on(&site, next.as_ref())),
        Err(Error::SignedOut) => answer(&site, StatusCode::OK, Filled::new(), next.as_ref(), "").await,
        Err(error) => Err(error),
    }
}

fn go_on(site: &Site, next: Option<&ReturnPath>) -> HttpResponse {
    site.see(next.map_or("/", ReturnPath::as_str))
}

async fn answer(site: &Site, status: StatusCode, form: Filled, next: Option<&ReturnPath>, carried: &str) -> Answer {
    let next = next.map_or_else(String::new, |next| next.as_str().to_owned());
    let (frame, carried) = (site.visitor_frame("Sign in")?, carried.to_owned());
    // whoever has to wait must not find another way to the database
    let asks = matches!(status, StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY);
    let not_set_up = asks && site.state().access.db().read(actions::nobody_yet).await?;
    Ok(page::html(status, &LoginPage { frame, form, next, carried, not_set_up }))
}

/// `POST /login`.
///
/// # Errors
/// `Unavailable` if too many people sign in at once, and if the database fails.
pub async fn sign_in(site: Site, session: Session, form: Form) -> Answer {
    let next = ReturnPath::parse(form.text("next"));
    let refused = |why: String| form.filled(&["password", "next", "carried"]).wrong("", why);
    let again = |status, why| answer(&site, status, refused(why), next.as_ref(), form.text("carried"));
    match try_to_sign_in(&site, &form).await {
        Ok(Some(Admitted::In(key))) => {
            cookie::begin(&session, key.reveal())?;
            let kept = review::what_was_typed(&site, &key, form.text("carried")).await;
            let mut response = kept.unwrap_or_else(|| go_on(&site, next.as_ref()));
            device::remember(&site, &key, &mut response).await;
            news::tell(&site, &key, &mut response).await;
            Ok(response)
        }
        Ok(Some(Admitted::Code(pending))) => code::ask(&site, pending, next.as_ref(), form.text("carried")),
        Ok(None) => {
            count_refused(&site, &form);
            again(StatusCode::UNPROCESSABLE_ENTITY, format!("{REFUSED}.")).await
        }
        Err(error @ Error::TooMany(seconds)) => {
            count_refused(&site, &form);
            Ok(wait(again(StatusCode::TOO_MANY_REQUESTS, format!("{error}.")).await?, seconds))
        }
        Err(error @ Error::Unavailable(_)) => {
            Ok(wait(again(StatusCode::SERVICE_UNAVAILABLE, format!("{error}.")).await?, 1))
        }
        Err(error) => Err(error),
    }
}

fn count_refused(site: &Site, form: &Form) {
    let email = Email::parse(form.text("email"));
    let subject = email.map_or(Subject::Unknown, |email| Subject::Email(email.as_str().to_owned()));
    failed::count(site, Attempt::SignIn, subject);
}

async fn try_to_sign_in(site: &Site, form: &Form) -> Result<Option<Admitted>> {
    let email = Email::parse(form.text("email")).ok();
    let Some((email, typed)) = email.zip(Password::presented(form.raw("password"))) else { return Ok(None) };
    let (access, origin, browser) = (&site.state().access, site.origin(form), browser::of(site));
    let (asked, from) = (email.clone(), browser.clone());
    // an attempt that has to wait takes no place from others, neither among the hashes nor at the writer
    access.read_as_visitor(origin.clone(), move |conn, _| actions::may_try(conn, &asked, &from)).await?;
    let (place, from) = (browser::place(site, &browser)?, browser.clone());
    let attempt = move |conn: &mut _, _: &_| actions::attempt(conn, &email, &from, Shown::Password);
    let account = access.write_as_visitor(Act::SignIn, origin.clone(), attempt).await?;
    let hash = account.as_ref().and_then(|account| account.hash.clone());
    let outdated = hash.as_deref().is_some_and(password::is_outdated);
    if !place.matches(typed.clone(), hash).await? {
        return Ok(None);
    }
    let Some(account) = account else { return Ok(None) };
    let renewed = if outdated { Some(place.hash(typed).await?) } else { None };
    let sign_in = move |conn: &mut _, actor: &_| actions::sign_in(conn, actor, &account, renewed.as_deref(), &browser);
    access.write_as_visitor(Act::SignIn, origin, sign_in).await
}

/// `POST /logout`. A session that is over already is signed out all the same.
///
/// # Errors
/// `Forbidden` if the form is not ours, and if the database fails.
pub async fn sign_out(site: Site, session: Session, form: Result<Form>) -> Answer {
    if let Some(hash) = browser::of(&site).session {
        match site.write_behind(Act::EndSession, &form?, move |conn, actor| actions::sign_out(conn, actor, &hash)).await
        {
            Ok(()) | Err(Error::SignedOut) => session.purge(),
            Err(error) => return Err(error),
        }
    }
    Ok(site.see_with("/login", "You are signed out.", ""))
}
