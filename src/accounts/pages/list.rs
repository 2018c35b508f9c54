//! All accounts.

use actix_web::http::StatusCode;
use askama::Template;

use super::AccountRow;
use super::identity::ReportRow;
use crate::access::Actor;
use crate::accounts::actions;
use crate::db::Conn;
use crate::paging::{Cursor, Position};
use crate::text::search_term;
use crate::web::Answer;
use crate::web::form::Query;
use crate::web::page::{Frame, html};
use crate::web::site::Site;

/// `GET /accounts`.
#[derive(Template)]
#[template(path = "accounts/list.html")]
pub struct AccountsPage {
    /// The frame, without org.
    pub frame: Frame,
    /// What was searched for.
    pub q: String,
    /// The oldest reports that an address is another user's, at most 50; on the first page of all accounts only.
    pub reports: Vec<ReportRow>,
    /// At most 50 accounts.
    pub rows: Vec<AccountRow>,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// `GET /accounts`.
pub async fn list(site: Site, query: Query) -> Answer {
    if let Some(short) = query.canonical("/accounts") {
        return Ok(site.see(&short));
    }
    let (q, cursor) = (search_term(query.text("q")), query.cursor()?);
    let (prefix, at) = (q.clone(), cursor.clone());
    let first = q.is_empty() && cursor == Cursor::First;
    let read = move |conn: &mut Conn, actor: &Actor| {
        let reports = if first { actions::reported(conn, actor)? } else { Vec::new() };
        Ok((actions::list(conn, actor, &prefix, &at)?, reports))
    };
    let ((page, reports), frame) = site.read_own(read).await?;
    if let Some(first) = query.past_the_end("/accounts", &cursor, &page.rows) {
        return Ok(site.see(&first));
    }
    let (prev, next) = query.pages(
        "/accounts",
        &page.around(|account| Position { key: account.email.as_str().to_owned(), id: account.id.number() }),
    );
    let what = if q.is_empty() { "Accounts".to_owned() } else { format!("Accounts: “{q}”") };
    let title = match (&cursor, page.rows.first()) {
        (Cursor::First, _) | (_, None) => what,
        (_, Some(first)) => format!("{what} from {}", first.email),
    };
    let rows = page.rows.into_iter().map(AccountRow::from).collect();
    let (frame, reports) = (Frame { title, ..frame }, reports.into_iter().map(ReportRow::from).collect());
    Ok(html(StatusCode::OK, &AccountsPage { frame, q, reports, rows, prev, next }))
}
