//! The queries of `links`.

use diesel::prelude::*;

use super::model::{Kind, Link, Token};
use crate::audit::Tx;
use crate::clock::{Time, now};
use crate::db::Conn;
use crate::db::schema::links;
use crate::error::Result;
use crate::id::{MembershipId, OrgId, UserId};

type Row = (String, Option<UserId>, Option<MembershipId>, Option<UserId>, Option<OrgId>, i64, i64, Time);

/// Stores a new link, the only one of its kind for this user and membership from now on.
///
/// # Errors
/// If the database fails, or there is no randomness to be had.
pub fn issue(tx: &mut Tx, link: &Link) -> Result<Token> {
    let token = Token::new()?;
    withdraw(tx, link.kind, link.user, link.membership)?;
    let row = (
        links::hash.eq(token.hash()),
        links::kind.eq(link.kind.word()),
        links::user_id.eq(link.user),
        links::membership_id.eq(link.membership),
        links::issuer_id.eq(link.issuer),
        links::issuer_org_id.eq(link.issuer_org),
        links::user_epoch.eq(link.user_epoch),
        links::membership_version.eq(link.membership_version),
        links::expires_at.eq(link.expires_at),
        links::created_at.eq(now()),
    );
    diesel::insert_into(links::table).values(row).execute(tx.conn())?;
    Ok(token)
}

/// Takes back the link of this kind for this user and membership, if there is one. A password is the account's, so of links to
/// set one there is only one, whichever membership it was issued upon.
///
/// # Errors
/// If the database fails.
pub fn withdraw(tx: &mut Tx, kind: Kind, user: Option<UserId>, membership: Option<MembershipId>) -> Result<()> {
    let mut old = diesel::delete(links::table.filter(links::kind.eq(kind.word()))).into_boxed();
    old = match user {
        Some(user) => old.filter(links::user_id.eq(user)),
        None => old.filter(links::user_id.is_null()),
    };
    old = match membership {
        _ if kind == Kind::Password => old,
        Some(membership) => old.filter(links::membership_id.eq(membership)),
        None => old.filter(links::membership_id.is_null()),
    };
    old.execute(tx.conn())?;
    Ok(())
}

/// The link of this token, if it is there and not too old. Whether it is still good depends on whom it is about.
///
/// # Errors
/// If the database fails.
pub fn find(conn: &mut Conn, token: &Token) -> Result<Option<Link>> {
    let row: Option<Row> = links::table
        .find(token.hash())
        .filter(links::expires_at.gt(now()))
        .select((
            links::kind,
            links::user_id,
            links::membership_id,
            links::issuer_id,
            links::issuer_org_id,
            links::user_epoch,
            links::membership_version,
            links::expires_at,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.and_then(link))
}

fn link(row: Row) -> Option<Link> {
    let (kind, user, membership, issuer, issuer_org, user_epoch, membership_version, expires_at) = row;
    let kind = Kind::parse(&kind)?;
    Some(Link { kind, user, membership, issuer, issuer_org, user_epoch, membership_version, expires_at })
}

/// Uses a link up; `false` if somebody else just did.
///
/// # Errors
/// If the database fails.
pub fn consume(tx: &mut Tx, token: &Token) -> Result<bool> {
    Ok(diesel::delete(links::table.find(token.hash())).execute(tx.conn())? == 1)
}

/// Ends links that were made after this time; returns how many.
///
/// # Errors
/// If the database fails.
pub fn end_made_after(tx: &mut Tx, time: Time) -> Result<usize> {
    Ok(diesel::delete(links::table.filter(links::created_at.gt(time))).execute(tx.conn())?)
}

/// Deletes at most `most` links that are too old; returns how many.
///
/// # Errors
/// If the database fails.
pub fn forget_before(tx: &mut Tx, end: Time, most: usize) -> Result<usize> {
    let old = links::table.filter(links::expires_at.lt(end)).select(links::hash);
    let hashes: Vec<Vec<u8>> = old.limit(most as i64).load(tx.conn())?;
    Ok(diesel::delete(links::table.filter(links::hash.eq_any(hashes))).execute(tx.conn())?)
}
