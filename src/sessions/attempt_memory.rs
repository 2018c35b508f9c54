//! Attempts that memory keeps while the disk is full. An attempt is counted before it proves right, and until then it must take no
//! room on the disk. Only the writer's thread counts attempts, so it keeps them for itself.

use std::cell::RefCell;
use std::collections::HashMap;

use super::attempt_model::{Subject, Tally};
use super::guess_model::{Guess, WINDOW};
use crate::clock::Time;

/// Subjects that are kept; beyond, the one of the fewest failures is forgotten.
const MOST: usize = 10_000;

thread_local! {
    static TALLIES: RefCell<HashMap<String, Tally>> = RefCell::new(HashMap::new());
    static GUESSES: RefCell<HashMap<String, Vec<Guess>>> = RefCell::new(HashMap::new());
}

/// The tally of a subject, if memory has it. It is newer than what is stored, and may have no failure.
pub(super) fn find(subject: &Subject) -> Option<Tally> {
    TALLIES.with_borrow(|kept| kept.get(&subject.name).copied())
}

/// Keeps the tally of a subject.
pub(super) fn put(subject: &Subject, tally: Tally) {
    TALLIES.with_borrow_mut(|kept| {
        if kept.len() >= MOST && !kept.contains_key(&subject.name) {
            let least = kept.iter().min_by_key(|(_, tally)| (tally.failures, tally.last_at));
            let least = least.map(|(name, _)| name.clone());
            least.and_then(|name| kept.remove(&name));
        }
        kept.insert(subject.name.clone(), tally);
    });
}

/// Forgets a subject, whose tally is stored from now on.
pub(super) fn forget(subject: &Subject) {
    TALLIES.with_borrow_mut(|kept| kept.remove(&subject.name));
}

/// The guesses at an account that still count.
pub(super) fn guesses(account: &str, now: Time) -> Vec<Guess> {
    let counts = |guess: &Guess| now < guess.at.plus(WINDOW);
    GUESSES.with_borrow(|kept| kept.get(account).into_iter().flatten().copied().filter(counts).collect())
}

/// Keeps a guess at an account, and forgets all that count no more. At most sixty of each account count.
pub(super) fn add_guess(account: &str, guess: Guess) {
    GUESSES.with_borrow_mut(|kept| {
        kept.retain(|_, guesses| guesses.iter().any(|earlier| guess.at < earlier.at.plus(WINDOW)));
        let guesses = kept.entry(account.to_owned()).or_default();
        guesses.retain(|earlier| guess.at < earlier.at.plus(WINDOW));
        guesses.push(guess);
    });
}

/// Forgets a guess that was right; whether memory had it.
pub(super) fn remove_guess(account: &str, guess: Guess) -> bool {
    GUESSES.with_borrow_mut(|kept| {
        let Some(guesses) = kept.get_mut(account) else { return false };
        let before = guesses.len();
        guesses.retain(|earlier| *earlier != guess);
        guesses.len() < before
    })
}
