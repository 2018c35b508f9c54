//! The queries of `sessions`: one row for each sign-in that has not ended.

use diesel::prelude::*;

use super::model::{Browser, SessionKey};
use super::session_model::OwnSession;
use crate::access::caller::Hash;
use crate::access::{ABSOLUTE, IDLE};
use crate::audit::Tx;
use crate::clock::{Time, now};
use crate::db::schema::sessions;
use crate::db::{Conn, next_id};
use crate::error::Result;
use crate::id::{SessionId, UserId};
use crate::users::model::User;

/// Other sessions that are shown at most.
const MOST: i64 = 49;

/// Makes a session, upon the account's epoch.
///
/// # Errors
/// If the database fails.
pub fn create(
    tx: &mut Tx,
    key: &SessionKey,
    (user, epoch): (UserId, i64),
    second_factor: bool,
    browser: &Browser,
) -> Result<()> {
    let at = now();
    let row = (
        sessions::hash.eq(key.hash().to_vec()),
        sessions::id.eq(next_id(tx.conn())?),
        sessions::user_id.eq(user),
        sessions::epoch.eq(epoch),
        sessions::seen_at.eq(at),
        sessions::confirmed_at.eq(at),
        sessions::second_factor.eq(second_factor),
        sessions::address.eq(&browser.address),
        sessions::agent.eq(&browser.agent),
        sessions::created_at.eq(at),
    );
    diesel::insert_into(sessions::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Ends a session; `false` if there was none.
///
/// # Errors
/// If the database fails.
pub fn end(tx: &mut Tx, hash: &Hash) -> Result<bool> {
    Ok(diesel::delete(sessions::table.find(hash.as_slice())).execute(tx.conn())? == 1)
}

/// Ends sessions of an account beyond its newest `kept`, at most `most` of them.
///
/// # Errors
/// If the database fails.
pub fn keep_newest(tx: &mut Tx, user: UserId, kept: i64, most: usize) -> Result<()> {
    let of_user = sessions::table.filter(sessions::user_id.eq(user)).order(sessions::created_at.desc());
    let older: Vec<Vec<u8>> = of_user.select(sessions::hash).offset(kept).limit(most as i64).load(tx.conn())?;
    diesel::delete(sessions::table.filter(sessions::hash.eq_any(older))).execute(tx.conn())?;
    Ok(())
}

/// Ends all sessions of an account; returns how many.
///
/// # Errors
/// If the database fails.
pub fn end_all(tx: &mut Tx, user: UserId) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq(user))).execute(tx.conn())?)
}

/// Ends all sessions that there are.
///
/// # Errors
/// If the database fails.
pub fn end_everybodys(tx: &mut Tx) -> Result<usize> {
    Ok(diesel::delete(sessions::table).execute(tx.conn())?)
}

/// Ends all sessions of an account but this one; returns how many.
///
/// # Errors
/// If the database fails.
pub fn end_others(tx: &mut Tx, user: UserId, kept: &Hash) -> Result<usize> {
    let others = sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::hash.ne(kept.to_vec()));
    Ok(diesel::delete(others).execute(tx.conn())?)
}

/// The sessions of an account that are alive: first the one at hand, then the others by when they were last seen, 50 at most.
///
/// # Errors
/// If the database fails.
pub fn alive(conn: &mut Conn, user: &User, at_hand: &Hash) -> Result<Vec<OwnSession>> {
    let (seen, created) = (now().plus(-IDLE), now().plus(-ABSOLUTE));
    let of_user = || {
        sessions::table
            .filter(sessions::user_id.eq(user.id).and(sessions::epoch.eq(user.session_epoch)))
            .filter(sessions::seen_at.gt(seen).and(sessions::created_at.gt(created)))
            .select((sessions::id, sessions::agent, sessions::address, sessions::created_at, sessions::seen_at))
    };
    let mut rows: Vec<Row> = of_user().filter(sessions::hash.eq(at_hand.to_vec())).load(conn)?;
    let own = rows.len();
    let others = of_user().filter(sessions::hash.ne(at_hand.to_vec())).order((sessions::seen_at.desc(), sessions::id));
    rows.extend(others.limit(MOST).load::<Row>(conn)?);
    let session = |(at, (id, agent, address, created_at, seen_at)): (usize, Row)| OwnSession {
        id,
        agent,
        address,
        created_at,
        seen_at,
        at_hand: at < own,
    };
    Ok(rows.into_iter().enumerate().map(session).collect())
}

type Row = (SessionId, String, String, Time, Time);

/// A session of an account, alive or not.
///
/// # Errors
/// `NotFound` if the account has no such session.
pub fn find(conn: &mut Conn, user: UserId, id: SessionId, at_hand: &Hash) -> Result<OwnSession> {
    let row: (Vec<u8>, Row) = sessions::table
        .filter(sessions::id.eq(id).and(sessions::user_id.eq(user)))
        .select((
            sessions::hash,
            (sessions::id, sessions::agent, sessions::address, sessions::created_at, sessions::seen_at),
        ))
        .get_result(conn)?;
    let (hash, (id, agent, address, created_at, seen_at)) = row;
    Ok(OwnSession { id, agent, address, created_at, seen_at, at_hand: hash == at_hand })
}

/// Ends the session with this id; `false` if there was none.
///
/// # Errors
/// If the database fails.
pub fn end_by_id(tx: &mut Tx, id: SessionId) -> Result<bool> {
    Ok(diesel::delete(sessions::table.filter(sessions::id.eq(id))).execute(tx.conn())? == 1)
}

/// Notes that its person showed their password; `false` if there is no such session.
///
/// # Errors
/// If the database fails.
pub fn confirm(tx: &mut Tx, hash: &Hash, at: Time) -> Result<bool> {
    let session = sessions::table.find(hash.as_slice());
    Ok(diesel::update(session).set(sessions::confirmed_at.eq(at)).execute(tx.conn())? == 1)
}

/// Ends all sessions of an account but this one, which from now on has a second factor or not.
///
/// # Errors
/// If the database fails.
pub fn keep_only(tx: &mut Tx, user: UserId, kept: &Hash, second_factor: bool) -> Result<()> {
    let others = sessions::table.filter(sessions::user_id.eq(user).and(sessions::hash.ne(kept.as_slice())));
    diesel::delete(others).execute(tx.conn())?;
    let kept = sessions::table.find(kept.as_slice());
    diesel::update(kept).set(sessions::second_factor.eq(second_factor)).execute(tx.conn())?;
    Ok(())
}

/// Notes that a session was used; never earlier than was noted before.
///
/// # Errors
/// If the database fails.
pub fn seen(tx: &mut Tx, hash: &Hash, at: Time) -> Result<()> {
    let older = sessions::table.find(hash.as_slice()).filter(sessions::seen_at.lt(at));
    diesel::update(older).set(sessions::seen_at.eq(at)).execute(tx.conn())?;
    Ok(())
}

/// Deletes at most `most` sessions that were not used since `seen`, or were created before `created`; returns how many.
///
/// # Errors
/// If the database fails.
pub fn forget(tx: &mut Tx, seen: Time, created: Time, most: usize) -> Result<usize> {
    let ended = sessions::table.filter(sessions::seen_at.lt(seen).or(sessions::created_at.lt(created)));
    let ended: Vec<Vec<u8>> = ended.select(sessions::hash).limit(most as i64).load(tx.conn())?;
    Ok(diesel::delete(sessions::table.filter(sessions::hash.eq_any(ended))).execute(tx.conn())?)
}
