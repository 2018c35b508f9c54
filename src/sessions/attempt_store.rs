//! The queries of `sign_in_failures`: attempts that have not proved good. While the disk is full, memory keeps what changes.

use diesel::prelude::*;

use super::attempt_memory as memory;
use super::attempt_model::{Subject, Tally};
use crate::audit::Tx;
use crate::clock::Time;
use crate::db::schema::sign_in_failures as failures;
use crate::db::{self, Conn};
use crate::error::Result;

/// The tally of a subject, if it has one.
///
/// # Errors
/// If the database fails.
pub fn find(conn: &mut Conn, subject: &Subject) -> Result<Option<Tally>> {
    if let Some(kept) = memory::find(subject) {
        return Ok(Some(kept).filter(|kept| kept.failures > 0));
    }
    let row = failures::table.find(&subject.name).select((failures::failures, failures::last_at));
    let row: Option<(i64, Time)> = row.get_result(conn).optional()?;
    Ok(row.map(|(failures, last_at)| Tally { failures, last_at }))
}

/// Sets the tally of a subject; one without failures is forgotten.
///
/// # Errors
/// If the database fails.
pub fn put(tx: &mut Tx, subject: &Subject, tally: Tally) -> Result<()> {
    if db::is_scarce() {
        memory::put(subject, tally);
        return Ok(());
    }
    memory::forget(subject);
    diesel::delete(failures::table.find(&subject.name)).execute(tx.conn())?;
    if tally.failures > 0 {
        let row = (
            failures::subject.eq(&subject.name),
            failures::failures.eq(tally.failures),
            failures::last_at.eq(tally.last_at),
        );
        diesel::insert_into(failures::table).values(row).execute(tx.conn())?;
    }
    Ok(())
}

/// Deletes tallies beyond `kept`, at most `most` of them: first those of the fewest failures, and of these the oldest. Returns how many.
///
/// # Errors
/// If the database fails.
pub fn keep_most(tx: &mut Tx, kept: i64, most: usize) -> Result<usize> {
    let count: i64 = failures::table.count().get_result(tx.conn())?;
    if count <= kept {
        return Ok(0);
    }
    let least = failures::table.order((failures::failures, failures::last_at)).select(failures::subject);
    let names: Vec<String> = least.limit((count - kept).min(most as i64)).load(tx.conn())?;
    delete(tx, names)
}

/// Deletes at most `most` tallies that nothing was added to since `end`; returns how many.
///
/// # Errors
/// If the database fails.
pub fn forget_before(tx: &mut Tx, end: Time, most: usize) -> Result<usize> {
    let old = failures::table.filter(failures::last_at.lt(end)).select(failures::subject);
    let names: Vec<String> = old.limit(most as i64).load(tx.conn())?;
    delete(tx, names)
}

fn delete(tx: &mut Tx, names: Vec<String>) -> Result<usize> {
    Ok(diesel::delete(failures::table.filter(failures::subject.eq_any(names))).execute(tx.conn())?)
}
