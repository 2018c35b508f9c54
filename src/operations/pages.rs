//! The page that says whether an operation was done.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use crate::access::Actor;
use crate::clock::now;
use crate::db::Conn;
use crate::error::Error;
use crate::operations::actions::{self, Done};
use crate::web::Answer;
use crate::web::page::{Frame, Section, html};
use crate::web::posted::is_operation;
use crate::web::site::Site;
use crate::web::when::When;

/// `GET /operations/{id}`.
#[derive(Template)]
#[template(path = "operations/show.html")]
pub struct OperationPage {
    /// The frame.
    pub frame: Frame,
    /// What was done; `None` if nothing is recorded.
    pub done: Option<DoneRow>,
}

/// What was done.
pub struct DoneRow {
    /// In words: "key deleted".
    pub what: String,
    /// The id of what it was done to.
    pub id: i64,
    /// When.
    pub at: When,
    /// Where one can look at it.
    pub place: Option<String>,
    /// Whether it made a key, whose secret nobody has seen then.
    pub key_made: bool,
}

impl From<Done> for DoneRow {
    fn from(done: Done) -> DoneRow {
        DoneRow {
            what: done.action.replace(['.', '_'], " "),
            id: done.id,
            at: When::new(done.at.micros(), now().micros()),
            place: done.place,
            key_made: done.action == "key.created",
        }
    }
}

/// Looks up one of the signed-in person's own operations.
///
/// # Errors
/// `SignedOut`; `NotFound` for what is no operation id.
pub async fn show(site: Site, id: Path<String>) -> Answer {
    let id = id.into_inner();
    // who asks is looked at first, so that nobody else learns even this
    let read = move |conn: &mut Conn, actor: &Actor| {
        if is_operation(&id) { actions::look_up(conn, actor, &id) } else { Err(Error::not_found()) }
    };
    let (done, frame) = site.read_behind(read).await?;
    let title = if done.is_some() { "It was done" } else { "Nothing is recorded" };
    let frame = Frame { title: title.to_owned(), section: Section::Other, ..frame };
    Ok(html(StatusCode::OK, &OperationPage { frame, done: done.map(Into::into) }))
}
