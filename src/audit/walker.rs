//! A walk along one chain, from its beginning or from where it was left, to its present end: the first event that does not fit
//! ends it.

use std::fmt;

use super::chain_store as store;
use super::model::{BASELINE, Entry, Head, SECRET_LOST, SECRET_ROTATED, StoredHead};
use super::row::{FIRST_FORMAT, FORMAT, Row, START, seal};
use crate::db::Db;
use crate::error::Result;
use crate::id::parse_digits;
use crate::secret::{KeysAtRest, SealKey, hex, same, unhex};

/// Events that are read at once; those of a baseline take about 30 KB each.
const BLOCK: i64 = 200;

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
    /// Where the line of the secret file stands that sealed the last event; none at the beginning.
    line: Option<usize>,
    format: i64,
}

impl Walker {
    /// At the beginning of a chain, or behind this event of it, which is taken as it is.
    pub(super) fn new(org: i64, slug: String, behind: Option<Head>) -> Walker {
        let at = behind.unwrap_or_else(|| Head { org, seq: 0, hash: START.to_vec() });
        Walker { at, slug, met: false, wrong: None, id: 0, line: None, format: FIRST_FORMAT }
    }

    /// Walks to the present end, and shows each event that fits.
    pub(super) fn follow(
        &mut self,
        db: &Db,
        seals: &KeysAtRest,
        noted: Option<&Noted>,
        mut show: impl FnMut(&Entry) -> Result<()>,
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
                show(entry)?;
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
            promised = head.as_ref().map_or(0, |stored| stored.head.seq);
            if promised <= self.at.seq {
                self.wrong = self.compare(head.as_ref(), seals).err();
                return Ok(());
            }
        }
        Ok(())
    }

    fn step(&mut self, entry: &Entry, seals: &KeysAtRest, noted: Option<&Noted>) -> Result<(), String> {
        let name = format!("event {} (id {}, {})", entry.seq, entry.id, entry.action);
        if entry.seq != self.at.seq + 1 {
            return Err(format!("event {} is missing: {name} comes next", self.at.seq + 1));
        }
        if entry.id <= self.id {
            return Err(format!("{name} is out of order: its id is not above that of the event before, {}", self.id));
        }
        if !(self.format..=FORMAT).contains(&entry.format) {
            return Err(format!("{name} has the format {}, which does not follow {}", entry.format, self.format));
        }
        let line = self.line_of(entry, seals).ok_or_else(|| {
            format!(
                "{name} does not fit its seal: it or the event before was changed, or the secret file lacks its secret"
            )
        })?;
        self.judge_line(line, entry).map_err(|why| format!("{name} {why}"))?;
        (self.line, self.format) = (Some(line), entry.format);
        self.met |= noted.is_some_and(|noted| noted.seq == entry.seq && noted.hash == entry.hash);
        (self.at.seq, self.id) = (entry.seq, entry.id);
        self.at.hash.clone_from(&entry.hash);
        Ok(())
    }

    /// Where the line stands that sealed this event; usually that of the event before.
    fn line_of(&self, entry: &Entry, seals: &KeysAtRest) -> Option<usize> {
        let row = Row::from(entry);
        let fits = |key: &SealKey| same(&seal(key, &self.at.hash, &row), &entry.hash);
        let usual = self.line.filter(|line| seals.at(*line).is_some_and(fits));
        usual.or_else(|| seals.iter().position(fits))
    }

    /// A newer line takes over where an event says so, and no older line ever comes back. Events of the first format, and the first one
    /// behind them, may change to a newer line silently: a Keyhouse of before recorded no rotation.
    fn judge_line(&self, line: usize, entry: &Entry) -> Result<(), &'static str> {
        let Some(before) = self.line else { return Ok(()) };
        let told = [SECRET_ROTATED, SECRET_LOST].contains(&entry.action.as_str());
        let early = entry.format == FIRST_FORMAT || self.format == FIRST_FORMAT && entry.action == BASELINE;
        if line > before {
            return Err("is sealed by a line of the secret file that had been replaced before");
        }
        if line < before && !told && !early {
            return Err("is sealed by a newer line of the secret file than the event before, and no event says so");
        }
        Ok(())
    }

    /// Whether the head is at the tip, sealed by the first line of the secret file.
    fn compare(&self, stored: Option<&StoredHead>, seals: &KeysAtRest) -> Result<(), String> {
        let Some(stored) = stored else {
            let (seq, real) = (self.at.seq, !self.slug.is_empty());
            return match (seq, real) {
                (0, _) if self.at.org == 0 => Err("it has no events, though the first start leaves one".to_owned()),
                (0, false) => Ok(()),
                (0, true) => Err("it has no events, though the org's making leaves one".to_owned()),
                _ => Err(format!("its head is missing; the last event is {seq}")),
            };
        };
        let head = &stored.head;
        if head.seq < self.at.seq {
            return Err(format!("its head is at {}, but there are events up to {}", head.seq, self.at.seq));
        }
        if head.hash != self.at.hash {
            return Err(format!("the head's seal is not that of the last event, {}", head.seq));
        }
        // before the first start of a Keyhouse that seals heads
        let unsealed = stored.seal.is_none() && self.format == FIRST_FORMAT;
        if !unsealed && !stored.fits(seals.newest()) {
            return Err(
                "its head is not sealed by the first line of the secret file: it was moved by hand, or Keyhouse \
                        has not started since that line was put there"
                    .to_owned(),
            );
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
