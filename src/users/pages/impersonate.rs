//! Impersonate a user: the page that asks before it begins.

use actix_web::http::StatusCode;
use askama::Template;

use super::{UserPath, edit_path, titled, user_id};
use crate::access::Act;
use crate::error::Error;
use crate::users::actions;
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};

/// `GET /orgs/{slug}/users/{id}/impersonate`.
#[derive(Template)]
#[template(path = "users/impersonate.html")]
pub struct ConfirmImpersonatePage {
    /// The frame.
    pub frame: Frame,
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Whether they are an admin of the org.
    pub admin: bool,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /orgs/{slug}/users/{id}/impersonate`.
pub async fn confirm(site: Site, path: UserPath) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    let (target, frame) = match site.read(&slug, move |conn, scope| actions::candidate(conn, scope, user)).await {
        Err(Error::Conflict(why)) => return Ok(site.see_with(&edit_path(&slug, user), why + ".", "")),
        other => other?,
    };
    let page = ConfirmImpersonatePage {
        frame: titled(frame, format!("Impersonate {}?", target.name)),
        id: target.user.number(),
        name: target.name.to_string(),
        email: target.email.to_string(),
        admin: target.admin,
        operation_id: operation_id()?,
    };
    Ok(html(StatusCode::OK, &page))
}

/// `POST /orgs/{slug}/users/{id}/impersonate`.
pub async fn start(site: Site, path: UserPath, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    match site.write(&slug, Act::Impersonate, &form, move |conn, scope| actions::impersonate(conn, scope, user)).await {
        Ok(target) => {
            let told = format!("You act as {}.", target.name);
            Ok(site.see_with(
                &format!("/orgs/{slug}"),
                told,
                "What you change is recorded as yours, impersonating them.",
            ))
        }
        Err(Error::Repeated(_)) => Ok(site.see(&format!("/orgs/{slug}"))),
        Err(Error::Conflict(why)) => Ok(site.see_with(&edit_path(&slug, user), why + ".", "")),
        Err(error) => Err(error),
    }
}
