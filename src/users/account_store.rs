//! The queries of `email_changes` and `account_news`: what waits for an account, and what it is to be told.

use diesel::prelude::*;

use super::account_model::{EmailChange, News, NewsKind, WAITS};
use super::model::{Email, User};
use crate::audit::Tx;
use crate::clock::{Time, now};
use crate::db::Conn;
use crate::db::schema::{account_news, email_changes, users};
use crate::error::Result;
use crate::id::UserId;

/// The email address that the account's person wants, while that can be confirmed: for a day, and until the account's password or
/// email address changes or it is disabled.
///
/// # Errors
/// If the database fails.
pub fn email_change(conn: &mut Conn, user: UserId) -> Result<Option<EmailChange>> {
    let row: Option<(String, Time)> = email_changes::table
        .inner_join(users::table)
        .filter(email_changes::user_id.eq(user).and(email_changes::expires_at.gt(now())))
        .filter(email_changes::user_epoch.eq(users::session_epoch).and(users::enabled.eq(true)))
        .select((email_changes::email, email_changes::created_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(email, asked_at)| EmailChange { email: Email::stored(email), asked_at }))
}

/// Notes the email address that somebody wants, in place of an earlier one.
///
/// # Errors
/// If the database fails.
pub fn ask_for_email(tx: &mut Tx, user: &User, email: &Email) -> Result<()> {
    forget_email_change(tx, user.id)?;
    let row = (
        email_changes::user_id.eq(user.id),
        email_changes::email.eq(email.as_str()),
        email_changes::user_epoch.eq(user.session_epoch),
        email_changes::expires_at.eq(now().plus(WAITS)),
        email_changes::created_at.eq(now()),
    );
    diesel::insert_into(email_changes::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Forgets the email address that somebody wants.
///
/// # Errors
/// If the database fails.
pub fn forget_email_change(tx: &mut Tx, user: UserId) -> Result<()> {
    diesel::delete(email_changes::table.find(user)).execute(tx.conn())?;
    Ok(())
}

/// Forgets wishes that are too old; returns how many.
///
/// # Errors
/// If the database fails.
pub fn forget_before(tx: &mut Tx, end: Time, most: usize) -> Result<usize> {
    let old = email_changes::table.filter(email_changes::expires_at.lt(end)).select(email_changes::user_id);
    let users: Vec<UserId> = old.limit(most as i64).load(tx.conn())?;
    Ok(diesel::delete(email_changes::table.filter(email_changes::user_id.eq_any(users))).execute(tx.conn())?)
}

/// Notes what an account is to be told, in place of earlier news of that kind.
///
/// # Errors
/// If the database fails.
pub fn tell(tx: &mut Tx, user: UserId, news: &News) -> Result<()> {
    let earlier = account_news::user_id.eq(user).and(account_news::kind.eq(news.kind.word()));
    diesel::delete(account_news::table.filter(earlier)).execute(tx.conn())?;
    let row = (
        account_news::user_id.eq(user),
        account_news::kind.eq(news.kind.word()),
        account_news::at.eq(news.at),
        account_news::by_name.eq(&news.by),
        account_news::address.eq(&news.address),
        account_news::detail.eq(&news.detail),
    );
    diesel::insert_into(account_news::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// What an account was not told yet, the oldest first.
///
/// # Errors
/// If the database fails.
pub fn news(conn: &mut Conn, user: UserId) -> Result<Vec<News>> {
    let rows: Vec<(String, Time, String, String, String)> = account_news::table
        .filter(account_news::user_id.eq(user))
        .order((account_news::at, account_news::kind))
        .select((
            account_news::kind,
            account_news::at,
            account_news::by_name,
            account_news::address,
            account_news::detail,
        ))
        .load(conn)?;
    let news = |(kind, at, by, address, detail): (String, Time, String, String, String)| {
        Some(News { kind: NewsKind::parse(&kind)?, at, by, address, detail })
    };
    Ok(rows.into_iter().filter_map(news).collect())
}

/// Forgets all news of an account, because it was told.
///
/// # Errors
/// If the database fails.
pub fn told(tx: &mut Tx, user: UserId) -> Result<()> {
    diesel::delete(account_news::table.filter(account_news::user_id.eq(user))).execute(tx.conn())?;
    Ok(())
}
