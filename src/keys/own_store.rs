//! The queries of a person's own keys, in every org that is open to them.

use diesel::prelude::*;

use super::model::OwnKey;
use super::store::{Row, columns, key};
use crate::clock::Time;
use crate::db::Conn;
use crate::db::schema::{key_usage, keys, memberships, orgs};
use crate::error::Result;
use crate::id::{KeyId, MembershipId, UserId};
use crate::paging::{Cursor, Rows};

type OwnRow = (Row, Option<Time>, String, String);

/// The person's memberships that are open to them, each with its org.
macro_rules! open_memberships {
    ($user:expr) => {
        memberships::table
            .inner_join(orgs::table)
            .filter(memberships::user_id.eq($user))
            .filter(memberships::enabled.eq(true).and(orgs::enabled.eq(true)))
            .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
    };
}

fn own((row, last_used, org, slug): OwnRow) -> OwnKey {
    OwnKey { key: key(row), last_used, org, slug }
}

/// The most orgs whose keys are listed.
const MOST_ORGS: i64 = 1000;

/// Returns a page of the person's live keys, newest first. It asks membership by membership, so that each answer is a range of
/// an index.
///
/// # Errors
/// If the database fails.
pub fn newest_first(conn: &mut Conn, user: UserId, cursor: &Cursor, size: usize) -> Result<Rows<OwnKey>> {
    let with_keys: Vec<(MembershipId, String, String)> = open_memberships!(user)
        .filter(memberships::keys_count.gt(0))
        .select((memberships::id, orgs::name, orgs::slug))
        .limit(MOST_ORGS)
        .load(conn)?;
    let mut found = Vec::new();
    for (membership, org, slug) in with_keys {
        let rows = of_membership(conn, membership, cursor, size)?;
        found.extend(rows.into_iter().map(|(row, last_used)| own((row, last_used, org.clone(), slug.clone()))));
    }
    found.sort_by_key(|own| own.key.id);
    if !matches!(cursor, Cursor::Before(_)) {
        found.reverse();
    }
    found.truncate(size + 1);
    Ok(Rows::from_query(found, cursor, size))
}

/// One key more than fit, in the order of the cursor.
fn of_membership(
    conn: &mut Conn,
    membership: MembershipId,
    cursor: &Cursor,
    size: usize,
) -> Result<Vec<(Row, Option<Time>)>> {
    let query = keys::table
        .inner_join(key_usage::table)
        .filter(keys::membership_id.eq(membership).and(keys::deleted_at.is_null()))
        .select((columns!(), key_usage::last_used))
        .limit(size as i64 + 1)
        .into_boxed();
    Ok(match cursor {
        Cursor::First => query.order(keys::id.desc()).load(conn)?,
        Cursor::After(at) => query.filter(keys::id.lt(at.id)).order(keys::id.desc()).load(conn)?,
        Cursor::Before(at) => query.filter(keys::id.gt(at.id)).order(keys::id.asc()).load(conn)?,
    })
}

/// Returns how many live keys the person has.
///
/// # Errors
/// If the database fails.
pub fn count(conn: &mut Conn, user: UserId) -> Result<i64> {
    let counts: Vec<i64> = open_memberships!(user).select(memberships::keys_count).load(conn)?;
    Ok(counts.iter().sum())
}

/// Returns a key of the person, deleted or not, and when it was deleted.
///
/// # Errors
/// `NotFound` if the person never had such a key in an org that is open to them.
pub fn find(conn: &mut Conn, user: UserId, id: KeyId) -> Result<(OwnKey, Option<Time>)> {
    let (row, deleted_at): (OwnRow, Option<Time>) = keys::table
        .inner_join(key_usage::table)
        .inner_join(memberships::table.inner_join(orgs::table))
        .filter(keys::id.eq(id).and(memberships::user_id.eq(user)))
        .filter(memberships::enabled.eq(true).and(orgs::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .select(((columns!(), key_usage::last_used, orgs::name, orgs::slug), keys::deleted_at))
        .get_result(conn)?;
    Ok((own(row), deleted_at))
}
