//! Warnings that the log names once in a process, however many requests bring their cause.

use std::sync::{Arc, Mutex, PoisonError};

/// The most causes that are remembered. Further ones are not logged, so that no caller fills the log with them.
const MOST: usize = 16;

/// The causes that the log has named. Clones share them.
#[derive(Clone, Default)]
pub struct Warned(Arc<Mutex<Vec<String>>>);

impl Warned {
    /// Whether a cause is to be logged: at its first time, unless too many were.
    pub fn first(&self, cause: &str) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = known.len() < MOST && !known.iter().any(|named| named == cause);
        if new {
            known.push(cause.to_owned());
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::Warned;

    #[test]
    fn each_cause_is_named_once_and_at_most_sixteen_are() {
        let warned = Warned::default();
        assert!(warned.first("a") && !warned.first("a") && !warned.clone().first("a"));
        assert_eq!((0..100).filter(|n| warned.first(&n.to_string())).count(), 15);
    }
}
