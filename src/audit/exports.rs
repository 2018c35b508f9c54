//! The exports that run on this node: two at a time for each org, so that no org keeps the readers from the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::id::OrgId;

/// Exports of one org at a time.
const MOST: usize = 2;
/// When to try again, in seconds.
const PAUSE: u32 = 10;

type Running = Arc<Mutex<HashMap<OrgId, usize>>>;

/// Counts the running exports.
#[derive(Debug, Clone, Default)]
pub struct Exports(Running);

/// A running export; it ends when this is dropped.
#[derive(Debug)]
pub struct Permit {
    running: Running,
    org: OrgId,
}

impl Exports {
    /// Begins an export of this org.
    ///
    /// # Errors
    /// `TooMany` if as many run already as may.
    pub fn begin(&self, org: OrgId) -> Result<Permit> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = running.entry(org).or_insert(0);
        if *count >= MOST {
            return Err(Error::TooMany(PAUSE));
        }
        *count += 1;
        Ok(Permit { running: Arc::clone(&self.0), org })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let left = running.get(&self.org).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            running.remove(&self.org);
        } else {
            running.insert(self.org, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_export_waits_until_one_ends_and_other_orgs_do_not_wait() {
        let (exports, one, other) = (Exports::default(), OrgId::new(1), OrgId::new(2));
        let first = exports.begin(one).unwrap();
        let _second = exports.begin(one).unwrap();
        assert_eq!(exports.begin(one).unwrap_err().status(), 429);
        assert!(exports.begin(other).is_ok());
        drop(first);
        assert!(exports.begin(one).is_ok());
    }
}
