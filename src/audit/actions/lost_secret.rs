//! Going on after the secret is lost that sealed the chains: each says so in an event that is sealed under the present one.

use crate::access::Actor;
use crate::audit::change::{Change, change};
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
        return Err(Error::Conflict(
            "this secret file is the one that this database was written with; nothing is lost".into(),
        ));
    }
    change(conn, host, |tx| {
        let mut told = vec![events::secret_lost(None)];
        let mut after = 0;
        loop {
            let orgs = store::orgs(tx.conn(), after, BLOCK)?;
            let Some((last, _)) = orgs.last() else { return Ok(Change::Changed(told.len(), told)) };
            after = *last;
            told.extend(orgs.into_iter().map(|(id, name)| events::secret_lost(Some((OrgId::new(id), name)))));
        }
    })
}
