//! Warnings that the log names once in a process, however many requests bring their cause.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The most causes of a kind that are remembered. Further ones are not logged, so that the log does not fill with them.
const MOST: usize = 16;

/// The causes that the log has named. Clones share them.
#[derive(Clone, Default)]
pub struct Warned(Arc<Mutex<HashMap<&'static str, Vec<String>>>>);

impl Warned {
    /// Whether a cause is to be logged: at its first time, unless too many of its kind were. Kinds do not count for each other, as clients
    /// choose the causes of some.
    pub fn first(&self, kind: &'static str, cause: &str) -> bool {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kinds.entry(kind).or_default();
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
    fn each_cause_is_named_once_and_at_most_sixteen_of_a_kind_are() {
        let warned = Warned::default();
        assert!(warned.first("kind", "a") && !warned.first("kind", "a") && !warned.clone().first("kind", "a"));
        assert_eq!((0..100).filter(|n| warned.first("kind", &n.to_string())).count(), 15);
        assert!(warned.first("another kind", "a"));
    }
}
