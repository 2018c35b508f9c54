//! Places in the writer's queue. A change holds one from the reader's look until its answer is known. One address or org holds at
//! most a quarter of them, one key an eighth, and a quarter is for revocation.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::policy::Act;
use super::{Actor, refused};
use crate::db;
use crate::error::{Error, Result};
use crate::id::{KeyId, OrgId};

/// A part of the places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Every,
    Revocation,
}

impl Part {
    fn size(self) -> usize {
        match self {
            Part::Every => db::QUEUE - db::QUEUE / 4,
            Part::Revocation => db::QUEUE / 4,
        }
    }
}

/// A holder of places in the queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Holder {
    /// An IPv4 address or an IPv6 /64.
    Address(String),
    Org(OrgId),
    Key(KeyId),
}

impl Holder {
    /// How many places of a part it holds at most. A key holds half of its org's share, so that one key that leaked does not keep the org
    /// from deleting it.
    fn most(&self, part: Part) -> usize {
        match self {
            Holder::Address(_) | Holder::Org(_) => part.size() / 4,
            Holder::Key(_) => part.size() / 8,
        }
    }

    /// The holders of a change that this actor makes, in this org if it is of one.
    pub(super) fn all(actor: &Actor, org: Option<OrgId>) -> Vec<Holder> {
        let address = Holder::Address(network(&actor.origin().address));
        std::iter::once(address).chain(org.map(Holder::Org)).chain(actor.key().map(Holder::Key)).collect()
    }
}

fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => ip.to_string(),
        Ok(IpAddr::V6(_)) | Err(_) => refused::network(address),
    }
}

/// The places of a node, and who holds them.
#[derive(Default)]
pub(super) struct Places(Mutex<Held>);

#[derive(Default)]
struct Held {
    parts: HashMap<Part, usize>,
    holders: HashMap<(Part, Holder), usize>,
}

/// A place, given back when it is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    part: Part,
    holders: Vec<Holder>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().leave(self.part, &self.holders);
    }
}

impl Places {
    /// Takes a place for these holders. A revocation that finds none takes one that only revocations may use.
    ///
    /// # Errors
    /// `Unavailable` if no place is free, or one of the holders has a quarter of them.
    pub(super) fn take(self: &Arc<Places>, act: Act, holders: Vec<Holder>) -> Result<Place> {
        let mut held = self.lock();
        let revokes = act.is_revocation();
        let part = if held.admit(Part::Every, &holders) {
            Part::Every
        } else if revokes && held.admit(Part::Revocation, &holders) {
            Part::Revocation
        } else {
            return Err(Error::Unavailable(db::BUSY));
        };
        Ok(Place { places: Arc::clone(self), part, holders })
    }

    /// How many are held.
    pub(super) fn held(&self) -> usize {
        self.lock().parts.values().sum()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn admit(&mut self, part: Part, holders: &[Holder]) -> bool {
        let own = |holder: &Holder| self.holders.get(&(part, holder.clone())).copied().unwrap_or(0);
        let full = self.parts.get(&part).is_some_and(|count| *count >= part.size());
        if full || holders.iter().any(|holder| own(holder) >= holder.most(part)) {
            return false;
        }
        *self.parts.entry(part).or_default() += 1;
        for holder in holders {
            *self.holders.entry((part, holder.clone())).or_default() += 1;
        }
        true
    }

    fn leave(&mut self, part: Part, holders: &[Holder]) {
        if let Some(count) = self.parts.get_mut(&part) {
            *count -= 1;
        }
        for holder in holders {
            let key = (part, holder.clone());
            if let Some(count) = self.holders.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    self.holders.remove(&key);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELETE: Act = Act::DeleteKey { own: false };

    fn address(n: usize) -> Holder {
        Holder::Address(format!("192.0.2.{n}"))
    }

    /// As many places as there are for these holders, up to 2,000.
    fn all(places: &Arc<Places>, act: Act, holders: &[Holder]) -> Vec<Place> {
        std::iter::repeat_with(|| places.take(act, holders.to_vec())).take(2000).map_while(Result::ok).collect()
    }

    #[test]
    fn one_address_or_org_holds_at_most_a_quarter_of_the_places_and_one_key_an_eighth() {
        for (one, part) in [(address(1), 4), (Holder::Org(OrgId::new(1)), 4), (Holder::Key(KeyId::new(1)), 8)] {
            let places = Arc::default();
            let own = all(&places, DELETE, &[one.clone(), address(2)]);
            assert_eq!(own.len(), db::QUEUE / part, "{one:?}");
            assert!(places.take(DELETE, vec![one, address(3)]).is_err());
            assert!(places.take(DELETE, vec![Holder::Org(OrgId::new(2)), address(3)]).is_ok());
        }
    }

    #[test]
    fn a_quarter_of_the_places_is_for_revocation() {
        let places = Arc::default();
        let others: Vec<Vec<Place>> = (0..9).map(|n| all(&places, Act::CreateKey, &[address(n)])).collect();
        assert_eq!(others.iter().map(Vec::len).sum::<usize>(), db::QUEUE - db::QUEUE / 4);
        assert!(places.take(Act::SignIn, vec![address(10)]).is_err());
        let revoking: Vec<Vec<Place>> = (0..9).map(|n| all(&places, DELETE, &[address(n)])).collect();
        assert_eq!(revoking.iter().map(Vec::len).sum::<usize>(), db::QUEUE / 4);
        assert_eq!(revoking[0].len(), db::QUEUE / 16, "one address holds a quarter of these too");
        assert_eq!(places.held(), db::QUEUE);
    }

    #[test]
    fn a_place_is_given_back_with_its_change() {
        let places = Arc::default();
        let holders = [address(1), Holder::Key(KeyId::new(1))];
        drop(all(&places, Act::CreateKey, &holders));
        assert_eq!(places.held(), 0);
        assert!(places.lock().holders.is_empty());
        assert!(!all(&places, Act::CreateKey, &holders).is_empty());
    }

    #[test]
    fn ipv6_counts_by_64_bits_and_ipv4_by_address() {
        assert_eq!(network("192.0.2.44"), "192.0.2.44");
        assert_eq!(network("::ffff:192.0.2.44"), "192.0.2.44");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::9"));
        assert_ne!(network("2001:db8:1:2::9"), network("2001:db8:1:3::9"));
    }
}
