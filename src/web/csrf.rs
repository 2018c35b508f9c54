//! Form tokens: each is an HMAC over the session (or, signed out, over a short random cookie), masked afresh in every answer
//! so that compression cannot be made to tell it.

use crate::error::Result;
use crate::secret::{SealKey, hex, random, same, unhex};

/// What a token is bound to: a session's hash, or the value of the signed-out form cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed(Vec<u8>);

impl Seed {
    /// Bound to a session.
    pub fn session(hash: &[u8; 32]) -> Seed {
        Seed([b"session:", hash.as_slice()].concat())
    }

    /// Bound to the signed-out form cookie.
    pub fn cookie(value: &str) -> Seed {
        Seed([b"cookie:", value.as_bytes()].concat())
    }

    /// The bytes, for what else is bound to the browser.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A new token for a form.
///
/// # Errors
/// If there is no randomness to be had.
pub fn token(key: &SealKey, seed: &Seed) -> Result<String> {
    let mask: [u8; 32] = random()?;
    let sealed = key.mac(&[&seed.0]);
    let masked: Vec<u8> = sealed.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    Ok(format!("{}{}", hex(&mask), hex(&masked)))
}

/// Whether a token was made for this seed under one of the keys.
pub fn matches(keys: &[SealKey], seed: &Seed, token: &str) -> bool {
    let Some(bytes) = unhex(token).filter(|bytes| bytes.len() == 64) else { return false };
    let (mask, masked) = bytes.split_at(32);
    let sealed: Vec<u8> = masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    keys.iter().any(|key| same(&key.mac(&[&seed.0]), &sealed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secrets;

    #[test]
    fn a_token_is_good_for_its_own_seed_only_and_never_looks_the_same() {
        let keys = Secrets::parse(&"k".repeat(40)).unwrap().keys("forms");
        let (mine, yours) = (Seed::session(&[1; 32]), Seed::session(&[2; 32]));
        let (one, two) = (token(&keys[0], &mine).unwrap(), token(&keys[0], &mine).unwrap());
        assert_ne!(one, two);
        assert!(matches(&keys, &mine, &one) && matches(&keys, &mine, &two));
        assert!(!matches(&keys, &yours, &one));
        for wrong in ["", "00", &one[..126], &"g".repeat(128), &"0".repeat(128)] {
            assert!(!matches(&keys, &mine, wrong), "{wrong:?}");
        }
    }
}
