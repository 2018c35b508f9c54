//! The installation's secret: a list of lines. The first line seals, and it alone opens what travels through browsers; the older lines
//! open only data at rest from their time. From each line come keys for single purposes, so that a token of one kind is never valid as
//! another.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};

/// The installation's secrets, shared by all nodes, the newest first. Masked in logs.
#[derive(Clone)]
pub struct Secrets(Arc<Vec<Vec<u8>>>);

/// Fewer different characters than this are no random secret; 16 random bytes in hexadecimal nearly always have 12 or more.
const LEAST_DIFFERENT: usize = 8;
/// A text shorter than this is no secret however often it is repeated.
const LEAST_UNREPEATED: usize = 16;

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
        // older lines stay, as the trail is checked with them
        if is_easily_guessed(lines[0].as_bytes()) {
            return Err("the first line of the secret file has too few different characters, or repeats itself; \
                        put a random line in front of it, such as: openssl rand -hex 32"
                .into());
        }
        Ok(Secrets(Arc::new(lines.into_iter().map(|line| line.as_bytes().to_vec()).collect())))
    }

    /// The key for `purpose`, from the first line.
    pub fn key(&self, purpose: &str) -> SealKey {
        key_of(&self.0[0], purpose)
    }

    /// The keys for data at rest, from all lines. Never use them for what comes from a browser: the holder of an old line could forge it.
    pub fn keys_at_rest(&self, purpose: &str) -> KeysAtRest {
        KeysAtRest(self.0.iter().map(|line| key_of(line, purpose)).collect())
    }

    /// The public names of the lines, in their order.
    pub fn lines(&self) -> Vec<Line> {
        self.0.iter().map(|line| Line(hex(&mac(line, &[b"the name of this line"])[..8]))).collect()
    }
}

fn key_of(line: &[u8], purpose: &str) -> SealKey {
    SealKey(mac(line, &[purpose.as_bytes()]))
}

fn is_easily_guessed(line: &[u8]) -> bool {
    let different: BTreeSet<&u8> = line.iter().collect();
    let repeats = |period: &usize| line.iter().zip(&line[*period..]).all(|(one, later)| one == later);
    different.len() < LEAST_DIFFERENT || (1..LEAST_UNREPEATED).any(|period| repeats(&period))
}

/// The public name of a line of the secret file: it tells lines apart and reveals nothing of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    /// As it was stored.
    pub fn stored(text: String) -> Line {
        Line(text)
    }

    /// To be stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The keys for data at rest, one for each line of the secret file, the newest first.
#[derive(Debug, Clone)]
pub struct KeysAtRest(Vec<SealKey>);

impl KeysAtRest {
    /// The key of the first line.
    pub fn newest(&self) -> &SealKey {
        &self.0[0]
    }

    /// The key of the line at this place of the file, from 0.
    pub fn at(&self, line: usize) -> Option<&SealKey> {
        self.0.get(line)
    }

    /// All keys.
    pub fn iter(&self) -> impl Iterator<Item = &SealKey> {
        self.0.iter()
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
    fn a_secret_of_few_different_characters_or_of_a_repeated_text_is_refused() {
        let alphabet = "abcdefghijklmnopqrstuvwxyz".repeat(2);
        for weak in ["k".repeat(32), "abcabcab".repeat(5), "changeme12345678"[..15].repeat(3), "0123456789".repeat(4)] {
            let refused = |text: &str| Secrets::parse(text).is_err_and(|why| why.contains("openssl rand"));
            assert!(refused(&weak) && refused(&format!("{weak}\n{ONE}")), "{weak}");
            assert!(Secrets::parse(&format!("{ONE}\n{weak}")).is_ok(), "an older line stays");
        }
        assert!(Secrets::parse(&alphabet).is_ok());
        for _ in 0..200 {
            // `openssl rand -hex 16`, the shortest that is long enough
            assert!(Secrets::parse(&hex(&random::<16>().unwrap())).is_ok());
        }
    }

    #[test]
    fn keys_of_two_purposes_differ_and_an_old_line_has_keys_for_data_at_rest_only() {
        let old = Secrets::parse(ONE).unwrap();
        let both = Secrets::parse(&format!("another-secret-of-more-than-32-characters\n{ONE}")).unwrap();
        let sealed = old.key("forms").mac(&[b"x"]);
        assert_ne!(sealed, old.key("audit").mac(&[b"x"]));
        assert_ne!(sealed, both.key("forms").mac(&[b"x"]));
        let at_rest: Vec<_> = both.keys_at_rest("forms").iter().map(|key| key.mac(&[b"x"])).collect();
        assert_eq!(at_rest, [both.key("forms").mac(&[b"x"]), sealed]);
        assert_eq!(both.lines()[1], old.lines()[0]);
        assert_ne!(both.lines()[0], both.lines()[1]);
    }

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let key = Secrets::parse(ONE).unwrap().key("audit");
        assert_ne!(key.mac(&[b"ab", b"c"]), key.mac(&[b"a", b"bc"]));
    }

    #[test]
    fn secrets_never_show() {
        let secrets = Secrets::parse(ONE).unwrap();
        let shown = format!("{secrets:?} {:?} {:?}", secrets.key("x"), secrets.keys_at_rest("x"));
        assert!(!shown.contains("one-secret"), "{shown}");
    }

    #[test]
    fn hexadecimal_goes_there_and_back() {
        assert_eq!(unhex(&hex(&[0, 255, 16])), Some(vec![0, 255, 16]));
        assert_eq!(unhex("abc"), None);
        assert_eq!(unhex("zz"), None);
        assert_eq!(unhex("+f"), None);
    }
}
