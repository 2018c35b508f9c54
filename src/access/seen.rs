//! Who was seen: gathered in memory and written now and then, so that looking at a page writes nothing. A crash loses a few
//! seconds of it, which at worst ends an idle session a few seconds early.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::caller::{Caller, Credential, Hash};
use crate::clock::{Time, now};
use crate::id::{KeyId, MembershipId};

/// What was seen, and when last.
#[derive(Debug, Default, Clone)]
pub struct Sightings {
    /// Sessions that made a request.
    pub sessions: HashMap<Hash, Time>,
    /// Memberships whose person opened something of the org.
    pub memberships: HashMap<MembershipId, Time>,
    /// Keys that were accepted.
    pub keys: HashMap<KeyId, Time>,
}

/// Sightings of one kind, in the order of their ids, so that two nodes never wait for each other's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Sessions.
    Sessions(Vec<(Hash, Time)>),
    /// Memberships.
    Memberships(Vec<(MembershipId, Time)>),
    /// Keys.
    Keys(Vec<(KeyId, Time)>),
}

impl Sightings {
    /// All of them in parts of at most `most`.
    pub fn parts(self, most: usize) -> Vec<Part> {
        let sessions = sorted(self.sessions, most).into_iter().map(Part::Sessions);
        let memberships = sorted(self.memberships, most).into_iter().map(Part::Memberships);
        let keys = sorted(self.keys, most).into_iter().map(Part::Keys);
        sessions.chain(memberships).chain(keys).collect()
    }
}

fn sorted<K: Ord + Copy>(seen: HashMap<K, Time>, most: usize) -> Vec<Vec<(K, Time)>> {
    let mut all: Vec<(K, Time)> = seen.into_iter().collect();
    all.sort_unstable_by_key(|(id, _)| *id);
    all.chunks(most).map(<[_]>::to_vec).collect()
}

/// Gathers sightings until they are taken.
#[derive(Debug, Default)]
pub struct Seen(Mutex<Sightings>);

impl Seen {
    pub(super) fn note(&self, caller: &Caller, membership: Option<MembershipId>, key: Option<KeyId>) {
        let at = now();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (&caller.credential, key) {
            (Some(Credential::Session(hash)), _) => {
                seen.sessions.insert(*hash, at);
                seen.memberships.extend(membership.map(|id| (id, at)));
            }
            (_, Some(key)) => {
                seen.keys.insert(key, at);
            }
            (_, None) => {}
        }
    }

    /// Gathers again a part that could not be written; what was seen since stays later.
    pub fn put_back(&self, kept: Part) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept {
            Part::Sessions(kept) => keep_later(&mut seen.sessions, kept),
            Part::Memberships(kept) => keep_later(&mut seen.memberships, kept),
            Part::Keys(kept) => keep_later(&mut seen.keys, kept),
        }
    }

    /// Everything gathered since the last time.
    pub fn take(&self) -> Sightings {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn keep_later<K: Eq + std::hash::Hash>(newer: &mut HashMap<K, Time>, older: Vec<(K, Time)>) {
    for (key, at) in older {
        newer.entry(key).and_modify(|known| *known = (*known).max(at)).or_insert(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_written_is_kept_and_never_overtakes_what_was_seen_since() {
        let (early, late) = (Time::from_micros(1), Time::from_micros(2));
        let (one, two) = (KeyId::new(1), KeyId::new(2));
        let seen = Seen(Mutex::new(Sightings { keys: HashMap::from([(one, late)]), ..Sightings::default() }));
        seen.put_back(Part::Keys(vec![(one, early), (two, early)]));
        assert_eq!(seen.take().keys, HashMap::from([(one, late), (two, early)]));
        assert!(seen.take().parts(1).is_empty());
    }

    #[test]
    fn sightings_are_written_in_parts_sorted_by_id() {
        let at = Time::from_micros(1);
        let keys = (1..=1001).map(|id| (KeyId::new(id), at)).collect();
        let memberships = HashMap::from([(MembershipId::new(7), at)]);
        let parts = Sightings { keys, memberships, ..Sightings::default() }.parts(500);
        assert_eq!(parts[0], Part::Memberships(vec![(MembershipId::new(7), at)]));
        let keys: Vec<Vec<i64>> = parts[1..].iter().map(ids).collect();
        assert_eq!(keys.iter().map(Vec::len).collect::<Vec<_>>(), [500, 500, 1]);
        assert_eq!(keys.concat(), (1..=1001).collect::<Vec<i64>>());
    }

    fn ids(part: &Part) -> Vec<i64> {
        match part {
            Part::Keys(keys) => keys.iter().map(|(id, _)| id.number()).collect(),
            other => panic!("{other:?}"),
        }
    }
}
