//! The person's own keys, and deleting one of them.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::delete::{clock_time, is_in_use};
use super::list::when;
use crate::access::Act;
use crate::clock::now;
use crate::error::{Error, Result};
use crate::id::KeyId;
use crate::keys::actions::{self, Deleted};
use crate::keys::model::OwnKey;
use crate::paging::{Cursor, Position, ROWS};
use crate::text::is_local_path;
use crate::web::Answer;
use crate::web::form::{Form, Query};
use crate::web::page::{Frame, count, counted, html};
use crate::web::site::{Site, operation_id};
use crate::web::when::When;

const LIST: &str = "/profile/keys";

/// `GET /profile/keys`.
#[derive(Template)]
#[template(path = "keys/own.html")]
pub struct OwnKeysPage {
    /// The frame.
    pub frame: Frame,
    /// How many keys the person has.
    pub total: u64,
    /// The caption of the table: "1 to 50 of 387 keys, newest first".
    pub caption: String,
    /// At most 50 of them.
    pub rows: Vec<OwnKeyRow>,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// A key of the signed-in user.
pub struct OwnKeyRow {
    /// Key ID.
    pub id: i64,
    /// The org it works in.
    pub org: String,
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// When it was created.
    pub created: When,
    /// When it was last accepted.
    pub last_used: Option<When>,
}

impl From<OwnKey> for OwnKeyRow {
    fn from(own: OwnKey) -> OwnKeyRow {
        OwnKeyRow {
            id: own.key.id.number(),
            org: own.org,
            name: own.key.name,
            access_key: own.key.access_key.to_string(),
            created: when(own.key.created_at),
            last_used: own.last_used.map(when),
        }
    }
}

/// `GET /profile/keys`.
///
/// # Errors
/// `SignedOut`.
pub async fn list(site: Site, query: Query) -> Answer {
    if let Some(short) = query.canonical(LIST) {
        return Ok(site.see(&short));
    }
    let cursor = query.cursor()?;
    let at = cursor.clone();
    let read = site.read_own_long(move |conn, actor| {
        Ok((actions::own_keys(conn, actor, &at, ROWS)?, actions::count_own_keys(conn, actor)?))
    });
    let ((page, total), frame) = read.await?;
    if let Some(first) = query.past_the_end(LIST, &cursor, &page.rows) {
        return Ok(site.see(&first));
    }
    let around = page.around(|own| Position { key: String::new(), id: own.key.id.number() });
    let (prev, next) = query.pages(LIST, &around);
    let total = u64::try_from(total).unwrap_or(0);
    let title = match (&cursor, page.rows.first()) {
        (Cursor::First, _) | (_, None) => "Your keys".to_owned(),
        (_, Some(first)) => format!("Your keys from {} ({})", first.key.name, first.key.id),
    };
    let caption = caption(&cursor, page.rows.len() as u64, total);
    let rows = page.rows.into_iter().map(OwnKeyRow::from).collect();
    let frame = Frame { title, ..frame };
    Ok(html(StatusCode::OK, &OwnKeysPage { frame, total, caption, rows, prev, next }))
}

fn caption(cursor: &Cursor, shown: u64, total: u64) -> String {
    match cursor {
        Cursor::First if shown == total => format!("{}, newest first", counted(total, "key")),
        Cursor::First => format!("1 to {shown} of {} keys, newest first", count(total)),
        _ => format!("{shown} of {} keys, newest first", count(total)),
    }
}

/// `GET /profile/keys/{id}/delete`.
#[derive(Template)]
#[template(path = "keys/delete_own.html")]
pub struct DeleteOwnKeyPage {
    /// The frame.
    pub frame: Frame,
    /// The key.
    pub key: OwnKeyRow,
    /// Whether it was used in the last 24 hours, so that something will miss it.
    pub in_use: bool,
    /// Where "Cancel" leads, and the form's field `next`.
    pub cancel: String,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /profile/keys/{id}/delete`: asks first. A key that is deleted already leads to the list, which says so.
///
/// # Errors
/// `NotFound` unless it is a key of the signed-in user; `SignedOut`.
pub async fn ask_to_delete(site: Site, path: Path<String>) -> Answer {
    let id = key_id(&path)?;
    let ((own, deleted_at), frame) = site.read_own(move |conn, actor| actions::own_key(conn, actor, id)).await?;
    if deleted_at.is_some() {
        return Ok(site.see_with(LIST, already(&own.key.name), ""));
    }
    // an org that requires two-factor sign-in says so before the question, not after the answer
    site.read(&own.slug, |_, _| Ok(())).await?;
    let page = DeleteOwnKeyPage {
        frame: Frame { title: format!("Delete key {} ({id})?", own.key.name), ..frame },
        in_use: is_in_use(own.last_used),
        key: own.into(),
        cancel: came_from(&site),
        operation_id: operation_id()?,
    };
    Ok(html(StatusCode::OK, &page))
}

/// `POST /profile/keys/{id}/delete`.
///
/// # Errors
/// As the policy says; `NotFound` unless it is a key of the signed-in user; `SignedOut`.
pub async fn delete(site: Site, path: Path<String>, form: Form) -> Answer {
    let id = key_id(&path)?;
    let ((own, _), _) = site.read_own(move |conn, actor| actions::own_key(conn, actor, id)).await?;
    let back = back(form.text("next")).to_owned();
    let act = Act::DeleteKey { own: true };
    match site.write(&own.slug, act, &form, move |conn, scope| actions::delete(conn, scope, id)).await {
        Ok(Deleted::Now(key)) => {
            let since = format!("It stopped working at {} UTC.", clock_time(now()));
            Ok(site.see_with(&back, format!("Key “{}” deleted.", key.name), since))
        }
        Ok(Deleted::Before(key, _)) => Ok(site.see_with(&back, already(&key.name), "")),
        Err(Error::Repeated(_)) => Ok(site.see_with(&back, format!("Key “{}” deleted.", own.key.name), "")),
        Err(other) => Err(other),
    }
}

fn key_id(text: &str) -> Result<KeyId> {
    KeyId::parse(text).ok_or_else(Error::not_found)
}

fn already(name: &str) -> String {
    format!("Key “{name}” was already deleted.")
}

/// The profile or the page of the list that "Delete" was clicked on.
fn came_from(site: &Site) -> String {
    let referer = site.request().headers().get("referer").and_then(|referer| referer.to_str().ok());
    back(referer.and_then(|referer| referer.strip_prefix(site.state().public_url.as_str())).unwrap_or("")).to_owned()
}

/// Where to go afterwards: the profile or a page of the list, nothing else.
fn back(next: &str) -> &str {
    let rest = next.strip_prefix(LIST);
    let is_list = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('?'));
    let is_ours = next == "/profile" || is_list;
    if is_ours && next.len() <= 1000 && is_local_path(next) { next } else { LIST }
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn only_the_profile_and_its_list_of_keys_are_led_back_to() {
        for page in ["/profile", "/profile/keys", "/profile/keys?after=12"] {
            assert_eq!(back(page), page);
        }
        for wrong in [
            "",
            "/profile/password",
            "//evil.example",
            "/profile/keys/1/delete",
            "/profile/keys?\\",
            "/profile/keys? x",
            "/",
        ] {
            assert_eq!(back(wrong), "/profile/keys", "{wrong:?}");
        }
    }
}
