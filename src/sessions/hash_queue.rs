//! Who may have a password judged or hashed: so many at once as the machine has cores, and a bounded queue behind them. One address gets at
//! most a quarter of the queue, and a part of it is kept for browsers that signed in before, so that nobody shuts the owner out by
//! sending more than we can hash. Whoever finds no place is told so at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::users::model::{NewPassword, Password};

use super::attempt_model::Subject;
use super::model::Browser;
use super::password;

/// Places for strangers behind each core. A hash takes some 20 ms of one, so the last one waits a third of a second.
const BEHIND_A_CORE: usize = 16;
/// Places that the known browsers of one account may hold: whoever signs in often with an account of their own has many such browsers.
const OF_ONE_ACCOUNT: usize = 2;

/// The queue of a node, with the places that are taken.
pub struct Queue {
    size: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    strangers: usize,
    known: usize,
    by_whom: HashMap<String, usize>,
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
        self.take(account, Subject::address(&browser.address).name)
    }

    fn new(size: usize) -> Queue {
        Queue { size, taken: Mutex::default() }
    }

    /// Takes a place for a known browser of this account, else for its address.
    fn take(self: &Arc<Queue>, account: Option<String>, address: String) -> Result<Place> {
        let known = account.filter(|account| self.admit(account, true));
        let is_known = known.is_some();
        if !is_known && !self.admit(&address, false) {
            return Err(Error::Unavailable("Too many people are signing in"));
        }
        Ok(Place { queue: Arc::clone(self), whose: known.unwrap_or(address), known: is_known })
    }

    fn admit(&self, whose: &str, known: bool) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let quarter = (self.size / 4).max(1);
        let (all, most, own_most) = match known {
            true => (taken.known, quarter, OF_ONE_ACCOUNT),
            false => (taken.strangers, self.size, quarter),
        };
        if all >= most || taken.by_whom.get(whose).is_some_and(|own| *own >= own_most) {
            return false;
        }
        *taken.count(known) += 1;
        *taken.by_whom.entry(whose.to_owned()).or_default() += 1;
        true
    }

    fn leave(&self, whose: &str, known: bool) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        *taken.count(known) -= 1;
        if let Some(own) = taken.by_whom.get_mut(whose) {
            *own -= 1;
            if *own == 0 {
                taken.by_whom.remove(whose);
            }
        }
    }
}

impl Taken {
    fn count(&mut self, known: bool) -> &mut usize {
        if known { &mut self.known } else { &mut self.strangers }
    }
}

/// A place in the queue, given back when it is dropped.
pub struct Place {
    queue: Arc<Queue>,
    whose: String,
    known: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.queue.leave(&self.whose, self.known);
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

    fn strangers(queue: &Arc<Queue>, address: &str, count: usize) -> Vec<Place> {
        (0..count).filter_map(|_| queue.take(None, address.to_owned()).ok()).collect()
    }

    #[test]
    fn one_address_gets_a_quarter_and_all_together_no_more_than_there_is() {
        let queue = Arc::new(Queue::new(32));
        let one = strangers(&queue, "address:1", 100);
        assert_eq!(one.len(), 8);
        let others: Vec<Vec<Place>> = (2..9).map(|n| strangers(&queue, &format!("address:{n}"), 100)).collect();
        assert_eq!(others.iter().map(Vec::len).collect::<Vec<_>>(), [8, 8, 8, 0, 0, 0, 0]);
        drop(one);
        assert_eq!(strangers(&queue, "address:9", 100).len(), 8);
    }

    #[test]
    fn however_many_browsers_an_account_has_it_leaves_places_for_others() {
        let (queue, user) = (Arc::new(Queue::new(16)), UserId::new(7));
        let browser = |user| {
            let device = Some(Device::new(user, 0).unwrap());
            Browser { session: None, address: "192.0.2.1".to_owned(), agent: String::new(), device }
        };
        let full = strangers(&queue, &Subject::address("192.0.2.1").name, 100);
        let own: Vec<Place> = (0..9).filter_map(|_| queue.place(&browser(user)).ok()).collect();
        assert_eq!((full.len(), own.len()), (4, 2));
        assert!(queue.place(&browser(UserId::new(8))).is_ok());
    }

    #[test]
    fn a_known_browser_finds_a_place_where_strangers_find_none() {
        let queue = Arc::new(Queue::new(4));
        let full: Vec<Vec<Place>> = (0..4).map(|n| strangers(&queue, &format!("address:{n}"), 1)).collect();
        assert!(queue.take(None, "address:9".into()).is_err());
        let owner = queue.take(Some("account:1".into()), "address:9".into());
        assert!(owner.is_ok() && queue.take(Some("account:2".into()), "address:9".into()).is_err(), "kept for one");
        drop((full, owner));
        assert!(queue.taken.lock().unwrap().by_whom.is_empty());
    }
}
