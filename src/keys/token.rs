//! What an API key looks like: its shape and checksum, and how one is found in a text.

use std::fmt;

use rand::TryRng;
use rand::rngs::SysRng;

use crate::error::{Error, Result};
use crate::secret::sha256;
use crate::text;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ACCESS: usize = 20;
const SECRET: usize = 32;
const CHECK: usize = 6;
/// Of a whole key, with its `kh_` and the line between public and secret part.
const LENGTH: usize = 3 + ACCESS + 1 + SECRET + CHECK;

/// The public part of an API key: 20 base62 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccessKey(String);

impl AccessKey {
    /// From what is stored.
    pub fn stored(text: String) -> AccessKey {
        AccessKey(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A whole API key: `kh_<access key>_<secret><checksum>`. Shown once, masked in logs, never stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

impl Token {
    /// A new one, from the operating system's generator.
    ///
    /// # Errors
    /// If the random generator of the system fails.
    pub fn new() -> Result<Token> {
        let body = format!("kh_{}_{}", base62(ACCESS)?, base62(SECRET)?);
        let check = checksum(&body);
        Ok(Token(body + check.as_str()))
    }

    /// Reads a presented key; `None` if its shape or checksum is wrong, so that no database is asked for a typing error.
    pub fn parse(text: &str) -> Option<Token> {
        let rest = text.strip_prefix("kh_")?;
        let (access, secret) = rest.split_once('_')?;
        let shape = access.len() == ACCESS && secret.len() == SECRET + CHECK;
        let letters = (access.bytes().chain(secret.bytes())).all(|b| b.is_ascii_alphanumeric());
        if !shape || !letters {
            return None;
        }
        let (body, check) = text.split_at(text.len() - CHECK);
        (checksum(body) == check).then(|| Token(text.to_owned()))
    }

    /// The keys in a pasted text, each once, in their order. Only a good checksum makes a key, so what stands beside it, even
    /// another key without a gap, does not matter.
    pub fn all_in(text: &str) -> Vec<Token> {
        let text = text::without_invisible(text);
        let starts = text.match_indices("kh_").map(|(at, _)| at);
        let keys = starts.filter_map(|at| Token::parse(text.get(at..at + LENGTH)?));
        let mut found: Vec<Token> = Vec::new();
        keys.for_each(|key| {
            if !found.contains(&key) {
                found.push(key);
            }
        });
        found
    }

    /// The public part.
    pub fn access_key(&self) -> AccessKey {
        AccessKey(self.0[3..3 + ACCESS].to_owned())
    }

    /// Returns the hash that is stored.
    pub fn hash(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }

    /// The whole key, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The public part of something that looks like a whole key, good or not: what may be shown of it.
pub fn access_part(text: &str) -> Option<&str> {
    let rest = text.trim().strip_prefix("kh_")?;
    let access = rest.split('_').next().unwrap_or("");
    (access.len() == ACCESS && access.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(access)
}

/// Returns the text with each whole key, valid or not, cut to its access key; `None` for a text without a whole key.
pub fn without_secrets(text: &str) -> Option<String> {
    let mut clean = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("kh_") {
        let (before, key) = rest.split_at(at);
        clean.push_str(before);
        let end = key.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(key.len());
        match access_part(&key[..end]).filter(|access| end > access.len() + 4) {
            Some(access) => {
                clean.push_str(access);
                rest = &key[end..];
            }
            None => {
                clean.push_str("kh_");
                rest = &key[3..];
            }
        }
    }
    clean.push_str(rest);
    (clean != text).then_some(clean)
}

/// Reads a presented key into what the access layer wants.
pub fn parse_presented(text: &str) -> Option<(String, [u8; 32])> {
    Token::parse(text).map(|token| (token.access_key().0, token.hash()))
}

/// CRC32 in six base62 characters, the highest first.
fn checksum(text: &str) -> String {
    let mut number = crc32fast::hash(text.as_bytes()) as usize;
    let mut digits = [b'0'; CHECK];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[number % 62];
        number /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// Random base62 characters, each as likely as the other.
fn base62(length: usize) -> Result<String> {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0; 64];
        SysRng.try_fill_bytes(&mut bytes).map_err(Error::unexpected)?;
        let even = bytes.iter().filter(|byte| **byte < 248).map(|byte| char::from(BASE62[usize::from(*byte) % 62]));
        text.extend(even.take(length - text.len()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_published_shape_and_is_read_back() {
        let token = Token::new().unwrap();
        let text = token.reveal();
        assert_eq!((text.len(), &text[..3], &text[23..24]), (62, "kh_", "_"));
        assert_eq!(Token::parse(text), Some(token.clone()));
        assert_ne!(Token::new().unwrap(), token);
        assert!(!format!("{token:?}").contains(&text[24..]));
    }

    #[test]
    fn a_typing_error_anywhere_is_noticed() {
        let token = Token::new().unwrap();
        for at in 0..token.reveal().len() {
            let mut wrong = token.reveal().as_bytes().to_vec();
            wrong[at] = if wrong[at] == b'x' { b'y' } else { b'x' };
            assert_eq!(Token::parse(&String::from_utf8(wrong).unwrap()), None, "at {at}");
        }
        for wrong in ["", "kh_", "kh__", &token.reveal()[..61], &format!("{}0", token.reveal()), " kh_é"] {
            assert_eq!(Token::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_key_is_found_in_whatever_text_it_was_pasted_with() {
        let (one, other) = (Token::new().unwrap(), Token::new().unwrap());
        let (key, second) = (one.reveal(), other.reveal());
        for text in [
            key.to_owned(),
            format!("\"{key}\""),
            format!("Bearer {key}"),
            format!("export API_KEY='{key}' # kh_old, kh_"),
            format!("curl -H \"x-api-key: {key}\" https://keys.example/user/users/me?kh_=ü"),
            format!("{{\"apiKey\":\"{key}\"}}"),
            format!("é{key}é{key}"),
            format!("\u{200B}{}\u{200B}{}", &key[..30], &key[30..]),
            format!("kh_{key}X"),
        ] {
            assert_eq!(Token::all_in(&text), std::slice::from_ref(&one), "{text}");
        }
        // a field of one line swallows the line breaks of what is pasted
        assert_eq!(Token::all_in(&format!("A={key}B={second}{key}")), [one.clone(), other.clone()]);
        let mistyped = key.replace(&key[30..31], if &key[30..31] == "x" { "y" } else { "x" });
        for none in ["", "kh_", &key[..61], &mistyped, "kh_ééééééééééééééééééééééééééééééééé"]
        {
            assert_eq!(Token::all_in(none), [], "{none}");
        }
    }

    #[test]
    fn a_checksum_is_six_characters_of_base62() {
        assert_eq!(checksum("").len(), 6);
        assert_eq!(checksum(""), "000000");
    }

    #[test]
    fn of_whole_keys_in_a_text_the_access_keys_stay() {
        let token = Token::new().unwrap();
        let (whole, access) = (token.reveal(), &token.reveal()[3..23]);
        assert_eq!(without_secrets(whole).unwrap(), access);
        assert_eq!(
            without_secrets(&format!("kh_kh_ é{whole}, {whole}?")).unwrap(),
            format!("kh_kh_ é{access}, {access}?")
        );
        assert_eq!(without_secrets(&whole[..25]).unwrap(), access);
        for harmless in ["", "kh_", access, &whole[..24], &whole[..23], "kh_nothing_at_all"] {
            assert_eq!(without_secrets(harmless), None, "{harmless}");
        }
    }
}
