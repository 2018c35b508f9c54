//! Compares stored rows with the trail, field by field. Rows are read in short blocks, each with the events about them in one
//! snapshot, so that the memory does not grow with the database.

use std::collections::{BTreeMap, HashMap};

use super::chain_store as store;
use super::findings::Findings;
use super::met::Met;
use super::model::Entry;
use super::projection::{self, Said};
use super::state_model::{Kind, State, Stored, difference};
use super::state_store;
use crate::db::{Conn, Db};
use crate::error::Result;

/// Rows that are read at once.
const ROWS: i64 = 1000;
/// Events that are read at once; those of a baseline take about 30 KB each.
const EVENTS: i64 = 200;

/// What is known of the chains when the rows are compared.
pub(super) struct Compare<'a> {
    /// What was met on the walk along them.
    pub met: &'a Met,
    /// Behind which event of each chain the events count; 0 for all.
    pub from: &'a BTreeMap<i64, i64>,
    /// The chains whose events are not as they were sealed, so that they prove nothing.
    pub broken: &'a [i64],
}

/// What the events say of rows: the place and the id of the event, and its facts.
type Facts = HashMap<i64, Vec<(i64, i64, Said)>>;

impl Compare<'_> {
    /// Compares all rows.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) fn all(&self, db: &Db, wrong: &mut Findings) -> Result<()> {
        for kind in Kind::ALL {
            let mut after = 0;
            while let Some(last) = self.block(db, kind, after, wrong)? {
                after = last;
            }
        }
        Ok(())
    }

    /// Compares the rows behind this one, up to a block of them; returns the last.
    fn block(&self, db: &Db, kind: Kind, after: i64, wrong: &mut Findings) -> Result<Option<i64>> {
        let (rows, mut facts) = db.read_now(|conn| {
            let rows = state_store::rows(conn, kind, after, ROWS)?;
            let facts = self.facts(conn, kind, &rows)?;
            Ok((rows, facts))
        })?;
        for row in rows.iter().filter(|row| !self.broken.contains(&row.chain)) {
            let said = facts.remove(&row.id).unwrap_or_default();
            if let Some(what) = self.row_differs(kind, row, said) {
                let chain = if row.chain == 0 { String::new() } else { format!("org {}: ", row.chain) };
                wrong.push(format!("{chain}the {} {}{what}", kind.word(), row.id));
            }
        }
        Ok(rows.last().map(|row| row.id))
    }

    fn row_differs(&self, kind: Kind, row: &Stored, mut said: Vec<(i64, i64, Said)>) -> Option<String> {
        said.sort_by_key(|(seq, ..)| *seq);
        let made_up = self.met.demo.is_some_and(|(first, last)| (first..=last).contains(&row.id));
        let by = said.last().map(|(_, id, _)| *id);
        let begun = said.iter().any(|(.., said)| said.whole);
        let mut told = if made_up { alive(kind, &row.state) } else { State::new() };
        for (.., said) in said {
            if said.whole {
                told.clear();
            }
            told.extend(said.facts);
        }
        if !begun && !made_up {
            return Some(" was created without an event".to_owned());
        }
        let by = by.map_or_else(String::new, |by| format!(" (last event about it: {by})"));
        if begun {
            return difference(&row.state, &told).map(|what| format!(": {what}{by}"));
        }
        // of a made-up row only that is compared which an event has stated since
        let stated = row.state.iter().filter(|(field, _)| told.contains_key(*field));
        let is: State = stated.map(|(field, value)| (field.clone(), value.clone())).collect();
        difference(&is, &told).map(|what| format!(": {what}{by}"))
    }

    /// What the events of each row's chain say of it.
    fn facts(&self, conn: &mut Conn, kind: Kind, rows: &[Stored]) -> Result<Facts> {
        let mut chains: BTreeMap<i64, Vec<&Stored>> = BTreeMap::new();
        rows.iter().for_each(|row| chains.entry(row.chain).or_default().push(row));
        let mut facts = Facts::new();
        for (org, rows) in chains {
            let from = self.from.get(&org).copied().unwrap_or(0);
            let mut keep = |entry: &Entry, said: Said| {
                if entry.seq > from {
                    facts.entry(said.row).or_default().push((entry.seq, entry.id, said));
                }
            };
            self.baselines(conn, kind, (org, &rows), &mut keep)?;
            let mut targets: Vec<i64> = rows.iter().flat_map(|row| [Some(row.id), row.user]).flatten().collect();
            targets.sort_unstable();
            targets.dedup();
            events(conn, org, targets, |entry| {
                if let Some(said) = projection::said(kind, entry) {
                    keep(entry, said);
                }
            })?;
        }
        Ok(facts)
    }

    fn baselines(
        &self,
        conn: &mut Conn,
        kind: Kind,
        (org, rows): (i64, &[&Stored]),
        keep: &mut impl FnMut(&Entry, Said),
    ) -> Result<()> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(()) };
        for baseline in self.met.baselines(org, kind, (first.id, last.id)) {
            let Some(entry) = store::at(conn, org, baseline.seq)? else { continue };
            let stated = projection::baseline(&entry).map(|(_, stated)| stated).unwrap_or_default();
            let within = stated.into_iter().filter(|said| (first.id..=last.id).contains(&said.row));
            within.for_each(|said| keep(&entry, said));
        }
        Ok(())
    }
}

/// A made-up row was neither deleted nor removed.
fn alive(kind: Kind, state: &State) -> State {
    let gone = match kind {
        Kind::Key => "deleted",
        Kind::Membership => "removed",
        Kind::Account | Kind::Org => return State::new(),
    };
    state.contains_key(gone).then(|| (gone.to_owned(), false.into())).into_iter().collect()
}

/// Shows all events of a chain about these targets.
fn events(conn: &mut Conn, org: i64, mut targets: Vec<i64>, mut show: impl FnMut(&Entry)) -> Result<()> {
    loop {
        let page = store::about(conn, org, &targets, EVENTS)?;
        page.iter().for_each(&mut show);
        let Some((target, seq)) = page.last().and_then(|last| Some((last.target_id?, last.seq))) else { return Ok(()) };
        if (page.len() as i64) < EVENTS {
            return Ok(());
        }
        rest(conn, org, (target, seq), &mut show)?;
        targets.retain(|one| *one > target);
    }
}

/// Shows the events about one target behind this place.
fn rest(conn: &mut Conn, org: i64, (target, mut seq): (i64, i64), show: &mut impl FnMut(&Entry)) -> Result<()> {
    loop {
        let page = store::about_after(conn, org, target, seq, EVENTS)?;
        page.iter().for_each(&mut *show);
        let Some(last) = page.last() else { return Ok(()) };
        seq = last.seq;
    }
}
