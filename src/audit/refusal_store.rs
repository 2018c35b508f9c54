//! The table of refused attempts: a row for each hour, kind, subject and network, at most so many for each org and hour.

use std::collections::HashMap;

use diesel::prelude::*;

use super::change::Tx;
use super::model::{Refusals, RefusedRow, Tally};
use crate::clock::Time;
use crate::db::schema::{keys, refusals, users};
use crate::db::{Conn, next_id};
use crate::error::Result;
use crate::id::{KeyId, OrgId, UserId};
use crate::paging::{Cursor, Rows};

/// Rows of one org in one hour; what goes beyond is counted in one row of each kind.
pub const MOST: i64 = 200;

/// Adds to the count of an hour.
///
/// # Errors
/// If the database fails.
pub fn add(tx: &mut Tx, hour: Time, tally: &Tally) -> Result<()> {
    if increase(tx, hour, tally)? {
        return Ok(());
    }
    let of_hour = refusals::table.filter(refusals::hour.eq(hour.micros()).and(refusals::org_id.eq(tally.org)));
    let rows: i64 = of_hour.count().get_result(tx.conn())?;
    if rows < MOST {
        return insert(tx, hour, tally);
    }
    let folded = Tally { subject_kind: "several", subject_id: 0, network: String::new(), ..tally.clone() };
    if increase(tx, hour, &folded)? { Ok(()) } else { insert(tx, hour, &folded) }
}

fn increase(tx: &mut Tx, hour: Time, tally: &Tally) -> Result<bool> {
    let row = refusals::table
        .filter(refusals::hour.eq(hour.micros()).and(refusals::org_id.eq(tally.org)))
        .filter(refusals::kind.eq(tally.kind).and(refusals::network.eq(&tally.network)))
        .filter(refusals::subject_kind.eq(tally.subject_kind).and(refusals::subject_id.eq(tally.subject_id)));
    let more = refusals::attempts.eq(refusals::attempts + tally.attempts);
    Ok(diesel::update(row).set(more).execute(tx.conn())? > 0)
}

fn insert(tx: &mut Tx, hour: Time, tally: &Tally) -> Result<()> {
    let row = (
        refusals::id.eq(next_id(tx.conn())?),
        refusals::org_id.eq(tally.org),
        refusals::hour.eq(hour.micros()),
        refusals::kind.eq(tally.kind),
        refusals::subject_kind.eq(tally.subject_kind),
        refusals::subject_id.eq(tally.subject_id),
        refusals::network.eq(&tally.network),
        refusals::attempts.eq(tally.attempts),
    );
    diesel::insert_into(refusals::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// The keys with these public parts, dead or alive, each with its org.
///
/// # Errors
/// If the database fails.
pub fn keys(conn: &mut Conn, access_keys: &[&str]) -> Result<HashMap<String, (KeyId, OrgId)>> {
    let found: Vec<(String, KeyId, OrgId)> = keys::table
        .filter(keys::access_key.eq_any(access_keys))
        .select((keys::access_key, keys::id, keys::org_id))
        .load(conn)?;
    Ok(found.into_iter().map(|(access_key, id, org)| (access_key, (id, org))).collect())
}

/// The users with these email addresses.
///
/// # Errors
/// If the database fails.
pub fn users(conn: &mut Conn, emails: &[&str]) -> Result<HashMap<String, UserId>> {
    let found: Vec<(String, UserId)> =
        users::table.filter(users::email.eq_any(emails)).select((users::email, users::id)).load(conn)?;
    Ok(found.into_iter().collect())
}

/// Refused attempts, newest first: those of an org, or all.
///
/// # Errors
/// If the database fails.
pub fn page(conn: &mut Conn, org: Option<i64>, cursor: &Cursor, size: usize) -> Result<Rows<Refusals>> {
    let mut query = refusals::table.limit(size as i64 + 1).into_boxed();
    if let Some(org) = org {
        query = query.filter(refusals::org_id.eq(org));
    }
    let query = match cursor {
        Cursor::First => query.order(refusals::id.desc()),
        Cursor::After(at) => query.filter(refusals::id.lt(at.id)).order(refusals::id.desc()),
        Cursor::Before(at) => query.filter(refusals::id.gt(at.id)).order(refusals::id.asc()),
    };
    let rows = Rows::from_query(query.load::<RefusedRow>(conn)?, cursor, size);
    let names = names(conn, &rows.rows)?;
    let name = |row: &RefusedRow| names.iter().find(|(id, _)| *id == row.subject_id).map(|(_, name)| name.clone());
    Ok(rows.map(|row| Refusals { name: name(&row), row }))
}

/// What the subjects are called: keys and users, which share one sequence of ids.
fn names(conn: &mut Conn, rows: &[RefusedRow]) -> Result<Vec<(i64, String)>> {
    let ids = |kind: &str| -> Vec<i64> {
        rows.iter().filter(|row| row.subject_kind == kind).map(|row| row.subject_id).collect()
    };
    let mut names: Vec<(i64, String)> =
        keys::table.filter(keys::id.eq_any(ids("key"))).select((keys::id, keys::name)).load(conn)?;
    let people: Vec<(i64, String, String)> = users::table
        .filter(users::id.eq_any(ids("user")))
        .select((users::id, users::first_name, users::last_name))
        .load(conn)?;
    names.extend(people.into_iter().map(|(id, first, last)| (id, format!("{first} {last}").trim_end().to_owned())));
    Ok(names)
}

/// Deletes at most `most` rows of the hours before this one; returns how many.
///
/// # Errors
/// If the database fails.
pub fn forget_before(tx: &mut Tx, hour: Time, most: usize) -> Result<usize> {
    let old = refusals::table.filter(refusals::hour.lt(hour.micros())).select(refusals::id);
    let ids: Vec<i64> = old.limit(most as i64).load(tx.conn())?;
    Ok(diesel::delete(refusals::table.filter(refusals::id.eq_any(ids))).execute(tx.conn())?)
}
