//! Delete a key: the page that asks before it happens, and the one that says it happened before.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::list::when;
use crate::access::Act;
use crate::clock::{HOUR, Time, now};
use crate::error::Error;
use crate::id::KeyId;
use crate::keys::actions::{self, Deleted};
use crate::keys::model::Held;
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::page::{Frame, Section, html};
use crate::web::site::{Site, operation_id};
use crate::web::when::When;

/// `GET /orgs/{slug}/keys/{id}/delete`.
#[derive(Template)]
#[template(path = "keys/delete.html")]
pub struct DeleteKeyPage {
    /// The frame.
    pub frame: Frame,
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
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
    /// Whether that was in the last 24 hours, so that something will miss it.
    pub in_use: bool,
    /// Where "Keep key" leads, and the form's field `next`.
    pub cancel: String,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// What the same address says once the key is gone.
#[derive(Template)]
#[template(path = "keys/deleted.html")]
pub struct AlreadyDeletedPage {
    /// The frame.
    pub frame: Frame,
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// When it was deleted, if that is known.
    pub deleted: Option<When>,
}

/// A key that was used so lately is probably in use.
const LATELY: i64 = 24 * HOUR;

/// `GET /orgs/{slug}/keys/{id}/delete`: asks, and says what the database knows. For a deleted key the page that says so.
///
/// # Errors
/// As the policy says.
pub async fn ask(site: Site, path: Path<(String, String)>) -> Answer {
    let (slug, id) = path.into_inner();
    let id = KeyId::parse(&id).ok_or_else(Error::not_found)?;
    let read =
        site.read(&slug, move |conn, scope| Ok((actions::find(conn, scope, id)?, actions::maker(conn, scope, id)?)));
    let ((held, created_by), frame) = match read.await {
        Err(Error::NotFound(_)) => return show_deleted(&site, &slug, id, StatusCode::OK).await,
        other => other?,
    };
    let cancel = site.came_from(&slug).unwrap_or_else(|| owner_page(&slug, &held));
    Ok(html(StatusCode::OK, &page(frame, held, created_by, cancel)?))
}

/// Whether something will probably miss the key.
pub(super) fn is_in_use(last_used: Option<Time>) -> bool {
    last_used.is_some_and(|used| used > now().plus(-LATELY))
}

fn owner_page(slug: &str, held: &Held) -> String {
    format!("/orgs/{slug}/users/{}/edit", held.owner.user)
}

fn page(
    mut frame: Frame,
    held: Held,
    created_by: Option<String>,
    cancel: String,
) -> crate::error::Result<DeleteKeyPage> {
    frame.section = Section::Keys;
    frame.title = format!("Delete key {} ({})?", held.key.name, held.key.id);
    Ok(DeleteKeyPage {
        frame,
        id: held.key.id.number(),
        access_key: held.key.access_key.to_string(),
        name: held.key.name,
        owner: held.owner.name,
        owner_id: held.owner.user.number(),
        owner_email: held.owner.email,
        created: when(held.key.created_at),
        created_by,
        in_use: is_in_use(held.last_used),
        last_used: held.last_used.map(when),
        cancel,
        operation_id: operation_id()?,
    })
}

/// The page of a key that is deleted.
///
/// # Errors
/// `NotFound` if the org never had such a key; as the policy says.
pub(super) async fn show_deleted(site: &Site, slug: &str, id: KeyId, status: StatusCode) -> Answer {
    let read = site.read(slug, move |conn, scope| actions::find_deleted(conn, scope, id));
    let ((key, deleted_at), mut frame) = read.await?;
    frame.section = Section::Keys;
    frame.title = format!("Key {} ({id}) is deleted", key.name);
    let deleted = Some(when(deleted_at));
    Ok(html(status, &AlreadyDeletedPage { frame, id: id.number(), name: key.name, deleted }))
}

/// `POST /orgs/{slug}/keys/{id}/delete`.
///
/// # Errors
/// As the policy says.
pub async fn delete(site: Site, path: Path<(String, String)>, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let id = KeyId::parse(&id).ok_or_else(Error::not_found)?;
    let back = back(&site, &slug, id, form.text("next"));
    // a member deletes their own keys on their profile
    let act = Act::DeleteKey { own: false };
    match site.write(&slug, act, &form, move |conn, scope| actions::delete(conn, scope, id)).await {
        Ok(Deleted::Now(key)) => {
            let since = format!("Since {} UTC Keyhouse refuses it, whichever service asks.", clock_time(now()));
            Ok(site.see_with(&back, format!("Key “{}” is deleted.", key.name), since))
        }
        Ok(Deleted::Before(key, _)) => Ok(site.see_with(&back, format!("Key “{}” is already deleted.", key.name), "")),
        Err(Error::Repeated(_)) => {
            Ok(site.see_with(&back, "The key is deleted.", "It was so the first time you sent this."))
        }
        Err(other) => Err(other),
    }
}

/// Back to where "Delete" was clicked, but never to the page of the key that is gone.
fn back(site: &Site, slug: &str, id: KeyId, next: &str) -> String {
    let own = format!("/keys/{id}");
    if site.is_page_of(next, slug) && !next.contains(&own) { next.to_owned() } else { format!("/orgs/{slug}/keys") }
}

/// The time of day to the second.
pub(super) fn clock_time(at: Time) -> String {
    at.rfc3339().get(11..19).unwrap_or_default().to_owned()
}
