//! Refused attempts, counted by hour: of an org for its admins, and all of them for super admins.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::entry::Party;
use super::{installation, when};
use crate::audit::actions;
use crate::audit::model::Refusals;
use crate::paging::{Cursor, Position, Rows};
use crate::web::Answer;
use crate::web::form::Query;
use crate::web::page::{Frame, Section, html, with_query};
use crate::web::site::Site;
use crate::web::when::When;

/// `GET /orgs/{slug}/audit/refusals`, and `GET /audit/refusals`.
#[derive(Template)]
#[template(path = "audit/refusals.html")]
pub struct RefusalsPage {
    /// The frame.
    pub frame: Frame,
    /// Where the trail is.
    pub path: String,
    /// What the trail is called.
    pub trail: &'static str,
    /// Whether those of all orgs are shown.
    pub all: bool,
    /// At most 50 counts.
    pub rows: Vec<RefusalRow>,
    /// The later ones.
    pub prev: Option<String>,
    /// The earlier ones.
    pub next: Option<String>,
}

/// A count of one hour.
pub struct RefusalRow {
    /// The beginning of the hour.
    pub hour: When,
    /// What was refused.
    pub what: String,
    /// Who was refused.
    pub who: Party,
    /// Org ID; 0 for none.
    pub org: i64,
    /// Whence.
    pub network: String,
    /// How many attempts.
    pub attempts: u64,
}

/// `GET /orgs/{slug}/audit/refusals`.
///
/// # Errors
/// As the policy says.
pub async fn of_org(site: Site, slug: Path<String>, query: Query) -> Answer {
    let path = format!("/orgs/{slug}/audit");
    let list = format!("{path}/refusals");
    if let Some(short) = query.canonical(&list) {
        return Ok(site.see(&short));
    }
    let cursor = query.cursor()?;
    let at = cursor.clone();
    let (rows, frame) = site.read(&slug, move |conn, scope| actions::refusals_of_org(conn, scope, &at)).await?;
    if let Some(first) = query.past_the_end(&list, &cursor, &rows.rows) {
        return Ok(site.see(&first));
    }
    let frame = Frame { section: Section::Audit, ..frame };
    Ok(html(StatusCode::OK, &page(frame, rows, &query, path, "Audit trail")))
}

/// `GET /audit/refusals`.
///
/// # Errors
/// As the policy says.
pub async fn of_installation(site: Site, query: Query) -> Answer {
    let list = format!("{}/refusals", installation::PATH);
    if let Some(short) = query.canonical(&list) {
        return Ok(site.see(&short));
    }
    let cursor = query.cursor()?;
    let at = cursor.clone();
    let (rows, frame) = site.read_own(move |conn, actor| actions::refusals_of_installation(conn, actor, &at)).await?;
    if let Some(first) = query.past_the_end(&list, &cursor, &rows.rows) {
        return Ok(site.see(&first));
    }
    let page = page(frame, rows, &query, installation::PATH.to_owned(), "Installation audit trail");
    Ok(html(StatusCode::OK, &RefusalsPage { all: true, ..page }))
}

fn page(frame: Frame, rows: Rows<Refusals>, query: &Query, path: String, trail: &'static str) -> RefusalsPage {
    let position = |refusals: &Refusals| Position { key: String::new(), id: refusals.row.id };
    let (prev, next) = query.pages(&format!("{path}/refusals"), &rows.around(position));
    let further = !matches!(query.cursor(), Ok(Cursor::First));
    RefusalsPage {
        frame: Frame { title: format!("Refused attempts{}", if further { ", further" } else { "" }), ..frame },
        trail,
        all: false,
        rows: rows.rows.into_iter().map(|refusals| row(refusals, &path)).collect(),
        prev,
        next,
        path,
    }
}

fn row(refusals: Refusals, path: &str) -> RefusalRow {
    let Refusals { row, name } = refusals;
    let id = Some(row.subject_id).filter(|id| *id > 0);
    let unnamed = if row.subject_kind == "several" { "Several more" } else { "Unknown" };
    let who = Party::new(name.as_deref().unwrap_or(unnamed), &row.subject_kind, id);
    // the trail at this path knows keys of its org only, and users everywhere
    let known = id.filter(|_| row.org_id == 0 || path != installation::PATH);
    RefusalRow {
        hour: when(row.hour),
        what: what(&row.kind).to_owned(),
        who: who.to(known.map(|id| with_query(path, &[("target", &id.to_string())]))),
        org: row.org_id,
        network: row.network,
        attempts: u64::try_from(row.attempts).unwrap_or(0),
    }
}

fn what(kind: &str) -> &str {
    match kind {
        "sign_in" => "Sign-in",
        "key" => "API key that is not good",
        "forbidden" => "Something not allowed",
        "hidden" => "Something that is not there for them",
        "foreign" => "Form or call from elsewhere",
        other => other,
    }
}
