//! What belongs to no org, for super admins: sign-ins, passwords, accounts.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::asked::Asked;
use super::event::{self, EventPage};
use super::event_id;
use super::list::{AuditPage, page, status};
use crate::audit::{actions, words};
use crate::web::Answer;
use crate::web::form::Query;
use crate::web::page::{Frame, html};
use crate::web::site::Site;

/// Where it is.
pub(super) const PATH: &str = "/audit";

/// `GET /audit`.
///
/// # Errors
/// As the policy says.
pub async fn list(site: Site, query: Query) -> Answer {
    if let Some(short) = query.canonical(PATH) {
        return Ok(site.see(&short));
    }
    let asked = Asked::read(&query)?;
    let (filter, cursor) = (asked.filter.clone(), asked.cursor.clone());
    let read = site.read_own_long(move |conn, actor| actions::list_of_installation(conn, actor, &filter, &cursor));
    let (listed, frame) = read.await?;
    if let Some(first) = query.past_the_end(PATH, &asked.cursor, &listed.rows.rows) {
        return Ok(site.see(&first));
    }
    let page = page(frame, &asked, &listed, &query, PATH.to_owned());
    let frame = Frame { title: page.frame.title.replacen("Audit trail", "Installation audit trail", 1), ..page.frame };
    let page = AuditPage { frame, heading: "Installation audit trail", actions: words::INSTALLATION, ..page };
    Ok(html(status(&asked), &page))
}

/// `GET /audit/{event}`.
///
/// # Errors
/// As the policy says; `NotFound`.
pub async fn show(site: Site, event: Path<String>) -> Answer {
    let id = event_id(&event)?;
    let read = site.read_own(move |conn, actor| actions::find_of_installation(conn, actor, id));
    let (found, frame) = read.await?;
    let page: EventPage = event::page(frame, &found, PATH, "Installation audit trail");
    Ok(html(StatusCode::OK, &page))
}
