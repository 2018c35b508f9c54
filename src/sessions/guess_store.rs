//! The queries of `sign_in_guesses`: the guesses at an account within the last minute. While the disk is full, memory keeps new ones.

use diesel::prelude::*;

use super::attempt_memory as memory;
use super::guess_model::{Guess, Guesses, Lane, WINDOW};
use crate::audit::Tx;
use crate::clock::{AHEAD, Time};
use crate::db::schema::sign_in_guesses as guesses;
use crate::db::{self, Conn};
use crate::error::Result;

/// The guesses at an account that may still count, oldest first.
///
/// # Errors
/// If the database fails.
pub fn recent(conn: &mut Conn, account: &str, now: Time) -> Result<Guesses> {
    let rows: Vec<(i64, Time)> = guesses::table
        .filter(guesses::account.eq(account).and(guesses::at.gt(now.plus(-WINDOW))))
        .order(guesses::at)
        .select((guesses::lane, guesses::at))
        .load(conn)?;
    let guess = |(lane, at)| Some(Guess { lane: Lane::from_number(lane)?, at });
    let mut all: Vec<Guess> = rows.into_iter().filter_map(guess).chain(memory::guesses(account, now)).collect();
    all.sort_by_key(|guess| guess.at);
    Ok(Guesses(all))
}

/// Adds a guess at an account, and deletes those that count no more.
///
/// # Errors
/// If the database fails.
pub fn add(tx: &mut Tx, account: &str, guess: Guess) -> Result<()> {
    if db::is_scarce() {
        memory::add_guess(account, guess);
        return Ok(());
    }
    let of_account = guesses::table.filter(guesses::account.eq(account));
    diesel::delete(of_account.filter(guesses::at.le(guess.at.plus(-WINDOW)))).execute(tx.conn())?;
    let row = (guesses::account.eq(account), guesses::at.eq(guess.at), guesses::lane.eq(guess.lane.number()));
    diesel::insert_into(guesses::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Deletes a guess that was right.
///
/// # Errors
/// If the database fails.
pub fn remove(tx: &mut Tx, account: &str, guess: Guess) -> Result<()> {
    if memory::remove_guess(account, guess) || db::is_scarce() {
        return Ok(());
    }
    diesel::delete(guesses::table.find((account, guess.at))).execute(tx.conn())?;
    Ok(())
}

/// Deletes at most `most` guesses that count no more or that a wrong clock dated ahead; returns how many.
///
/// # Errors
/// If the database fails.
pub fn sweep(tx: &mut Tx, now: Time, most: usize) -> Result<usize> {
    let over = guesses::at.le(now.plus(-WINDOW)).or(guesses::at.gt(now.plus(AHEAD)));
    let rows = guesses::table.filter(over).order(guesses::at).limit(most as i64);
    let times: Vec<Time> = rows.select(guesses::at).load(tx.conn())?;
    Ok(diesel::delete(guesses::table.filter(guesses::at.eq_any(times))).execute(tx.conn())?)
}
