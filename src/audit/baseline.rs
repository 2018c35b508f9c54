//! The baseline: what stored rows are when the trail begins to vouch for them, in events of their orgs' chains. Older events do not
//! state all fields, and events before the loss of a secret prove nothing.

use std::collections::BTreeMap;
use std::mem::take;

use super::change::{Change, change};
use super::state_model::{Kind, Stored};
use super::{chain_store, events, state_store};
use crate::access::Actor;
use crate::db::Conn;
use crate::error::Result;
use crate::id::OrgId;

/// The most rows that one event states.
const ROWS: usize = 200;
/// Rows that are read at once.
const BLOCK: i64 = 1000;
/// Rows that are held in memory until they are written.
const HELD: usize = 20_000;

/// Writes into each chain what its rows are now. It runs before the first request, or while all nodes are stopped.
///
/// # Errors
/// If the database fails.
pub(super) fn record(conn: &mut Conn, host: &Actor) -> Result<()> {
    for kind in Kind::ALL {
        let (mut held, mut count, mut after) = (BTreeMap::new(), 0, 0);
        loop {
            let rows = state_store::rows(conn, kind, after, BLOCK)?;
            let Some(last) = rows.last() else { break };
            (after, count) = (last.id, count + rows.len());
            rows.into_iter().for_each(|row| held.entry(row.chain).or_insert_with(Vec::new).push(row));
            if count >= HELD {
                write(conn, host, kind, take(&mut held))?;
                count = 0;
            }
        }
        write(conn, host, kind, held)?;
    }
    Ok(())
}

fn write(conn: &mut Conn, host: &Actor, kind: Kind, held: BTreeMap<i64, Vec<Stored>>) -> Result<()> {
    for (org, rows) in held {
        let name = chain_store::org_name(conn, org)?;
        let of = (org != 0).then(|| (OrgId::new(org), name));
        let told = rows.chunks(ROWS).map(|rows| events::stored(of.clone(), kind, rows)).collect();
        change(conn, host, |_| Ok(Change::Changed((), told)))?;
    }
    Ok(())
}
