//! The audit trail of an org.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::asked::Asked;
use super::entry::EntryRow;
use crate::audit::actions::{self, Listed};
use crate::audit::model::Entry;
use crate::audit::words::{self, Words};
use crate::paging::{Cursor, Position};
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Query;
use crate::web::page::{Frame, Section, count, html};
use crate::web::site::Site;

/// `GET /orgs/{slug}/audit`, and `GET /audit`.
#[derive(Template)]
#[template(path = "audit/list.html")]
pub struct AuditPage {
    /// The frame.
    pub frame: Frame,
    /// What the trail is called.
    pub heading: &'static str,
    /// Where the list is.
    pub path: String,
    /// Fields `who`, `what`, `target`, `from`, `to`.
    pub form: Filled,
    /// The choices of `what`.
    pub actions: &'static [Words],
    /// How many entries the whole trail has.
    pub total: u64,
    /// What the table shows: "1 to 50 of 1,904 entries, latest first".
    pub caption: String,
    /// At most 50 of them.
    pub rows: Vec<EntryRow>,
    /// The later ones.
    pub prev: Option<String>,
    /// The earlier ones.
    pub next: Option<String>,
    /// Where what the filter shows can be exported.
    pub export: Option<String>,
}

/// `GET /orgs/{slug}/audit`.
///
/// # Errors
/// As the policy says.
pub async fn show(site: Site, slug: Path<String>, query: Query) -> Answer {
    let path = format!("/orgs/{slug}/audit");
    if let Some(short) = query.canonical(&path) {
        return Ok(site.see(&short));
    }
    let asked = Asked::read(&query)?;
    let (filter, cursor) = (asked.filter.clone(), asked.cursor.clone());
    let read = site.read_long(&slug, move |conn, scope| actions::list(conn, scope, &filter, &cursor));
    let (listed, frame) = read.await?;
    if let Some(first) = query.past_the_end(&path, &asked.cursor, &listed.rows.rows) {
        return Ok(site.see(&first));
    }
    let export = asked.at(&format!("{path}/export"));
    let page = page(Frame { section: Section::Audit, ..frame }, &asked, &listed, &query, path);
    Ok(html(status(&asked), &AuditPage { export: Some(export), ..page }))
}

pub(super) fn status(asked: &Asked) -> StatusCode {
    if asked.form.failed() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

/// The page of an org; that of the installation changes a few words of it.
pub(super) fn page(frame: Frame, asked: &Asked, listed: &Listed, query: &Query, path: String) -> AuditPage {
    let (prev, next) = query.pages(&path, &listed.rows.around(position));
    // a filter with a mistake in it narrows nothing, and all entries would be taken for its answer
    let shown = if asked.form.failed() { &[] } else { listed.rows.rows.as_slice() };
    AuditPage {
        frame: Frame { title: format!("Audit trail{}{}", asked.words(), asked.place()), ..frame },
        heading: "Audit trail",
        form: asked.form.clone(),
        actions: words::ORG,
        total: u64::try_from(listed.total).unwrap_or(0),
        caption: caption(asked, listed),
        rows: shown.iter().map(|entry| EntryRow::of(entry, &path)).collect(),
        prev,
        next,
        export: None,
        path,
    }
}

fn position(entry: &Entry) -> Position {
    Position { key: String::new(), id: entry.seq }
}

fn caption(asked: &Asked, listed: &Listed) -> String {
    let (shown, total) = (listed.rows.rows.len() as u64, u64::try_from(listed.total).unwrap_or(0));
    let entries = if shown == 1 { "1 entry".to_owned() } else { format!("{} entries", count(shown)) };
    match (asked.filter.is_empty(), &asked.cursor) {
        (true, Cursor::First) if shown < total => format!("1 to {shown} of {} entries, latest first", count(total)),
        (true, Cursor::First) => format!("{entries}, latest first"),
        (true, _) => format!("{entries} of {}, latest first", count(total)),
        (false, Cursor::First) if listed.rows.later => format!("The latest {entries}{}, latest first", asked.words()),
        (false, _) => format!("{entries}{}{}, latest first", asked.words(), asked.place()),
    }
}
