//! Making a super admin: the page that shows whose account it is before it gets the right.

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
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};

/// `GET /super-admins/{id}/add`, and `POST` of it when something was wrong or the account changed.
#[derive(Template)]
#[template(path = "accounts/add_super_admin.html")]
pub struct AddSuperAdminPage {
    /// The frame, without org.
    pub frame: Frame,
    /// Whose account it is.
    pub identity: IdentityCard,
    /// No fields; for what forbids it, about the whole form.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /super-admins/{id}/add`.
pub async fn ask(site: Site, id: Path<String>) -> Answer {
    let (looked, frame) = look(&site, user_id(&id)?).await?;
    let account = &looked.account;
    if account.super_admin {
        return Ok(site.see_with("/super-admins", format!("{} is a super admin already.", account.name), ""));
    }
    if let Some(why) = actions::super_admin_obstacle(account) {
        return Ok(site.see_with(&format!("/accounts/{}", account.id), format!("{why}."), ""));
    }
    Ok(html(StatusCode::OK, &page(frame, looked, Filled::new())?))
}

/// `POST /super-admins/{id}/add`.
pub async fn add(site: Site, id: Path<String>, form: Form) -> Answer {
    let id = user_id(&id)?;
    let version = version(&form);
    let act = move |conn: &mut _, actor: &_| actions::set_super_admin(conn, actor, id, true, Some(version?));
    match site.write_own(Act::ManageAccounts, &form, act).await {
        Ok(Switched { account, changed: true }) => {
            let rest = "Their sessions have ended. The rights begin with their next sign-in.";
            Ok(site.see_with("/super-admins", format!("{} is now a super admin.", account.name), rest))
        }
        Ok(_) | Err(Error::Repeated(_)) => Ok(site.see_with("/super-admins", "The account is a super admin’s.", "")),
        Err(error) => again(&site, id, error).await,
    }
}

async fn again(site: &Site, id: UserId, error: Error) -> Answer {
    let (status, form) = super::refused(error)?;
    let (looked, frame) = look(site, id).await?;
    Ok(html(status, &page(frame, looked, form)?))
}

fn page(frame: Frame, looked: Looked, form: Filled) -> Result<AddSuperAdminPage> {
    let title = format!("Grant super admin to {}?", looked.account.name);
    let frame = Frame { title, ..frame };
    Ok(AddSuperAdminPage { frame, identity: looked.into(), form, operation_id: operation_id()? })
}
