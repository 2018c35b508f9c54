//! What a walk along the chains met on its way: where the baselines are, which rows were made up, and that each row that began is
//! still there.

use std::collections::BTreeMap;
use std::mem::take;

use super::findings::Findings;
use super::model::Entry;
use super::projection;
use super::state_model::Kind;
use super::state_store as store;
use crate::db::Db;
use crate::error::Result;

/// Rows that are looked for at once.
const BLOCK: usize = 1000;

/// An event of the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Baseline {
    /// Its place in the chain.
    pub seq: i64,
    /// What it states.
    pub kind: Kind,
    /// The ids of its rows lie between these two.
    pub ids: (i64, i64),
}

/// What was met so far.
#[derive(Default)]
pub(super) struct Met {
    baselines: BTreeMap<i64, Vec<Baseline>>,
    /// How many rows the baselines state.
    pub stated: BTreeMap<Kind, usize>,
    /// The first and the last id of the rows that the first event about them says were made up.
    pub demo: Option<(i64, i64)>,
    begun: BTreeMap<Kind, Vec<i64>>,
}

impl Met {
    /// The baselines of a chain that may state rows of this kind between two ids, in their order.
    pub(super) fn baselines(&self, org: i64, kind: Kind, (first, last): (i64, i64)) -> Vec<Baseline> {
        let of_chain = self.baselines.get(&org).map_or(&[][..], Vec::as_slice);
        let overlaps = |one: &&Baseline| one.kind == kind && one.ids.0 <= last && first <= one.ids.1;
        of_chain.iter().filter(overlaps).copied().collect()
    }

    /// Looks at an event; finds rows that are gone.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) fn see(&mut self, db: &Db, entry: &Entry, wrong: &mut Findings) -> Result<()> {
        self.demo = self.demo.or_else(|| projection::demo(entry));
        if let Some((kind, rows)) = projection::baseline(entry) {
            let ids: Vec<i64> = rows.iter().map(|said| said.row).collect();
            let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else { return Ok(()) };
            let baseline = Baseline { seq: entry.seq, kind, ids: (*first, *last) };
            self.baselines.entry(entry.org_id).or_default().push(baseline);
            *self.stated.entry(kind).or_default() += ids.len();
            self.begun.entry(kind).or_default().extend(ids);
        } else if let Some((kind, row)) = projection::begun(entry) {
            self.begun.entry(kind).or_default().push(row);
        }
        let many = self.begun.values().any(|ids| ids.len() >= BLOCK);
        if many { self.look(db, wrong) } else { Ok(()) }
    }

    /// Looks for the rows that began since the last look.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) fn look(&mut self, db: &Db, wrong: &mut Findings) -> Result<()> {
        for (kind, ids) in take(&mut self.begun) {
            for id in db.read_now(|conn| store::missing(conn, kind, &ids))? {
                wrong
                    .push(format!("the {} {id} is gone, though the audit trail says that it was created", kind.word()));
            }
        }
        Ok(())
    }
}
