//! Who may have a password judged or hashed: so many at once as the machine has cores, and a bounded queue behind them. One network (an IPv4
//! address or an IPv6 /48) gets at most a quarter of the queue. Places are kept for networks that hold none and for browsers that signed in
//! before, so that attackers elsewhere do not keep a user out. A caller without a place gets the answer at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::users::model::{NewPassword, Password};

use super::attempt_model::network;
use super::model::Browser;
use super::password;

/// Places for strangers behind each core. A hash takes some 20 ms of one, so the last one waits a third of a second.
const BEHIND_A_CORE: usize = 16;
/// Places for strangers whose network holds no other, when the others are taken: a network gets one of them. More than the twenty networks
/// that a user must get past (docs/SECURITY.md).
const FIRST: usize = 24;
/// Places that the known browsers of one account may hold: whoever signs in often with an account of their own has many such browsers.
const OF_ONE_ACCOUNT: usize = 2;

/// The queue of a node, with the places that are taken.
pub struct Queue {
    size: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    by_kind: HashMap<Kind, usize>,
    by_whom: HashMap<String, usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Stranger,
    First,
    Known,
}

impl Queue {
    /// As long as fits this machine.
    pub fn of_this_machine() -> Arc<Queue> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Arc::new(Queue::new(cores * BEHIND_A_CORE))
    }

    /// A place for this browser, to be taken before anything is counted or looked up.
    ///
    /// # Errors
    /// `Unavailable` if there is none.
    pub fn place(self: &Arc<Queue>, browser: &Browser) -> Result<Place> {
        let account = browser.device.as_ref().map(|device| format!("account:{}", device.user));
        self.take(account, network(&browser.address))
    }

    fn new(size: usize) -> Queue {
        Queue { size, taken: Mutex::default() }
    }

    /// Takes a place for a known browser of this account, else for its network.
    fn take(self: &Arc<Queue>, account: Option<String>, network: String) -> Result<Place> {
        let known = account.map(|account| (account, Kind::Known));
        let ways = known.into_iter().chain([(network.clone(), Kind::Stranger), (network, Kind::First)]);
        for (whose, kind) in ways {
            if self.admit(&whose, kind) {
                return Ok(Place { queue: Arc::clone(self), whose, kind });
            }
        }
        Err(Error::Unavailable("Too many people are signing in"))
    }

    fn admit(&self, whose: &str, kind: Kind) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let quarter = (self.size / 4).max(1);
        let (most, own_most) = match kind {
            Kind::Stranger => (self.size, quarter),
            Kind::First => (FIRST, 1),
            Kind::Known => (quarter, OF_ONE_ACCOUNT),
        };
        let all = taken.by_kind.entry(kind).or_default();
        if *all >= most || taken.by_whom.get(whose).is_some_and(|own| *own >= own_most) {
            return false;
        }
        *taken.by_kind.entry(kind).or_default() += 1;
        *taken.by_whom.entry(whose.to_owned()).or_default() += 1;
        true
    }

    fn leave(&self, whose: &str, kind: Kind) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(all) = taken.by_kind.get_mut(&kind) {
            *all -= 1;
        }
        if let Some(own) = taken.by_whom.get_mut(whose) {
            *own -= 1;
            if *own == 0 {
                taken.by_whom.remove(whose);
            }
        }
    }
}

/// A place in the queue, given back when it is dropped.
pub struct Place {
    queue: Arc<Queue>,
    whose: String,
    kind: Kind,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.queue.leave(&self.whose, self.kind);
    }
}

impl Place {
    /// Rejects a new password that is easy to guess, knowing the user's names and orgs.
    ///
    /// # Errors
    /// `Invalid` for the password's field; `Unavailable` as `password::hash`.
    pub async fn judge(&self, new: NewPassword, context: Vec<String>) -> Result<Password> {
        password::judge(new, context).await
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// As `password::hash`.
    pub async fn hash(&self, password: Password) -> Result<String> {
        password::hash(password).await
    }

    /// Whether a password is the one that was hashed.
    ///
    /// # Errors
    /// As `password::matches`.
    pub async fn matches(&self, password: Password, hash: Option<String>) -> Result<bool> {
        password::matches(password, hash).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;
    use crate::sessions::device_model::Device;

    fn browser(address: &str, user: Option<i64>) -> Browser {
        let device = user.map(|user| Device::new(UserId::new(user), 0).unwrap());
        Browser { session: None, address: address.to_owned(), agent: String::new(), device }
    }

    /// As many places as there are for this browser.
    fn all(queue: &Arc<Queue>, browser: &Browser) -> Vec<Place> {
        (0..100).filter_map(|_| queue.place(browser).ok()).collect()
    }

    /// The same for strangers in networks with these numbers.
    fn strangers(queue: &Arc<Queue>, networks: std::ops::Range<u8>) -> Vec<Vec<Place>> {
        networks.map(|n| all(queue, &browser(&format!("192.0.2.{n}"), None))).collect()
    }

    fn count(places: &[Vec<Place>]) -> Vec<usize> {
        places.iter().map(Vec::len).collect()
    }

    #[test]
    fn one_network_gets_a_quarter_and_twenty_leave_a_place_for_another() {
        let queue = Arc::new(Queue::new(32));
        let greedy = strangers(&queue, 0..20);
        assert_eq!(count(&greedy)[..5], [8, 8, 8, 8, 1]);
        assert_eq!(count(&strangers(&queue, 20..21)), [1]);
        let more = strangers(&queue, 20..100);
        assert_eq!(count(&more).iter().sum::<usize>(), 8, "all have {}", 32 + FIRST);
        drop((greedy, more));
        assert!(queue.taken.lock().unwrap().by_whom.is_empty());
        assert_eq!(count(&strangers(&queue, 0..1)), [8]);
    }

    #[test]
    fn the_blocks_of_an_ipv6_network_share_its_places() {
        let queue = Arc::new(Queue::new(32));
        let blocks: Vec<Vec<Place>> =
            (0..40).map(|n| all(&queue, &browser(&format!("2001:db8:1:{n:x}::1"), None))).collect();
        assert_eq!(count(&blocks).iter().sum::<usize>(), 8);
        assert_eq!(all(&queue, &browser("2001:db8:2::1", None)).len(), 8);
    }

    #[test]
    fn however_many_browsers_an_account_has_it_leaves_places_for_others() {
        let queue = Arc::new(Queue::new(16));
        let full = all(&queue, &browser("192.0.2.1", None));
        let own = all(&queue, &browser("192.0.2.1", Some(7)));
        assert_eq!((full.len(), own.len()), (4, 2));
        assert!(queue.place(&browser("192.0.2.1", Some(8))).is_ok());
    }

    #[test]
    fn a_known_browser_finds_a_place_where_strangers_find_none() {
        let queue = Arc::new(Queue::new(4));
        let _full = strangers(&queue, 0..28);
        assert!(queue.place(&browser("192.0.2.99", None)).is_err());
        let user = queue.place(&browser("192.0.2.99", Some(1)));
        assert!(user.is_ok() && queue.place(&browser("192.0.2.99", Some(2))).is_err(), "kept for one");
    }
}
