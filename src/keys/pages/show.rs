//! One key.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::list::{KeyStatus, when};
use crate::error::Error;
use crate::id::KeyId;
use crate::keys::actions;
use crate::web::Answer;
use crate::web::page::{Frame, Section, html};
use crate::web::site::Site;
use crate::web::when::When;

/// `GET /orgs/{slug}/keys/{id}`.
#[derive(Template)]
#[template(path = "keys/show.html")]
pub struct KeyPage {
    /// The frame.
    pub frame: Frame,
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// Org membership ID of its owner.
    pub membership_id: i64,
    /// First and last name of its owner.
    pub owner: String,
    /// User ID of its owner.
    pub owner_id: i64,
    /// Email address of its owner.
    pub owner_email: String,
    /// When it was made.
    pub created: When,
    /// Who made it, if that is known.
    pub created_by: Option<String>,
    /// When it was last accepted.
    pub last_used: Option<When>,
    /// Whether it may act as other users.
    pub can_impersonate: bool,
    /// Whether it works.
    pub status: KeyStatus,
}

/// `GET /orgs/{slug}/keys/{id}`; for a deleted key the page that says so.
///
/// # Errors
/// As the policy says.
pub async fn show(site: Site, path: Path<(String, String)>) -> Answer {
    let (slug, id) = path.into_inner();
    let id = KeyId::parse(&id).ok_or_else(Error::not_found)?;
    let read =
        site.read(&slug, move |conn, scope| Ok((actions::find(conn, scope, id)?, actions::maker(conn, scope, id)?)));
    let ((held, created_by), mut frame) = match read.await {
        Err(Error::NotFound(_)) => return super::delete::show_deleted(&site, &slug, id, StatusCode::NOT_FOUND).await,
        other => other?,
    };
    frame.section = Section::Keys;
    frame.title = format!("Key {} ({id})", held.key.name);
    let page = KeyPage {
        frame,
        id: id.number(),
        membership_id: held.key.membership.number(),
        status: KeyStatus::of(&held.owner),
        owner: held.owner.name,
        owner_id: held.owner.user.number(),
        owner_email: held.owner.email,
        created: when(held.key.created_at),
        created_by,
        last_used: held.last_used.map(when),
        can_impersonate: held.key.can_impersonate,
        access_key: held.key.access_key.to_string(),
        name: held.key.name,
    };
    Ok(html(StatusCode::OK, &page))
}
