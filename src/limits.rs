//! How many keys there can be. Deleted keys do not count.

use crate::error::{Error, Result};
use crate::text::grouped;

/// How many keys a user and an org can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Keys of one user in one org.
    pub keys_per_user: u64,
    /// Keys of all users of an org.
    pub keys_per_org: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { keys_per_user: 100_000, keys_per_org: 10_000_000 }
    }
}

impl Limits {
    /// Whether one more key can be created for a user with `of_user` keys in an org with `of_org` keys.
    ///
    /// # Errors
    /// `Conflict`, which names the limit.
    pub fn allow_one_more(&self, of_user: i64, of_org: i64) -> Result<()> {
        let reached = |count: i64, most: u64| u64::try_from(count).is_ok_and(|count| count >= most);
        let full = |whose: &str, most: u64| {
            let most = grouped(most);
            Err(Error::Conflict(format!("{whose} can have at most {most} keys. Delete keys that are no longer needed")))
        };
        if reached(of_user, self.keys_per_user) {
            return full("A user of an org", self.keys_per_user);
        }
        if reached(of_org, self.keys_per_org) {
            return full("An org", self.keys_per_org);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_beyond_a_limit_is_refused_by_a_sentence_that_names_the_limit() {
        let limits = Limits::default();
        assert!(limits.allow_one_more(99_999, 9_999_999).is_ok());
        let refused = |of_user, of_org| limits.allow_one_more(of_user, of_org).unwrap_err().to_string();
        assert!(refused(100_000, 100_000).contains("A user of an org can have at most 100,000 keys"));
        assert!(refused(5, 10_000_000).contains("An org can have at most 10,000,000 keys"));
    }
}
