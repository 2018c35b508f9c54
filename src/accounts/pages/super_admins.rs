//! The super admins: who they are, finding the account of a new one, and one less.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::{AccountRow, look, user_id};
use crate::access::Act;
use crate::accounts::actions;
use crate::accounts::model::{Looked, Switched};
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::paging::{Cursor, Position};
use crate::users::model::Email;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::{Form, Query};
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};

/// `GET /super-admins`, and `POST` when something was wrong.
#[derive(Template)]
#[template(path = "accounts/super_admins.html")]
pub struct SuperAdminsPage {
    /// The frame, without org.
    pub frame: Frame,
    /// At most 50 of them.
    pub rows: Vec<AccountRow>,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// Field `email`.
    pub form: Filled,
}

/// `GET /super-admins/{id}/remove`, and `POST` of it when something was wrong.
#[derive(Template)]
#[template(path = "accounts/remove_super_admin.html")]
pub struct RemoveSuperAdminPage {
    /// The frame, without org.
    pub frame: Frame,
    /// The account.
    pub account: AccountRow,
    /// Whether it is the account of whoever looks.
    pub own: bool,
    /// No fields; for what forbids it, about the whole form.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /super-admins`.
pub async fn list(site: Site, query: Query) -> Answer {
    show(&site, StatusCode::OK, &query, Filled::new()).await
}

async fn show(site: &Site, status: StatusCode, query: &Query, form: Filled) -> Answer {
    let cursor = query.cursor()?;
    let at = cursor.clone();
    let (page, frame) = site.read_own(move |conn, actor| actions::super_admins(conn, actor, &at)).await?;
    if let Some(first) = query.past_the_end("/super-admins", &cursor, &page.rows) {
        return Ok(site.see(&first));
    }
    let position = |id: UserId| Position { key: String::new(), id: id.number() };
    let (prev, next) = query.pages("/super-admins", &page.around(|account| position(account.id)));
    let title = match (&cursor, page.rows.first()) {
        (Cursor::First, _) | (_, None) => "Super admins".to_owned(),
        (_, Some(first)) => format!("Super admins from {} ({})", first.name, first.id),
    };
    let page = SuperAdminsPage {
        frame: Frame { title, ..frame },
        rows: page.rows.into_iter().map(AccountRow::from).collect(),
        prev,
        next,
        form,
    };
    Ok(html(status, &page))
}

/// `POST /super-admins`: leads to the page that shows whose account has this email address, and changes nothing.
pub async fn find(site: Site, form: Form) -> Answer {
    let found = match Email::parse(form.text("email")) {
        Ok(email) => site.read_own(move |conn, actor| actions::by_email(conn, actor, &email)).await,
        Err(error) => Err(error),
    };
    match found {
        Ok((account, _)) => Ok(site.see(&format!("/super-admins/{}/add", account.id))),
        Err(Error::Invalid(errors)) => {
            let filled = errors.into_iter().fold(form.filled(&[]), |form, e| form.wrong(e.field, e.message));
            show(&site, StatusCode::UNPROCESSABLE_ENTITY, &Query::default(), filled).await
        }
        Err(error) => Err(error),
    }
}

/// `GET /super-admins/{id}/remove`.
pub async fn ask(site: Site, id: Path<String>) -> Answer {
    let (looked, frame) = look(&site, user_id(&id)?).await?;
    if !looked.account.super_admin {
        return Ok(site.see_with("/super-admins", format!("{} is no super admin.", looked.account.name), ""));
    }
    Ok(html(StatusCode::OK, &page(frame, looked, Filled::new())?))
}

/// `POST /super-admins/{id}/remove`.
pub async fn remove(site: Site, id: Path<String>, form: Form) -> Answer {
    let id = user_id(&id)?;
    match site
        .write_own(Act::RemoveSuperAdmin, &form, move |conn, actor| {
            actions::set_super_admin(conn, actor, id, false, None)
        })
        .await
    {
        Ok(Switched { account, changed: true }) => {
            let told = format!("{} is no super admin any more.", account.name);
            Ok(site.see_with("/super-admins", told, "They are signed out."))
        }
        Ok(_) | Err(Error::Repeated(_)) => Ok(site.see("/super-admins")),
        Err(Error::Invalid(errors)) => {
            let form = errors.into_iter().fold(Filled::new(), |form, error| form.wrong("", error.message + "."));
            let (looked, frame) = look(&site, id).await?;
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page(frame, looked, form)?))
        }
        Err(error) => Err(error),
    }
}

fn page(frame: Frame, looked: Looked, form: Filled) -> Result<RemoveSuperAdminPage> {
    let title = format!("Take super admin away from {}?", looked.account.name);
    let (account, own) = (looked.account.into(), looked.own);
    Ok(RemoveSuperAdminPage { frame: Frame { title, ..frame }, account, own, form, operation_id: operation_id()? })
}
