//! One's own email address: what it is, and asking for another one.

use actix_web::http::StatusCode;
use askama::Template;

use super::when;
use crate::access::Act;
use crate::error::{Error, Result};
use crate::users::account_model::EmailChange;
use crate::users::actions::{self, Asked};
use crate::users::model::Email;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};
use crate::web::when::When;

/// `GET /profile/email`, and `POST /profile/email` when something was wrong.
#[derive(Template)]
#[template(path = "users/own_email.html")]
pub struct OwnEmailPage {
    /// The frame.
    pub frame: Frame,
    /// The address now.
    pub email: String,
    /// The address that waits to be confirmed.
    pub wanted: Option<WantedEmail>,
    /// Whether a change counts at once.
    pub at_once: bool,
    /// Admins who can confirm a change; if there are none, a super admin can.
    pub admins: Vec<String>,
    /// Field `email`.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
    /// The same for taking back what waits.
    pub withdraw_operation_id: String,
}

/// An address that waits.
pub struct WantedEmail {
    /// The address.
    pub email: String,
    /// When it was asked for.
    pub asked: When,
}

impl From<EmailChange> for WantedEmail {
    fn from(change: EmailChange) -> WantedEmail {
        WantedEmail { email: change.email.to_string(), asked: when(change.asked_at) }
    }
}

/// `GET /profile/email`.
pub async fn show(site: Site) -> Answer {
    answer(&site, StatusCode::OK, Filled::new()).await
}

async fn answer(site: &Site, status: StatusCode, form: Filled) -> Answer {
    let (own, frame) = site.read_own(actions::own_email).await?;
    let page = OwnEmailPage {
        frame: Frame { title: "Your email address".to_owned(), ..frame },
        email: own.user.email.to_string(),
        wanted: own.wanted.map(WantedEmail::from),
        at_once: own.at_once,
        admins: own.admins,
        form,
        operation_id: operation_id()?,
        withdraw_operation_id: operation_id()?,
    };
    Ok(html(status, &page))
}

/// `POST /profile/email`.
pub async fn ask(site: Site, form: Form) -> Answer {
    match try_to_ask(&site, &form).await {
        Ok(Asked::Changed) => {
            let rest = "Sign in with the new one; every session of yours has ended.";
            Ok(site.see_with("/login", "Your email address is changed.", rest))
        }
        Ok(Asked::Waits) | Err(Error::Repeated(_)) => {
            let rest = "It counts once it is confirmed; until then you sign in with the old one.";
            Ok(site.see_with("/profile/email", "You have asked for another email address.", rest))
        }
        Ok(Asked::Same) => Ok(site.see_with("/profile/email", "Nothing changed.", "This is your email address.")),
        Err(Error::Invalid(errors)) => {
            let filled =
                errors.into_iter().fold(form.filled(&[]), |form, error| form.wrong(error.field, error.message));
            answer(&site, StatusCode::UNPROCESSABLE_ENTITY, filled).await
        }
        Err(error) => Err(error),
    }
}

async fn try_to_ask(site: &Site, form: &Form) -> Result<Asked> {
    let email = Email::parse(form.text("email"))?;
    site.write_own(Act::ChangeAccount, form, move |conn, actor| actions::ask_for_email(conn, actor, &email)).await
}

/// `POST /profile/email/withdraw`.
pub async fn withdraw(site: Site, form: Form) -> Answer {
    match site.write_own(Act::ChangeAccount, &form, actions::withdraw_email).await {
        Ok(true) | Err(Error::Repeated(_)) => Ok(site.see_with("/profile/email", "Your email address stays.", "")),
        Ok(false) => Ok(site.see_with("/profile/email", "Nothing waits to be confirmed.", "")),
        Err(error) => Err(error),
    }
}
