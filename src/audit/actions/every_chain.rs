//! What every chain says of itself: that the clock was wrong, that the secret was rotated or is lost.

use crate::audit::change::Tx;
use crate::audit::event::Event;
use crate::audit::{chain_store as store, events};
use crate::error::Result;
use crate::id::OrgId;

/// Orgs that are read at once.
const BLOCK: i64 = 1000;

/// The events by which every chain says that the clock was wrong.
///
/// # Errors
/// If the database fails.
pub fn clock_trusted(tx: &mut Tx) -> Result<Vec<Event>> {
    in_every_chain(tx, events::clock_trusted)
}

/// An event for the installation's chain and one for each org's.
pub(super) fn in_every_chain(tx: &mut Tx, event: impl Fn(Option<(OrgId, String)>) -> Event) -> Result<Vec<Event>> {
    let (mut told, mut after) = (vec![event(None)], 0);
    loop {
        let orgs = store::orgs(tx.conn(), after, BLOCK)?;
        let Some((last, _)) = orgs.last() else { return Ok(told) };
        after = *last;
        told.extend(orgs.into_iter().map(|(id, name)| event(Some((OrgId::new(id), name)))));
    }
}
