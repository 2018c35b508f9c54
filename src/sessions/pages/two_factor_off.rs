//! Turning one's own two-factor sign-in off: the page that asks first, and for a code.

use actix_web::http::StatusCode;
use askama::Template;

use super::{browser, failed, wait};
use crate::access::Act;
use crate::clock::wall;
use crate::error::{Error, Result};
use crate::sessions::actions;
use crate::sessions::code_model::wrong_code;
use crate::two_factor::model::Code;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};

/// `GET` and `POST /profile/two-factor/off`.
#[derive(Template)]
#[template(path = "sessions/two_factor_off.html")]
pub struct TwoFactorOffPage {
    /// The frame.
    pub frame: Frame,
    /// The orgs that cannot be opened without it, by name.
    pub required_by: Vec<String>,
    /// Field `code`, for its error only.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /profile/two-factor/off`.
///
/// # Errors
/// `SignedOut`; `Unconfirmed`.
pub async fn confirm(site: Site) -> Answer {
    answer(&site, StatusCode::OK, Filled::new()).await
}

async fn answer(site: &Site, status: StatusCode, form: Filled) -> Answer {
    let (own, frame) = site.read_own(actions::own_two_factor_to_change).await?;
    if own.since.is_none() {
        return Ok(site.see("/profile/two-factor"));
    }
    let page = TwoFactorOffPage {
        frame: Frame { title: "Turn off two-factor sign-in?".to_owned(), ..frame },
        required_by: own.required_by.into_iter().map(|(name, _)| name).collect(),
        form,
        operation_id: operation_id()?,
    };
    Ok(html(status, &page))
}

/// `POST /profile/two-factor/off`.
///
/// # Errors
/// `SignedOut`; `Unconfirmed`.
pub async fn disable(site: Site, form: Form) -> Answer {
    let refused = |why: &str| Filled::new().wrong("code", why);
    match try_to_disable(&site, &form).await {
        Ok(true) | Err(Error::Repeated(_)) => {
            Ok(site.see_with("/profile", "Two-factor sign-in is off.", "Your other sessions are ended."))
        }
        Ok(false) => {
            let wrong = wrong_code("Wait for the app’s next code, or use a recovery code", wall());
            let why = if form.text("code").is_empty() { "Enter the code that your app shows now" } else { &wrong };
            answer(&site, StatusCode::UNPROCESSABLE_ENTITY, refused(why)).await
        }
        Err(Error::TooMany(seconds)) => {
            let form = refused(&Error::TooMany(seconds).to_string());
            Ok(wait(answer(&site, StatusCode::TOO_MANY_REQUESTS, form).await?, seconds))
        }
        Err(Error::Invalid(fields)) => {
            let why: String = fields.into_iter().map(|field| field.message).collect();
            answer(&site, StatusCode::UNPROCESSABLE_ENTITY, refused(&why)).await
        }
        Err(error) => Err(error),
    }
}

/// What is no code at all is not right either, and costs no attempt.
async fn try_to_disable(site: &Site, form: &Form) -> Result<bool> {
    let Some(code) = Code::parse(form.text("code")) else { return Ok(false) };
    let (encryption, browser) = (site.state().two_factor(), browser::of(site));
    let change = move |conn: &mut _, actor: &_| actions::disable_two_factor(conn, actor, &encryption, &code, &browser);
    let change = failed::watched(site, change, |tried| matches!(tried, Ok(false) | Err(Error::TooMany(_))));
    site.write_own(Act::ChangeAccount, form, change).await
}
