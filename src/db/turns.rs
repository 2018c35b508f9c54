//! Which accounts signed in or out within the last minute while the disk was full. One node writes a SQLite file, so memory holds this.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::id::UserId;

/// Between two turns of an account.
const PAUSE: Duration = Duration::from_secs(60);

/// What an account does for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// Signs in, or confirms its password.
    In,
    /// Ends sessions of its own, or changes its password, which ends them too.
    Out,
}

/// When accounts had their last turns.
#[derive(Default)]
pub(super) struct Turns(HashMap<(Way, UserId), Instant>);

impl Turns {
    /// Whether the account had a turn within the last minute.
    pub(super) fn had_lately(&self, way: Way, user: UserId, now: Instant) -> bool {
        self.0.get(&(way, user)).is_some_and(|at| now.duration_since(*at) < PAUSE)
    }

    /// Notes a turn, and forgets those that no longer count.
    pub(super) fn note(&mut self, way: Way, user: UserId, now: Instant) {
        self.0.retain(|_, at| now.duration_since(*at) < PAUSE);
        self.0.insert((way, user), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_one_turn_in_a_minute_for_each_way() {
        let (mut turns, start) = (Turns::default(), Instant::now());
        let [ann, bob] = [1, 2].map(UserId::new);
        turns.note(Way::In, ann, start);
        let later = |seconds| start + Duration::from_secs(seconds);
        assert!(turns.had_lately(Way::In, ann, start) && turns.had_lately(Way::In, ann, later(59)));
        assert!(!turns.had_lately(Way::In, ann, later(60)));
        assert!(!turns.had_lately(Way::Out, ann, start) && !turns.had_lately(Way::In, bob, start));
        turns.note(Way::In, bob, later(61));
        assert_eq!(turns.0.len(), 1);
    }
}
