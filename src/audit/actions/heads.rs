//! The heads of the chains for the log: a place to compare with that is not in the database.

use std::collections::HashMap;

use crate::audit::chain_store as store;
use crate::audit::model::Head;
use crate::db::Conn;
use crate::error::Result;

/// Heads that are read at once.
const BLOCK: usize = 1000;

/// The heads of all chains.
///
/// # Errors
/// If the database fails.
pub fn heads(conn: &mut Conn) -> Result<Vec<Head>> {
    let (mut all, mut after) = (Vec::new(), -1);
    loop {
        let some = store::heads(conn, after, BLOCK as i64)?;
        after = some.last().map_or(after, |stored| stored.head.org);
        let last = some.len() < BLOCK;
        all.extend(some.into_iter().map(|stored| stored.head));
        if last {
            return Ok(all);
        }
    }
}

/// Writes heads to the log, each once.
#[derive(Debug, Default)]
pub struct HeadLog(HashMap<i64, i64>);

impl HeadLog {
    /// Logs the heads that moved since the last time.
    pub fn tell(&mut self, heads: &[Head]) {
        for head in heads {
            if self.0.insert(head.org, head.seq) != Some(head.seq) {
                tracing::info!(org = head.org, head = head.noted(), "audit head");
            }
        }
    }
}
