//! The email address that a user wants: the page on which an admin confirms or declines it.

use actix_web::http::StatusCode;
use askama::Template;

use super::own_email::WantedEmail;
use super::{UserPath, edit_path, titled, user_id};
use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::Error;
use crate::id::UserId;
use crate::users::actions;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};

/// `GET /orgs/{slug}/users/{id}/email`, and its forms when something was wrong.
#[derive(Template)]
#[template(path = "users/email.html")]
pub struct WantedEmailPage {
    /// The frame.
    pub frame: Frame,
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// The address now.
    pub email: String,
    /// The address that they want.
    pub wanted: WantedEmail,
    /// No fields; for what forbids it, about the whole form.
    pub form: Filled,
    /// Makes confirming harmless to do twice.
    pub operation_id: String,
    /// The same for declining.
    pub decline_operation_id: String,
}

/// `GET /orgs/{slug}/users/{id}/email`.
pub async fn ask(site: Site, path: UserPath) -> Answer {
    let (slug, id) = path.into_inner();
    answer(&site, &slug, user_id(&id)?, StatusCode::OK, Filled::new()).await
}

async fn answer(site: &Site, slug: &str, user: UserId, status: StatusCode, form: Filled) -> Answer {
    let read = move |conn: &mut Conn, scope: &OrgScope| actions::wanted_email(conn, scope, user);
    let ((membership, wanted), frame) = site.read(slug, read).await?;
    let Some(wanted) = wanted else { return Ok(site.see_with(&edit_path(slug, user), NOTHING, "")) };
    let page = WantedEmailPage {
        frame: titled(frame, format!("Email address of {}", membership.name)),
        id: user.number(),
        name: membership.name.to_string(),
        email: membership.email.to_string(),
        wanted: wanted.into(),
        form,
        operation_id: operation_id()?,
        decline_operation_id: operation_id()?,
    };
    Ok(html(status, &page))
}

const NOTHING: &str = "No email address waits to be confirmed.";

/// `POST /orgs/{slug}/users/{id}/email`.
pub async fn confirm(site: Site, path: UserPath, form: Form) -> Answer {
    decide(site, path, form, true).await
}

/// `POST /orgs/{slug}/users/{id}/email/decline`.
pub async fn decline(site: Site, path: UserPath, form: Form) -> Answer {
    decide(site, path, form, false).await
}

async fn decide(site: Site, path: UserPath, form: Form, confirm: bool) -> Answer {
    let (slug, id) = path.into_inner();
    let (user, shown) = (user_id(&id)?, form.text("email").to_owned());
    let act = move |conn: &mut Conn, scope: &OrgScope| actions::decide_email(conn, scope, user, &shown, confirm);
    match site.write(&slug, Act::ManageUsers, &form, act).await {
        Ok(true) if confirm => {
            let rest = "Their sessions have ended; they sign in with the new one.";
            Ok(site.see_with(&edit_path(&slug, user), "The email address is confirmed.", rest))
        }
        Ok(true) => Ok(site.see_with(&edit_path(&slug, user), "The email address is declined.", "The old one stays.")),
        Ok(false) => Ok(site.see_with(&edit_path(&slug, user), NOTHING, "")),
        Err(Error::Repeated(_)) => Ok(site.see(&edit_path(&slug, user))),
        Err(Error::Invalid(errors)) => {
            let filled = errors.into_iter().fold(Filled::new(), |form, error| form.wrong("", error.message + "."));
            answer(&site, &slug, user, StatusCode::UNPROCESSABLE_ENTITY, filled).await
        }
        Err(error) => Err(error),
    }
}
