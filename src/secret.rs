//! The installation's secret: a list, the first seals, the rest still open. From it come keys for single
//! purposes, so that a token of one kind is never good as another.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};

/// The installation's secrets, shared by all nodes. Masked in logs.
#[derive(Clone)]
pub struct Secrets(Arc<Vec<Vec<u8>>>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} hidden)", self.0.len())
    }
}

/// Fills an array from the operating system's generator.
///
/// # Errors
/// If the operating system has no randomness to give.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(Error::unexpected)?;
    Ok(bytes)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads lower- or upper-case hexadecimal; `None` if it is anything else.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    // from_str_radix would take a sign too
    let even = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    even.then(|| (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect()).flatten()
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

impl Secrets {
    /// Secrets from the lines of the secret file; each at least 32 characters.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn parse(text: &str) -> Result<Secrets, String> {
        let lines: Vec<&str> =
            text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        if lines.is_empty() {
            return Err("the secret file is empty".into());
        }
        if lines.iter().any(|line| line.len() < 32) {
            return Err("each line of the secret file needs 32 characters or more".into());
        }
        Ok(Secrets(Arc::new(lines.into_iter().map(|line| line.as_bytes().to_vec()).collect())))
    }

    /// The key that seals for `purpose`, from the first secret.
    pub fn key(&self, purpose: &str) -> SealKey {
        SealKey(mac(&self.0[0], &[purpose.as_bytes()]))
    }

    /// All keys for `purpose`: the sealing one first, then those that still open.
    pub fn keys(&self, purpose: &str) -> Vec<SealKey> {
        self.0.iter().map(|secret| SealKey(mac(secret, &[purpose.as_bytes()]))).collect()
    }
}

/// A key for one purpose. It has no `Debug` that would show it.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(hidden)")
    }
}

impl SealKey {
    /// HMAC-SHA-256 (RFC 2104) over the length-prefixed parts.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.0, parts)
    }

    /// 64 bytes for the cookie jar, which wants a signing and an encryption half.
    pub fn double(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&self.mac(&[b"first half"]));
        bytes[32..].copy_from_slice(&self.mac(&[b"second half"]));
        bytes
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { unreachable!("HMAC takes keys of any length") };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Whether two byte strings are equal, in a time that does not depend on where they differ.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "one-secret-of-more-than-thirty-two-characters";

    #[test]
    fn a_short_or_empty_secret_is_refused() {
        assert!(Secrets::parse("short").is_err());
        assert!(Secrets::parse("\n# only a comment\n").is_err());
        assert!(Secrets::parse(ONE).is_ok());
    }

    #[test]
    fn keys_of_two_purposes_differ_and_old_secrets_still_open() {
        let old = Secrets::parse(ONE).unwrap();
        let both = Secrets::parse(&format!("another-secret-of-more-than-32-characters\n{ONE}")).unwrap();
        let sealed = old.key("forms").mac(&[b"x"]);
        assert_ne!(sealed, old.key("audit").mac(&[b"x"]));
        assert_ne!(sealed, both.key("forms").mac(&[b"x"]));
        assert!(both.keys("forms").iter().any(|key| key.mac(&[b"x"]) == sealed));
    }

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let key = Secrets::parse(ONE).unwrap().key("audit");
        assert_ne!(key.mac(&[b"ab", b"c"]), key.mac(&[b"a", b"bc"]));
    }

    #[test]
    fn secrets_never_show() {
        let secrets = Secrets::parse(ONE).unwrap();
        assert!(!format!("{secrets:?} {:?}", secrets.key("x")).contains("one-secret"));
    }

    #[test]
    fn hexadecimal_goes_there_and_back() {
        assert_eq!(unhex(&hex(&[0, 255, 16])), Some(vec![0, 255, 16]));
        assert_eq!(unhex("abc"), None);
        assert_eq!(unhex("zz"), None);
        assert_eq!(unhex("+f"), None);
    }
}
