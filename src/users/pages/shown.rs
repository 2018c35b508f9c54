//! The live keys of others whose secret a user was shown.

use actix_web::http::StatusCode;
use askama::Template;

use super::confirm::ShownKey;
use super::{UserPath, titled, user_id};
use crate::access::OrgScope;
use crate::db::Conn;
use crate::keys::model::Held;
use crate::paging::{Cursor, Position};
use crate::users::actions;
use crate::web::Answer;
use crate::web::form::Query;
use crate::web::page::{Frame, html};
use crate::web::site::Site;

/// `GET /orgs/{slug}/users/{id}/shown-keys`.
#[derive(Template)]
#[template(path = "users/shown.html")]
pub struct ShownKeysPage {
    /// The frame.
    pub frame: Frame,
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// At most 50 keys, the newest first.
    pub keys: Vec<ShownKey>,
    /// The keys before.
    pub prev: Option<String>,
    /// The keys after.
    pub next: Option<String>,
}

/// `GET /orgs/{slug}/users/{id}/shown-keys`.
pub async fn list(site: Site, path: UserPath, query: Query) -> Answer {
    let (slug, id) = path.into_inner();
    let (user, cursor) = (user_id(&id)?, query.cursor()?);
    let path = format!("/orgs/{slug}/users/{user}/shown-keys");
    let wanted = cursor.clone();
    let read = move |conn: &mut Conn, scope: &OrgScope| actions::shown(conn, scope, user, &wanted);
    let ((membership, keys), frame) = site.read(&slug, read).await?;
    if let Some(first) = query.past_the_end(&path, &cursor, &keys.rows) {
        return Ok(site.see(&first));
    }
    let (prev, next) = query.pages(&path, &keys.around(position));
    let part = if cursor == Cursor::First { "" } else { ", more keys" };
    let page = ShownKeysPage {
        frame: titled(frame, format!("Keys shown to {}{part}", membership.name)),
        id: user.number(),
        name: membership.name.to_string(),
        keys: keys.rows.into_iter().map(ShownKey::from).collect(),
        prev,
        next,
    };
    Ok(html(StatusCode::OK, &page))
}

fn position(held: &Held) -> Position {
    Position { key: String::new(), id: held.key.id.number() }
}
