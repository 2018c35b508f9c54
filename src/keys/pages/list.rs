//! The keys of an org.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use crate::clock::{Time, now};
use crate::error::Error;
use crate::keys::actions;
use crate::keys::model::{Held, Holder};
use crate::paging::{Around, Cursor, Position, Rows};
use crate::text::{fold, search_term};
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::{Form, Query};
use crate::web::page::{Badge, Frame, Section, Tone, count, counted, html};
use crate::web::site::Site;
use crate::web::when::When;

/// `GET /orgs/{slug}/keys`, and `POST /orgs/{slug}/keys/find` when it found nothing.
#[derive(Template)]
#[template(path = "keys/list.html")]
pub struct KeysPage {
    /// The frame.
    pub frame: Frame,
    /// What was searched for.
    pub q: String,
    /// How many keys the org has.
    pub total: u64,
    /// What the table shows: "1 to 50 of 387 keys, newest first".
    pub caption: String,
    /// At most 50 of them.
    pub rows: Vec<KeyRow>,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// The field `token`, for its error only: a whole key is never shown again.
    pub lookup: Filled,
}

/// One key.
pub struct KeyRow {
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
    /// When it was made.
    pub created: When,
    /// When it was last accepted.
    pub last_used: Option<When>,
    /// Whether it works.
    pub status: KeyStatus,
}

/// The states of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStatus {
    /// Works.
    Active,
    /// Does not work, because its owner is switched off.
    OwnerDisabled,
    /// Does not work yet, because its owner has not accepted the invitation.
    OwnerInvited,
}

impl KeyStatus {
    /// The state of a live key, which is its owner's.
    pub fn of(owner: &Holder) -> Self {
        Self::owned(owner.enabled, owner.accepted)
    }

    /// The same of a key whose owner is enabled and has accepted the invitation, or not.
    pub(super) fn owned(enabled: bool, accepted: bool) -> Self {
        match (enabled, accepted) {
            (false, _) => Self::OwnerDisabled,
            (true, false) => Self::OwnerInvited,
            (true, true) => Self::Active,
        }
    }

    /// Why a key of somebody with this name does not work yet; `None` if it works.
    pub fn waits(self, owner: &str) -> Option<String> {
        let lacks = match self {
            Self::Active => return None,
            Self::OwnerDisabled => ("is disabled", "they are enabled again"),
            Self::OwnerInvited => ("has not accepted the invitation", "they have"),
        };
        Some(format!("{owner} {}, and no key of theirs works until {}.", lacks.0, lacks.1))
    }

    /// Its word and shape.
    pub fn badge(self) -> Badge {
        let (word, tone) = match self {
            Self::Active => ("Active", Tone::Ok),
            Self::OwnerDisabled => ("Owner disabled", Tone::Off),
            Self::OwnerInvited => ("Owner invited", Tone::Warn),
        };
        Badge { word, tone }
    }
}

impl From<Held> for KeyRow {
    fn from(held: Held) -> Self {
        Self {
            id: held.key.id.number(),
            name: held.key.name,
            access_key: held.key.access_key.to_string(),
            status: KeyStatus::of(&held.owner),
            owner: held.owner.name,
            owner_id: held.owner.user.number(),
            created: when(held.key.created_at),
            last_used: held.last_used.map(when),
        }
    }
}

/// A stored time as pages show it.
pub fn when(at: Time) -> When {
    When::new(at.micros(), now().micros())
}

/// `GET /orgs/{slug}/keys`.
///
/// # Errors
/// As the policy says.
pub async fn list(site: Site, slug: Path<String>, query: Query) -> Answer {
    let path = format!("/orgs/{slug}/keys");
    if let Some(short) = query.canonical(&path) {
        return Ok(site.see(&short));
    }
    show(&site, &slug, &query, Filled::new(), StatusCode::OK).await
}

/// `POST /orgs/{slug}/keys/find`: to the page of the key that a whole API key is.
///
/// # Errors
/// As the policy says.
pub async fn look_up(site: Site, slug: Path<String>, form: Form) -> Answer {
    let token = form.text("token").to_owned();
    match site.read(&slug, move |conn, scope| actions::look_up(conn, scope, &token)).await {
        Ok((id, _)) => Ok(site.see(&format!("/orgs/{slug}/keys/{id}"))),
        Err(Error::Invalid(errors)) => {
            let lookup = errors.into_iter().fold(Filled::new(), |form, e| form.wrong(e.field, e.message));
            show(&site, &slug, &Query::default(), lookup, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other),
    }
}

async fn show(site: &Site, slug: &str, query: &Query, lookup: Filled, status: StatusCode) -> Answer {
    let (q, cursor) = (search_term(query.text("q")), query.cursor()?);
    let (prefix, at) = (q.clone(), cursor.clone());
    let read = site.read_long(slug, move |conn, scope| {
        Ok((actions::list(conn, scope, &prefix, &at)?, actions::count(conn, scope)?))
    });
    let ((page, total), mut frame) = read.await?;
    let path = format!("/orgs/{slug}/keys");
    if let Some(first) = query.past_the_end(&path, &cursor, &page.rows) {
        return Ok(site.see(&first));
    }
    let (prev, next) = query.pages(&path, &around(&page, &q));
    frame.section = Section::Keys;
    frame.title = title(&q, &cursor, &page);
    let total = u64::try_from(total).unwrap_or(0);
    let caption = caption(&q, &cursor, page.rows.len(), total);
    let rows = page.rows.into_iter().map(KeyRow::from).collect();
    Ok(html(status, &KeysPage { frame, q, total, caption, rows, prev, next, lookup }))
}

/// The neighbouring pages: by id, or in a search by the term that was found.
fn around(page: &Rows<Held>, q: &str) -> Around {
    let prefix = fold(q);
    page.around(|held| {
        let terms = [fold(&held.key.name), fold(held.key.access_key.as_str())];
        let found = terms.into_iter().filter(|term| !prefix.is_empty() && term.starts_with(&prefix)).min();
        Position { key: found.unwrap_or_default(), id: held.key.id.number() }
    })
}

fn title(q: &str, cursor: &Cursor, page: &Rows<Held>) -> String {
    let what = if q.is_empty() { "Keys".to_owned() } else { format!("Keys: “{q}”") };
    match (cursor, page.rows.first()) {
        (Cursor::First, _) | (_, None) => what,
        (_, Some(first)) => format!("{what} from {} ({})", first.key.name, first.key.id),
    }
}

fn caption(q: &str, cursor: &Cursor, shown: usize, total: u64) -> String {
    let shown = shown as u64;
    match (q.is_empty(), cursor) {
        (true, Cursor::First) if shown == total => format!("{}, newest first", counted(total, "key")),
        (true, Cursor::First) => format!("1 to {shown} of {} keys, newest first", count(total)),
        (true, _) => format!("{} of {}, newest first", counted(shown, "key"), count(total)),
        (false, _) => format!("{} beginning with “{q}”", counted(shown, "key")),
    }
}
