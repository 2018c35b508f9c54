//! What happened to one's own account outside of any org: sign-ins and passwords.

use actix_web::http::StatusCode;
use askama::Template;

use super::entry::EntryRow;
use crate::audit::actions;
use crate::paging::{Cursor, Position, ROWS};
use crate::web::Answer;
use crate::web::form::Query;
use crate::web::page::{Frame, html};
use crate::web::site::Site;

/// `GET /profile/activity`.
#[derive(Template)]
#[template(path = "audit/activity.html")]
pub struct ActivityPage {
    /// The frame.
    pub frame: Frame,
    /// At most 50 entries.
    pub rows: Vec<EntryRow>,
    /// The later ones.
    pub prev: Option<String>,
    /// The earlier ones.
    pub next: Option<String>,
}

const PATH: &str = "/profile/activity";

/// `GET /profile/activity`.
///
/// # Errors
/// `SignedOut`.
pub async fn show(site: Site, query: Query) -> Answer {
    if let Some(short) = query.canonical(PATH) {
        return Ok(site.see(&short));
    }
    let cursor = query.cursor()?;
    let at = cursor.clone();
    let (rows, frame) = site.read_own(move |conn, actor| actions::own(conn, actor, &at, ROWS)).await?;
    if let Some(first) = query.past_the_end(PATH, &cursor, &rows.rows) {
        return Ok(site.see(&first));
    }
    let (prev, next) = query.pages(PATH, &rows.around(|entry| Position { key: String::new(), id: entry.seq }));
    let further = if cursor == Cursor::First { "" } else { ", earlier" };
    let page = ActivityPage {
        frame: Frame { title: format!("Your activity{further}"), ..frame },
        rows: rows.rows.iter().map(EntryRow::plain).collect(),
        prev,
        next,
    };
    Ok(html(StatusCode::OK, &page))
}
