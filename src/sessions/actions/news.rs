//! What an account is told at its next sign-in: changes that others, or whoever held a link, may have made.

use crate::access::Actor;
use crate::audit::{self, Tx};
use crate::clock::now;
use crate::db::{self, Conn};
use crate::error::Result;
use crate::users::account_model::{News, NewsKind};
use crate::users::account_store as accounts;
use crate::users::model::User;

/// What the signed-in person was not told yet, the oldest first.
///
/// # Errors
/// `SignedOut`.
pub fn news(conn: &mut Conn, actor: &Actor) -> Result<Vec<News>> {
    accounts::news(conn, actor.person()?.id)
}

/// The same, told from now on.
///
/// # Errors
/// `SignedOut`.
pub fn take_news(conn: &mut Conn, actor: &Actor) -> Result<Vec<News>> {
    let news = news(conn, actor)?;
    let user = actor.person()?.id;
    audit::unrecorded(conn, "what happened is recorded; this only marks it as told", |tx| accounts::told(tx, user))?;
    Ok(news)
}

/// Has the account told that its password was set by a link.
///
/// # Errors
/// If the database fails.
pub(super) fn password_set_by_link(tx: &mut Tx, user: &User, actor: &Actor) -> Result<()> {
    let (by, address) = (actor.named().name.to_owned(), actor.origin().address.clone());
    let news = News { kind: NewsKind::PasswordLink, at: now(), by, address, detail: String::new() };
    accounts::tell(tx, user.id, &news)
}

/// Has the account told of a wrong code, together with those since its last news. Not while the disk is full: a caller who knows no code
/// uses none of its room.
///
/// # Errors
/// If the database fails.
pub(super) fn wrong_code(conn: &mut Conn, actor: &Actor, user: &User) -> Result<()> {
    if db::is_scarce() {
        return Ok(());
    }
    let earlier = accounts::news(conn, user.id)?.into_iter().find(|news| news.kind == NewsKind::WrongCodes);
    let count = earlier.and_then(|news| news.detail.parse::<u64>().ok()).unwrap_or(0).saturating_add(1);
    let (address, detail) = (actor.origin().address.clone(), count.to_string());
    let news = News { kind: NewsKind::WrongCodes, at: now(), by: String::new(), address, detail };
    audit::unrecorded(conn, "the attempt is counted; this only says so to the user", |tx| {
        accounts::tell(tx, user.id, &news)
    })
}
