//! Freeing the email address of an account that an invited user reported, or dismissing the report.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::identity::IdentityCard;
use super::{look, user_id, version};
use crate::access::Act;
use crate::accounts::actions;
use crate::accounts::model::{Looked, Switched};
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::users::model::Email;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};

/// `GET /accounts/{id}/free-email`, and `POST` of it when something was wrong or the account changed.
#[derive(Template)]
#[template(path = "accounts/free_email.html")]
pub struct FreeEmailPage {
    /// The frame, without org.
    pub frame: Frame,
    /// Whose account it is.
    pub identity: IdentityCard,
    /// The address that the account gets instead.
    pub released: String,
    /// No fields; for what forbids it, about the whole form.
    pub form: Filled,
    /// Makes freeing harmless to send twice.
    pub operation_id: String,
    /// The same for dismissing.
    pub dismiss_operation_id: String,
}

/// `GET /accounts/{id}/free-email`.
pub async fn ask(site: Site, id: Path<String>) -> Answer {
    let (looked, frame) = look(&site, user_id(&id)?).await?;
    if looked.account.email.is_released() {
        let at = format!("/accounts/{}", looked.account.id);
        return Ok(site.see_with(&at, "The address of this account was freed before.", ""));
    }
    Ok(html(StatusCode::OK, &page(frame, looked, Filled::new())?))
}

/// `POST /accounts/{id}/free-email`.
pub async fn free(site: Site, id: Path<String>, form: Form) -> Answer {
    let id = user_id(&id)?;
    let version = version(&form);
    let act = move |conn: &mut _, actor: &_| actions::free_email(conn, actor, id, Some(version?));
    match site.write_own(Act::ManageAccounts, &form, act).await {
        Ok(Switched { account, changed: true }) => {
            let rest = format!("{} signs in with {} from now on.", account.name, Email::released(id));
            Ok(site.see_with(&format!("/accounts/{id}"), format!("{} is free.", account.email), rest))
        }
        Ok(_) | Err(Error::Repeated(_)) => Ok(site.see(&format!("/accounts/{id}"))),
        Err(error) => again(&site, id, error).await,
    }
}

async fn again(site: &Site, id: UserId, error: Error) -> Answer {
    let (status, form) = super::refused(error)?;
    let (looked, frame) = look(site, id).await?;
    Ok(html(status, &page(frame, looked, form)?))
}

fn page(frame: Frame, looked: Looked, form: Filled) -> Result<FreeEmailPage> {
    let title = format!("Free the address of {}?", looked.account.name);
    Ok(FreeEmailPage {
        frame: Frame { title, ..frame },
        released: Email::released(looked.account.id).to_string(),
        identity: looked.into(),
        form,
        operation_id: operation_id()?,
        dismiss_operation_id: operation_id()?,
    })
}

/// `POST /accounts/{id}/dismiss-reports`.
pub async fn dismiss(site: Site, id: Path<String>, form: Form) -> Answer {
    let id = user_id(&id)?;
    let version = version(&form);
    let act = move |conn: &mut _, actor: &_| actions::dismiss_reports(conn, actor, id, version?);
    match site.write_own(Act::ManageAccounts, &form, act).await {
        Ok(0) => Ok(site.see_with("/accounts", "No report waits for this account.", "")),
        Ok(_) => Ok(site.see_with("/accounts", "Dismissed.", "The account keeps its address.")),
        Err(Error::Repeated(_)) => Ok(site.see("/accounts")),
        Err(error) => again(&site, id, error).await,
    }
}
