//! A walk along one chain, from its beginning or from where it was left, to its present end: the first event that does not fit
//! ends it.

use std::fmt;

use super::chain_store as store;
use super::model::{Entry, Head};
use super::row::{FORMAT, Row, START, seal};
use crate::db::Db;
use crate::error::Result;
use crate::id::parse_digits;
use crate::secret::{SealKey, hex, same, unhex};

/// Events that are read at once.
const BLOCK: i64 = 1000;

/// A head that somebody wrote down, or that the log told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    seq: i64,
    hash: Vec<u8>,
}

impl fmt::Display for Noted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, hex(&self.hash))
    }
}

impl Noted {
    /// From `seq:hash`.
    pub fn parse(text: &str) -> Option<Noted> {
        let (seq, hash) = text.trim().split_once(':')?;
        Some(Noted { seq: parse_digits(seq)?, hash: unhex(hash).filter(|hash| hash.len() == 32)? })
    }
}

/// How far a chain was walked.
pub(super) struct Walker {
    /// The last event that fits.
    pub at: Head,
    /// What the org is called in addresses.
    pub slug: String,
    /// Whether the noted head was met.
    pub met: bool,
    /// The first thing that is wrong.
    pub wrong: Option<String>,
    id: i64,
    key: usize,
}

impl Walker {
    /// At the beginning of a chain, or behind this event of it, which is taken as it is.
    pub(super) fn new(org: i64, slug: String, behind: Option<Head>) -> Walker {
        let at = behind.unwrap_or_else(|| Head { org, seq: 0, hash: START.to_vec() });
        Walker { at, slug, met: false, wrong: None, id: 0, key: 0 }
    }

    /// Walks to the present end, and shows each event that fits.
    pub(super) fn follow(
        &mut self,
        db: &Db,
        seals: &[SealKey],
        noted: Option<&Noted>,
        mut show: impl FnMut(&Entry),
    ) -> Result<()> {
        let mut promised = 0;
        while self.wrong.is_none() {
            let (org, from) = (self.at.org, self.at.seq);
            let rows = db.read_now(|conn| store::block(conn, org, from, BLOCK))?;
            for entry in &rows {
                self.wrong = self.step(entry, seals, noted).err();
                if self.wrong.is_some() {
                    return Ok(());
                }
                show(entry);
            }
            if rows.len() as i64 == BLOCK {
                continue;
            }
            // an event and its head are committed together: what a head promised, a later read must find
            if rows.is_empty() && promised > self.at.seq {
                self.wrong = Some(format!("the events after {} are missing: the head is at {promised}", self.at.seq));
                return Ok(());
            }
            let head = db.read_now(|conn| store::head(conn, org))?;
            promised = head.as_ref().map_or(0, |head| head.seq);
            if promised <= self.at.seq {
                self.wrong = self.compare(head.as_ref()).err();
                return Ok(());
            }
        }
        Ok(())
    }

    fn step(&mut self, entry: &Entry, seals: &[SealKey], noted: Option<&Noted>) -> Result<(), String> {
        let name = format!("event {} (id {}, {})", entry.seq, entry.id, entry.action);
        if entry.seq != self.at.seq + 1 {
            return Err(format!("event {} is missing: {name} comes next", self.at.seq + 1));
        }
        if entry.id <= self.id {
            return Err(format!("{name} is out of order: its id is not above that of the event before, {}", self.id));
        }
        if entry.format != FORMAT {
            return Err(format!("{name} has the unknown format {}", entry.format));
        }
        let row = Row::from(entry);
        let fits = |key: &SealKey| same(&seal(key, &self.at.hash, &row), &entry.hash);
        let usual = seals.get(self.key).is_some_and(fits);
        let key = if usual { Some(self.key) } else { seals.iter().position(fits) };
        self.key = key.ok_or_else(|| {
            format!(
                "{name} does not fit its seal: it or the event before was changed, or the secret file lacks its secret"
            )
        })?;
        self.met |= noted.is_some_and(|noted| noted.seq == entry.seq && noted.hash == entry.hash);
        (self.at.seq, self.id) = (entry.seq, entry.id);
        self.at.hash.clone_from(&entry.hash);
        Ok(())
    }

    /// Whether the head is at the tip.
    fn compare(&self, head: Option<&Head>) -> Result<(), String> {
        let Some(head) = head else {
            let (seq, real) = (self.at.seq, !self.slug.is_empty());
            return match (seq, real) {
                (0, false) => Ok(()),
                (0, true) => Err("it has no events, though the org's making leaves one".to_owned()),
                _ => Err(format!("its head is missing; the last event is {seq}")),
            };
        };
        if head.seq < self.at.seq {
            return Err(format!("its head is at {}, but there are events up to {}", head.seq, self.at.seq));
        }
        if head.hash != self.at.hash {
            return Err(format!("the head's seal is not that of the last event, {}", head.seq));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Noted;

    #[test]
    fn a_noted_head_is_a_number_and_a_seal() {
        let hash = "ab".repeat(32);
        assert!(Noted::parse(&format!("17:{hash}")).is_some());
        for wrong in ["", "17", "17:ab", &format!("0:{hash}"), &format!("x:{hash}"), &format!("17:{hash}00")] {
            assert_eq!(Noted::parse(wrong), None, "{wrong}");
        }
    }
}
