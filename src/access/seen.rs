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

impl Sightings {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.memberships.is_empty() && self.keys.is_empty()
    }
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

    /// Gathers again what could not be written; what was seen since stays later.
    pub fn put_back(&self, kept: Sightings) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keep_later(&mut seen.sessions, kept.sessions);
        keep_later(&mut seen.memberships, kept.memberships);
        keep_later(&mut seen.keys, kept.keys);
    }

    /// Everything gathered since the last time.
    pub fn take(&self) -> Sightings {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn keep_later<K: Eq + std::hash::Hash>(newer: &mut HashMap<K, Time>, older: HashMap<K, Time>) {
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
        seen.put_back(Sightings { keys: HashMap::from([(one, early), (two, early)]), ..Sightings::default() });
        assert_eq!(seen.take().keys, HashMap::from([(one, late), (two, early)]));
        assert!(seen.take().is_empty());
    }
}
