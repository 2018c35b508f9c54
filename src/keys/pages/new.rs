//! New key, step two: its name.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::created;
use super::list::KeyStatus;
use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::keys::actions::{self, NewKey};
use crate::keys::model::{KeyName, Recipient};
use crate::limits::Limits;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, Section, html};
use crate::web::site::{Site, operation_id};

/// `GET /orgs/{slug}/users/{id}/keys/new`, and `POST /orgs/{slug}/users/{id}/keys` when something was wrong.
#[derive(Template)]
#[template(path = "keys/new.html")]
pub struct NewKeyPage {
    /// The frame.
    pub frame: Frame,
    /// User ID of the owner.
    pub owner_id: i64,
    /// First and last name of the owner.
    pub owner: String,
    /// Whether the owner runs the org, and so does the key.
    pub owner_admin: bool,
    /// Why the key will not work yet; none if it works at once.
    pub waits: Option<String>,
    /// Fields `name`, `impersonate`.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
    /// Whether whoever looks may tick "Can impersonate".
    pub may_impersonate: bool,
}

/// `GET /orgs/{slug}/users/{id}/keys/new`.
///
/// # Errors
/// As the policy says.
pub async fn ask(site: Site, path: Path<(String, String)>) -> Answer {
    let (slug, id) = path.into_inner();
    let user = UserId::parse(&id).ok_or_else(Error::not_found)?;
    show(&site, &slug, user, Filled::new(), StatusCode::OK).await
}

async fn show(site: &Site, slug: &str, user: UserId, form: Filled, status: StatusCode) -> Answer {
    let read = site.read(slug, move |conn, scope| {
        Ok((actions::recipient(conn, scope, user)?, scope.may(Act::GrantImpersonation)))
    });
    let ((owner, may_impersonate), mut frame) = read.await?;
    frame.section = Section::Keys;
    frame.title = format!("New key for {} ({user})", owner.name);
    let page = NewKeyPage {
        frame,
        owner_id: user.number(),
        waits: KeyStatus::owned(owner.enabled, owner.accepted).waits(&owner.name),
        owner: owner.name,
        owner_admin: owner.admin,
        form,
        operation_id: operation_id()?,
        may_impersonate,
    };
    Ok(html(status, &page))
}

/// `POST /orgs/{slug}/users/{id}/keys`: answers with the page that shows the key, this once.
///
/// # Errors
/// As the policy says.
pub async fn create(site: Site, path: Path<(String, String)>, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let user = UserId::parse(&id).ok_or_else(Error::not_found)?;
    let (name, can_impersonate) = (form.text("name").to_owned(), form.ticked("impersonate"));
    let limits = site.state().limits;
    // a member gets 404 from a page of keys, not the 403 of `CreateKey`
    let make = move |conn: &mut Conn, scope: &OrgScope| make(conn, scope, &limits, user, &name, can_impersonate);
    match site.write_and_show(&slug, Act::ManageUsers, &form, make).await {
        Ok(((owner, made), frame)) => Ok(created::page(&site, frame, owner, made.key, Some(made.token))),
        Err(Error::Repeated(outcome)) => {
            let to = format!("/orgs/{slug}/keys/{}", outcome.id);
            Ok(site.see_with(
                &to,
                "This key was already created.",
                "It was shown then, and cannot be shown again. If you have no copy, delete it here and create a new one for its owner.",
            ))
        }
        Err(Error::Invalid(errors)) => {
            let filled = errors.into_iter().fold(form.filled(&[]), |form, e| form.wrong(e.field, e.message));
            show(&site, &slug, user, filled, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(Error::Conflict(limit)) => {
            let filled = form.filled(&[]).wrong("", limit + ".");
            show(&site, &slug, user, filled, StatusCode::CONFLICT).await
        }
        Err(other) => Err(other),
    }
}

fn make(
    conn: &mut Conn,
    scope: &OrgScope,
    limits: &Limits,
    user: UserId,
    name: &str,
    can_impersonate: bool,
) -> Result<(Recipient, actions::Created)> {
    let owner = actions::recipient(conn, scope, user)?;
    let name = KeyName::parse(name)?;
    let made = actions::create(conn, scope, limits, &NewKey { owner: owner.membership, name, can_impersonate })?;
    Ok((owner, made))
}
