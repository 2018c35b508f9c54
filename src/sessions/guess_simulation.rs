//! Simulates networks that guess at one account for minutes under the rules of `guess_model`. Its user may come at any moment from another
//! network, new to the account or with an old failure, and must be let in.

use std::collections::{HashMap, VecDeque};

use super::attempt_model::{Subject, Tally};
use super::guess_model::{Counted, Guess, Guesses, Standing, WINDOW};
use crate::clock::{HOUR, MINUTE, SECOND, Time};

const BEGIN: Time = Time::from_micros(1_000_000 * SECOND);
/// A network polls four times a second.
const PAUSE: i64 = SECOND / 4;
const NEW: u32 = 1_000;
const FAILED_AN_HOUR_AGO: u32 = 1_001;
/// The user mistypes in this network, half a minute after the attack begins.
const MISTYPED: u32 = 1_002;
const MISTYPED_AT: Time = BEGIN.plus(30 * SECOND);

/// The stored facts of one account. Each network has one address.
struct Account {
    failures: HashMap<u32, Tally>,
    guesses: Guesses,
    judged: VecDeque<Time>,
    most_in_a_minute: usize,
}

impl Account {
    fn new() -> Account {
        let once = |last_at| Tally { failures: 1, last_at };
        let failures = [(FAILED_AN_HOUR_AGO, once(BEGIN.plus(-HOUR))), (MISTYPED, once(MISTYPED_AT))];
        Account {
            failures: HashMap::from(failures),
            guesses: Guesses::default(),
            judged: VecDeque::new(),
            most_in_a_minute: 0,
        }
    }

    fn failures_of(&self, network: u32, now: Time) -> Tally {
        self.failures.get(&network).copied().unwrap_or(Tally { failures: 0, last_at: now })
    }

    fn admits(&self, network: u32, now: Time) -> Result<Guess, u32> {
        let tally = self.failures_of(network, now);
        Standing { network: tally, address: tally, guesses: &self.guesses, known_device: false }.admit(now)
    }

    /// Counts an attempt, as `actions::attempt` does.
    fn count(&mut self, network: u32, now: Time) -> Option<Counted> {
        let guess = self.admits(network, now).ok()?;
        let before = self.failures_of(network, now);
        self.failures.insert(network, Tally { failures: before.counted(now) + 1, last_at: now });
        self.guesses.0.retain(|old| old.at.plus(WINDOW) > now);
        self.guesses.0.push(guess);
        let subject = Subject { name: network.to_string() };
        Some(Counted { at: now, subjects: vec![(subject, before)], guess: Some((String::new(), guess)) })
    }

    /// A wrong password or code.
    fn fail(&mut self, network: u32, now: Time) {
        if self.count(network, now).is_some() {
            self.judged.push_back(now);
            while self.judged.front().is_some_and(|first| first.plus(MINUTE) <= now) {
                self.judged.pop_front();
            }
            self.most_in_a_minute = self.most_in_a_minute.max(self.judged.len());
        }
    }

    /// The right password where a code is still to come, then a wrong code.
    fn fail_with_a_code(&mut self, network: u32, now: Time) {
        let Some(counted) = self.count(network, now) else { return };
        let (_, before) = &counted.subjects[0];
        let Some((_, guess)) = &counted.guess else { return };
        let restored = counted.taken_back(*before, self.failures_of(network, now), false);
        self.failures.insert(network, restored);
        self.guesses.0.retain(|old| old != guess);
        self.fail(network, now);
    }
}

/// So many networks guess for five minutes, each beginning at a moment of its own in the first ten seconds.
fn attack(networks: u32, seed: i64, fail: fn(&mut Account, u32, Time), meanwhile: impl Fn(&Account, Time)) -> Account {
    let mut account = Account::new();
    for tick in 0..5 * MINUTE / PAUSE {
        for network in 0..networks {
            let delay = (i64::from(network) * 7_919 + seed * 104_729) % 40;
            if tick >= delay {
                let now = BEGIN.plus(tick * PAUSE + i64::from(network));
                fail(&mut account, network, now);
                meanwhile(&account, now);
            }
        }
    }
    account
}

fn lets_the_user_in(account: &Account, now: Time) {
    let rested = now >= MISTYPED_AT.plus(WINDOW);
    let networks = if rested { &[NEW, FAILED_AN_HOUR_AGO, MISTYPED][..] } else { &[NEW, FAILED_AN_HOUR_AGO] };
    for network in networks.iter().copied() {
        assert!(
            account.admits(network, now).is_ok(),
            "network {network} after {} s",
            (now.micros() - BEGIN.micros()) / SECOND
        );
    }
}

#[test]
fn the_user_is_let_in_at_any_moment_while_twenty_networks_guess_and_a_minute_after_mistyping() {
    for seed in 0..5 {
        for fail in [Account::fail, Account::fail_with_a_code] {
            let account = attack(20, seed, fail, lets_the_user_in);
            assert!((21..=60).contains(&account.most_in_a_minute), "{}", account.most_in_a_minute);
        }
    }
}

#[test]
fn however_many_networks_guess_sixty_guesses_are_judged_in_any_minute() {
    for networks in [1, 24, 60, 150] {
        let account = attack(networks, 3, Account::fail, |_, _| ());
        assert!(account.most_in_a_minute <= 60, "{networks}: {}", account.most_in_a_minute);
        assert!(networks > 1 || account.most_in_a_minute <= 11, "{}", account.most_in_a_minute);
    }
}
