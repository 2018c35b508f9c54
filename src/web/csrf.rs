//! Form tokens: each is an HMAC over the session (or, signed out, over a short random cookie), masked afresh in every answer
//! so that compression cannot be made to tell it. A page of somebody who acts as another says so in its tokens.

use crate::error::Result;
use crate::id::UserId;
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

/// A new token for a form, on a page of somebody who acts as `typed_as`, or as themselves.
///
/// # Errors
/// If there is no randomness to be had.
pub fn token(key: &SealKey, seed: &Seed, typed_as: Option<UserId>) -> Result<String> {
    let mask: [u8; 32] = random()?;
    let whom = typed_as.map_or_else(String::new, |user| user.to_string());
    let sealed = key.mac(&[&seed.0, whom.as_bytes()]);
    let masked: Vec<u8> = sealed.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    Ok(format!("{whom}.{}{}", hex(&mask), hex(&masked)))
}

/// As whom its page's person acted, if the token was made for this seed under this key: `Some(None)` as themselves.
pub fn check(key: &SealKey, seed: &Seed, token: &str) -> Option<Option<UserId>> {
    let (whom, token) = token.split_once('.')?;
    let typed_as = if whom.is_empty() { None } else { Some(UserId::parse(whom)?) };
    let bytes = unhex(token).filter(|bytes| bytes.len() == 64)?;
    let (mask, masked) = bytes.split_at(32);
    let sealed: Vec<u8> = masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    same(&key.mac(&[&seed.0, whom.as_bytes()]), &sealed).then_some(typed_as)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secrets;

    #[test]
    fn a_token_is_good_for_its_own_seed_only_and_never_looks_the_same() {
        let key = Secrets::parse("a secret of the tests, which is long enough").unwrap().key("forms");
        let (mine, yours) = (Seed::session(&[1; 32]), Seed::session(&[2; 32]));
        let make = |whom| token(&key, &mine, whom).unwrap();
        let (one, two) = (make(None), make(None));
        assert_ne!(one, two);
        assert_eq!([&one, &two].map(|token| check(&key, &mine, token)), [Some(None); 2]);
        assert_eq!(check(&key, &yours, &one), None);
        for wrong in
            ["", ".", "00", &one[..127], &one[1..], &format!(".{}", "g".repeat(128)), &format!(".{}", "0".repeat(128))]
        {
            assert_eq!(check(&key, &mine, wrong), None, "{wrong:?}");
        }
        let bob = UserId::new(104);
        assert_eq!(check(&key, &mine, &make(Some(bob))), Some(Some(bob)));
        for wrong in
            [format!("104{one}"), make(Some(bob)).replacen("104", "105", 1), make(Some(bob)).replacen("104", "", 1)]
        {
            assert_eq!(check(&key, &mine, &wrong), None, "{wrong:?}");
        }
    }
}
