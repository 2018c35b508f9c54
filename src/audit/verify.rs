//! Checks the chains: each event's seal, that none is missing or out of order, that each head is at the tip, that a head noted
//! earlier is still in its chain. Then it compares the stored rows with what the events say of them. It reads in short blocks and may
//! run while everything goes on: a chain that grows meanwhile is followed to its new end.

use std::collections::BTreeMap;

use super::chain_store as store;
use super::compare::Compare;
use super::findings::Findings;
use super::met::Met;
use super::model::{Head, SECRET_LOST};
use super::walker::{Noted, Walker};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::id::parse_digits;
use crate::secret::KeysAtRest;

/// A chain that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The org; 0 is the installation.
    pub org: i64,
    /// What the org is called in addresses.
    pub slug: String,
    /// How far it was found good.
    pub good: Head,
    /// The event behind which the check began; 0 for the chain's beginning.
    pub from: i64,
    /// The first thing that is wrong with it.
    pub wrong: Option<String>,
}

/// What to check.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only the chain of this org; 0 is the installation. Rows are compared only if all chains are checked.
    pub org: Option<i64>,
    /// A head that must still be in one of the chains.
    pub noted: Option<Noted>,
    /// Only what came after the secret was lost, in chains that say so.
    pub since_loss: bool,
}

/// What a check came to, apart from the chains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Everything that is wrong.
    pub wrong: Vec<String>,
    /// What cannot be proven, as the secret was lost.
    pub unproven: Option<String>,
}

struct Check<'a> {
    db: &'a Db,
    seals: &'a KeysAtRest,
    noted: Option<Noted>,
    since_loss: bool,
    from: BTreeMap<i64, i64>,
    walkers: BTreeMap<i64, Walker>,
    met: Met,
    wrong: Findings,
}

/// Checks the chains and tells each when it is done, then the rows; answers with what else is wrong.
///
/// # Errors
/// If the database fails.
pub fn verify(db: &Db, seals: &KeysAtRest, wanted: Wanted, mut tell: impl FnMut(&Checked)) -> Result<Verdict> {
    let Wanted { noted, since_loss, .. } = wanted;
    let (from, walkers, met, wrong) = (BTreeMap::new(), BTreeMap::new(), Met::default(), Findings::default());
    let mut check = Check { db, seals, noted, since_loss, from, walkers, met, wrong };
    let mut next = Some(wanted.org.unwrap_or(0));
    while let Some(org) = next {
        check.chain(org)?;
        tell(&check.checked(org));
        next = if wanted.org.is_some() { None } else { db.read_now(|conn| store::next_org(conn, org))? };
    }
    check.miss_noted();
    if wanted.org.is_none() {
        check.rows()?;
    }
    let unproven = check.unproven();
    Ok(Verdict { wrong: check.wrong.into_sentences(), unproven })
}

/// The org that an id or short name means: one that is there, or of which a head or events are left.
///
/// # Errors
/// If the database fails.
pub fn org(db: &Db, text: &str) -> Result<Option<i64>> {
    match text {
        "0" => Ok(Some(0)),
        text => db.read_now(|conn| match parse_digits(text) {
            Some(id) => Ok(store::next_org(conn, id - 1)?.filter(|found| *found == id)),
            None => store::by_slug(conn, text),
        }),
    }
}

impl Check<'_> {
    fn chain(&mut self, org: i64) -> Result<()> {
        let slug = self.db.read_now(|conn| store::slug(conn, org))?;
        let lost = |conn: &mut Conn| store::before_last(conn, org, SECRET_LOST);
        let behind = if self.since_loss { self.db.read_now(lost)? } else { None };
        self.from.insert(org, behind.as_ref().map_or(0, |head| head.seq));
        self.walkers.insert(org, Walker::new(org, slug, behind));
        self.follow(org)
    }

    fn follow(&mut self, org: i64) -> Result<()> {
        let Some(walker) = self.walkers.get_mut(&org) else { return Ok(()) };
        walker
            .follow(self.db, self.seals, self.noted.as_ref(), |entry| self.met.see(self.db, entry, &mut self.wrong))?;
        self.met.look(self.db, &mut self.wrong)
    }

    fn checked(&self, org: i64) -> Checked {
        let walker = &self.walkers[&org];
        Checked {
            org,
            slug: walker.slug.clone(),
            good: walker.at.clone(),
            from: self.from.get(&org).copied().unwrap_or(0),
            wrong: walker.wrong.clone(),
        }
    }

    fn miss_noted(&mut self) {
        let Some(noted) = &self.noted else { return };
        if !self.walkers.values().any(|walker| walker.met) {
            self.wrong.push(format!("no chain contains the head {noted} any more"));
        }
    }

    /// Compares the rows, and then follows the chains to where they are now: events that were read beside the rows are checked too.
    fn rows(&mut self) -> Result<()> {
        let broken: Vec<i64> =
            self.walkers.iter().filter(|(_, walker)| walker.wrong.is_some()).map(|(org, _)| *org).collect();
        Compare { met: &self.met, from: &self.from, broken: &broken }.all(self.db, &mut self.wrong)?;
        for org in self.walkers.keys().copied().filter(|org| !broken.contains(org)).collect::<Vec<_>>() {
            self.follow(org)?;
            if let Some(what) = &self.walkers[&org].wrong {
                self.wrong.push(format!("the chain of org {org}: {what}"));
            }
        }
        Ok(())
    }

    /// What was stored when the secret was lost is taken as it was.
    fn unproven(&self) -> Option<String> {
        if self.from.values().all(|from| *from == 0) {
            return None;
        }
        let rows = self.met.stated.iter().map(|(kind, count)| format!(", {count} {}s", kind.word()));
        Some(format!("the events until the secret was lost, and what was stored then{}", rows.collect::<String>()))
    }
}
