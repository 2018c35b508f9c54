//! New key, step one: whose it shall be.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use crate::text::search_term;
use crate::users::actions::{self, Wanted};
use crate::users::membership::{Membership, Status};
use crate::web::Answer;
use crate::web::form::Query;
use crate::web::page::{Frame, Section, count, counted, html};
use crate::web::site::Site;

/// `GET /orgs/{slug}/keys/new`.
#[derive(Template)]
#[template(path = "keys/owner.html")]
pub struct ChooseOwnerPage {
    /// The frame.
    pub frame: Frame,
    /// What was searched for.
    pub q: String,
    /// What the table shows: "1 to 50 of 214 users, by name".
    pub caption: String,
    /// At most 50 users.
    pub rows: Vec<OwnerRow>,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// A user to choose.
pub struct OwnerRow {
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// How many keys they own here.
    pub keys: u64,
}

impl From<Membership> for OwnerRow {
    fn from(membership: Membership) -> Self {
        Self {
            id: membership.user.number(),
            name: membership.name.to_string(),
            email: membership.email.to_string(),
            keys: u64::try_from(membership.keys).unwrap_or(0),
        }
    }
}

/// `GET /orgs/{slug}/keys/new`: a key belongs to somebody, so who comes first.
///
/// # Errors
/// As the policy says.
pub async fn choose(site: Site, slug: Path<String>, query: Query) -> Answer {
    let path = format!("/orgs/{slug}/keys/new");
    if let Some(short) = query.canonical(&path) {
        return Ok(site.see(&short));
    }
    let q = search_term(query.text("q"));
    let wanted = Wanted { status: Status::All, prefix: q.clone(), cursor: query.cursor()? };
    let cursor = wanted.cursor.clone();
    let (listed, mut frame) = site.read_long(&slug, move |conn, scope| actions::list(conn, scope, &wanted)).await?;
    if let Some(first) = query.past_the_end(&path, &cursor, &listed.rows.rows) {
        return Ok(site.see(&first));
    }
    let (prev, next) = query.pages(&path, &listed.rows.around(|(position, _)| position.clone()));
    frame.section = Section::Keys;
    frame.title = match listed.beside {
        Some(name) => format!("New key: users beside {name}"),
        None if q.is_empty() => "New key".to_owned(),
        None => format!("New key: users “{q}”"),
    };
    let rows: Vec<OwnerRow> = listed.rows.rows.into_iter().map(|(_, membership)| membership.into()).collect();
    let shown = rows.len() as u64;
    let caption = if q.is_empty() {
        format!("{} of {}, by name", counted(shown, "user"), count(u64::try_from(listed.counts.users).unwrap_or(0)))
    } else {
        format!("{} beginning with “{q}”", counted(shown, "user"))
    };
    Ok(html(StatusCode::OK, &ChooseOwnerPage { frame, q, caption, rows, prev, next }))
}
