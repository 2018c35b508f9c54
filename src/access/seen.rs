//! Who was seen: gathered in memory and written now and then, so that looking at a page writes nothing. A crash loses a few
//! seconds of it, which at worst ends an idle session a few seconds early.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::caller::{Caller, Credential, Hash};
use crate::clock::{Time, now};
use crate::id::{KeyId, MembershipId};

/// What was seen, and when last.
#[derive(Debug, Default)]
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

    /// Everything gathered since the last time.
    pub fn take(&self) -> Sightings {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
