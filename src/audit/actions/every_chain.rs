//! What every chain says of itself: that its secret is lost, that the clock was wrong. Nothing is forgiven by the first: whoever checks
//! says whether they begin there.

use crate::access::Actor;
use crate::audit::change::{Change, Tx, change};
use crate::audit::event::Event;
use crate::audit::{chain_store as store, events, newest_fits};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::secret::SealKey;

/// Orgs that are read at once.
const BLOCK: i64 = 1000;

/// Writes into every chain that its secret is lost; returns how many chains there are.
///
/// # Errors
/// `Conflict` if one of these keys sealed the newest event, so nothing is lost.
pub fn go_on_without_lost_secret(conn: &mut Conn, host: &Actor, seals: &[SealKey]) -> Result<usize> {
    if newest_fits(conn, seals)? != Some(false) {
        let sentence = "this secret file is the one that this database was written with; nothing is lost";
        return Err(Error::Conflict(sentence.into()));
    }
    change(conn, host, |tx| {
        let told = in_every_chain(tx, events::secret_lost)?;
        Ok(Change::Changed(told.len(), told))
    })
}

/// The events by which every chain says that the clock was wrong.
///
/// # Errors
/// If the database fails.
pub fn clock_trusted(tx: &mut Tx) -> Result<Vec<Event>> {
    in_every_chain(tx, events::clock_trusted)
}

fn in_every_chain(tx: &mut Tx, event: fn(Option<(OrgId, String)>) -> Event) -> Result<Vec<Event>> {
    let (mut told, mut after) = (vec![event(None)], 0);
    loop {
        let orgs = store::orgs(tx.conn(), after, BLOCK)?;
        let Some((last, _)) = orgs.last() else { return Ok(told) };
        after = *last;
        told.extend(orgs.into_iter().map(|(id, name)| event(Some((OrgId::new(id), name)))));
    }
}
