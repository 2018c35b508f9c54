//! How many guesses at one account are judged within a minute, from all networks together. The guesses are shared out to lanes, so
//! that a network that guesses again and again cannot use up what a network needs that never failed.

use super::attempt_model::{FREE_OF_ADDRESS, FREE_OF_NETWORK, Subject, Tally};
use crate::clock::{AHEAD, MINUTE, SECOND, Time};

/// How long a guess counts, in microseconds.
pub const WINDOW: i64 = MINUTE;

/// The relation of a network to an account, by its failures there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// It has no failure that is remembered.
    New,
    /// Its last failure was a minute ago or earlier.
    Rested,
    /// It failed within the last minute.
    Busy,
    /// For codes from a known device whose network's own lane is full.
    Known,
}

impl Lane {
    /// All of them.
    pub const ALL: [Lane; 4] = [Lane::New, Lane::Rested, Lane::Busy, Lane::Known];

    /// This many guesses are judged in each minute. A network takes one place of `New` in a day, and one of `Rested` in a minute: twenty
    /// attacking networks leave places in both.
    pub const fn limit(self) -> usize {
        match self {
            Lane::New | Lane::Rested => 24,
            Lane::Busy => 8,
            Lane::Known => 4,
        }
    }

    /// The lane of a network with these failures on the account.
    pub fn of(tally: &Tally, now: Time) -> Lane {
        let is_recent = tally.last_at.plus(WINDOW) > now && tally.last_at <= now.plus(AHEAD);
        match tally.counted(now) {
            0 => Lane::New,
            _ if is_recent => Lane::Busy,
            _ => Lane::Rested,
        }
    }

    /// As it is stored.
    pub fn number(self) -> i64 {
        match self {
            Lane::New => 0,
            Lane::Rested => 1,
            Lane::Busy => 2,
            Lane::Known => 3,
        }
    }

    /// From what is stored.
    pub fn from_number(number: i64) -> Option<Lane> {
        Lane::ALL.into_iter().find(|lane| lane.number() == number)
    }
}

/// A guess at an account. No two guesses at one account have the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess {
    /// The lane that it was judged in.
    pub lane: Lane,
    /// When it was judged.
    pub at: Time,
}

/// The guesses at an account that are stored, oldest first.
#[derive(Debug, Default)]
pub struct Guesses(pub Vec<Guess>);

impl Guesses {
    /// The guess that may be judged now, in the first of these lanes with a free place.
    ///
    /// # Errors
    /// In how many seconds a lane has a free place.
    pub fn admit(&self, lanes: &[Lane], now: Time) -> Result<Guess, u32> {
        let waits = lanes.iter().map(|lane| (*lane, self.wait(*lane, now)));
        let free = waits.clone().find_map(|(lane, wait)| wait.is_none().then_some(lane));
        let shortest = waits.filter_map(|(_, wait)| wait).min();
        free.map(|lane| Guess { lane, at: self.unused(now) }).ok_or(shortest.unwrap_or(1))
    }

    /// In how many seconds the lane has a free place; `None` if it has one now. A guess that lies further ahead than clocks may differ was
    /// dated by a clock that was wrong, and does not count.
    fn wait(&self, lane: Lane, now: Time) -> Option<u32> {
        let counts = |guess: &Guess| guess.lane == lane && now < guess.at.plus(WINDOW) && guess.at <= now.plus(AHEAD);
        let times: Vec<Time> = self.0.iter().filter(|guess| counts(guess)).map(|guess| guess.at).collect();
        let frees = times.get(times.len().checked_sub(lane.limit())?)?.plus(WINDOW);
        let seconds = (frees.micros() - now.micros() + SECOND - 1) / SECOND;
        Some(u32::try_from(seconds.clamp(1, WINDOW / SECOND)).unwrap_or(1))
    }

    fn unused(&self, now: Time) -> Time {
        let mut at = now;
        while self.0.iter().any(|guess| guess.at == at) {
            at = at.plus(1);
        }
        at
    }
}

/// The facts by which a password or code from a network is judged now, or has to wait.
pub struct Standing<'a> {
    /// The failures of the network on the account.
    pub network: Tally,
    /// The failures of the address on all accounts.
    pub address: Tally,
    /// The guesses at the account, from all networks.
    pub guesses: &'a Guesses,
    /// Whether it is a code from a known device.
    pub known_device: bool,
}

impl Standing<'_> {
    /// The guess that may be judged now.
    ///
    /// # Errors
    /// How many seconds the attempt has to wait.
    pub fn admit(&self, now: Time) -> Result<Guess, u32> {
        let waits = [self.network.wait(FREE_OF_NETWORK, now), self.address.wait(FREE_OF_ADDRESS, now)];
        if let Some(seconds) = waits.into_iter().flatten().max() {
            return Err(seconds);
        }
        let lanes = [Lane::of(&self.network, now), Lane::Known];
        self.guesses.admit(if self.known_device { &lanes } else { &lanes[..1] }, now)
    }
}

/// An attempt that counts as a failure until it proves right.
pub struct Counted {
    /// When it was counted.
    pub at: Time,
    /// What it was counted for, with the failures before it.
    pub subjects: Vec<(Subject, Tally)>,
    /// The account, by its name, and the guess at it; `None` if a known device’s counter took the attempt.
    pub guess: Option<(String, Guess)>,
}

impl Counted {
    /// The failures of a subject after the attempt proved right, if they are now this many. `all`: the earlier ones were honest too.
    pub fn taken_back(&self, before: Tally, now: Tally, all: bool) -> Tally {
        let last_at = if now.last_at == self.at { before.last_at } else { now.last_at };
        Tally { failures: if all { 0 } else { now.failures - 1 }, last_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::attempt_model::MEMORY;

    const THEN: Time = Time::from_micros(1_000_000 * SECOND);

    fn guesses(lane: Lane, count: i64) -> Guesses {
        Guesses((0..count).map(|n| Guess { lane, at: THEN.plus(n * SECOND) }).collect())
    }

    #[test]
    fn all_lanes_together_judge_sixty_guesses_in_a_minute() {
        assert_eq!(Lane::ALL.map(Lane::limit).iter().sum::<usize>(), 60);
        assert!(Lane::ALL.iter().all(|lane| Lane::from_number(lane.number()) == Some(*lane)));
        assert_eq!(Lane::from_number(4), None);
    }

    #[test]
    fn the_lane_of_a_network_follows_from_its_failures() {
        let lane = |failures, later| Lane::of(&Tally { failures, last_at: THEN }, THEN.plus(later));
        assert_eq!([lane(0, 0), lane(7, MEMORY)], [Lane::New, Lane::New]);
        assert_eq!([lane(1, 0), lane(1, WINDOW - 1)], [Lane::Busy, Lane::Busy]);
        assert_eq!([lane(1, WINDOW), lane(7, MEMORY - 1)], [Lane::Rested, Lane::Rested]);
        assert_eq!([lane(1, -AHEAD), lane(1, -AHEAD - 1)], [Lane::Busy, Lane::Rested]);
    }

    #[test]
    fn a_full_lane_has_a_free_place_a_minute_after_its_oldest_guess() {
        let full = guesses(Lane::Busy, 8);
        let admit = |later: i64| full.admit(&[Lane::Busy], THEN.plus(later)).map(|guess| guess.lane);
        assert_eq!([admit(7 * SECOND), admit(WINDOW - 1)], [Err(53), Err(1)]);
        assert_eq!(admit(WINDOW), Ok(Lane::Busy));
        assert_eq!(
            guesses(Lane::Busy, 7).admit(&[Lane::Busy], THEN.plus(7 * SECOND)).map(|guess| guess.lane),
            Ok(Lane::Busy)
        );
        assert_eq!(full.admit(&[Lane::New], THEN).map(|guess| guess.lane), Ok(Lane::New));
        assert_eq!(full.admit(&[Lane::Busy, Lane::Known], THEN).map(|guess| guess.lane), Ok(Lane::Known));
    }

    #[test]
    fn guesses_have_different_times_and_those_of_a_wrong_clock_do_not_count() {
        let three = guesses(Lane::New, 3);
        let guess = three.admit(&[Lane::New], THEN.plus(SECOND)).unwrap();
        assert_eq!(guess.at, THEN.plus(SECOND + 1));
        let full = guesses(Lane::Busy, 8);
        assert_eq!(full.admit(&[Lane::Busy], THEN.plus(7 * SECOND - AHEAD)), Err(60));
        assert!(full.admit(&[Lane::Busy], THEN.plus(-AHEAD - 1)).is_ok());
    }
}
