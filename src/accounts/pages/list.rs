//! All accounts.

use actix_web::http::StatusCode;
use askama::Template;

use super::AccountRow;
use crate::accounts::actions;
use crate::paging::{Cursor, Position};
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
    let (q, cursor) = (query.text("q").to_owned(), query.cursor()?);
    let (prefix, at) = (q.clone(), cursor.clone());
    let (page, frame) = site.read_own(move |conn, actor| actions::list(conn, actor, &prefix, &at)).await?;
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
    Ok(html(StatusCode::OK, &AccountsPage { frame: Frame { title, ..frame }, q, rows, prev, next }))
}
