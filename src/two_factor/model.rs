//! The secret that an authenticator app shares, the codes it makes of it (RFC 6238: SHA-1, 6 digits, 30 seconds), and the
//! recovery codes for whoever has lost it.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Builder, Secret};

use crate::clock::{SECOND, Time};
use crate::error::Result;
use crate::id::UserId;
use crate::secret::{random, sha256};
use crate::text::without_invisible;

/// How many recovery codes are made at once.
pub const RECOVERY_CODES: usize = 10;
/// So few recovery codes are worth a warning.
pub const FEW: i64 = 3;

/// What is encoded in an app's address: what means something there, but no more, so that the QR code stays small.
const LABEL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// The secret of an authenticator app, 160 bits. Masked in logs; encrypted where it is stored.
pub struct TotpSecret([u8; 20]);

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(hidden)")
    }
}

impl TotpSecret {
    /// A new one, from the operating system's generator.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn new() -> Result<TotpSecret> {
        Ok(TotpSecret(random()?))
    }

    /// From what was decrypted; `None` if it is none.
    pub fn from_bytes(bytes: &[u8]) -> Option<TotpSecret> {
        bytes.try_into().ok().map(TotpSecret)
    }

    /// The secret itself, to be encrypted.
    pub fn reveal(&self) -> &[u8; 20] {
        &self.0
    }

    fn base32(&self) -> String {
        Secret::new_stack(self.0).to_base32()
    }

    /// The secret as people type it: Base32 in groups of four.
    pub fn text(&self) -> String {
        grouped(&self.base32(), 4, ' ')
    }

    /// The address that an app reads from the QR code.
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let [issuer, account] = [issuer, account].map(|text| utf8_percent_encode(text, LABEL));
        format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", self.base32())
    }

    /// The time step that these digits belong to: the one of `at`, or one beside it for clocks that differ.
    pub fn step(&self, digits: &str, at: Time) -> Option<i64> {
        let seconds = u64::try_from(at.micros() / SECOND).ok()?;
        let totp =
            Builder::new().with_secret(Secret::new_stack(self.0)).with_digits(6).with_step_duration(30).with_skew(1);
        let step = totp.build().ok()?.check(digits, seconds)?;
        i64::try_from(step).ok()
    }
}

/// Whom the app shows the codes to be for: Keyhouse, and where.
pub fn issuer(public_url: &str) -> String {
    let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // apps part issuer and account at a colon, which an IPv6 address has
    format!("Keyhouse ({})", name.replace(['[', ']'], "").replace(':', "."))
}

/// 32 letters and digits that are not taken for each other.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Five bits each.
const LETTERS: usize = 24;

/// A recovery code: 120 random bits, enough for a fast hash (ASVS v5.0.0-6.5.2). Masked in logs; only its hash is stored.
#[derive(PartialEq, Eq)]
pub struct RecoveryCode(String);

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(hidden)")
    }
}

impl RecoveryCode {
    /// A new one, from the operating system's generator.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn new() -> Result<RecoveryCode> {
        // a byte for each letter; 256 is a multiple of 32, so all letters are as likely
        let bytes = random::<LETTERS>()?;
        Ok(RecoveryCode(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect()))
    }

    /// As many as are made at once.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn set() -> Result<Vec<RecoveryCode>> {
        (0..RECOVERY_CODES).map(|_| RecoveryCode::new()).collect()
    }

    /// As people write it down: four groups of six.
    pub fn text(&self) -> String {
        grouped(&self.0, 6, '-')
    }

    /// What is stored.
    pub fn hash(&self, user: UserId) -> Vec<u8> {
        sha256(format!("recovery code of {user}: {}", self.0).as_bytes()).to_vec()
    }
}

fn grouped(text: &str, size: usize, between: char) -> String {
    let mut grouped = String::with_capacity(text.len() + text.len() / size);
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at.is_multiple_of(size) {
            grouped.push(between);
        }
        grouped.push(letter);
    }
    grouped
}

/// A code as it was typed.
#[derive(PartialEq, Eq)]
pub enum Code {
    /// Six digits of an app.
    App(String),
    /// A recovery code.
    Recovery(RecoveryCode),
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(hidden)")
    }
}

impl Code {
    /// Reads what was typed, with or without its gaps; `None` if it is no code at all.
    pub fn parse(typed: &str) -> Option<Code> {
        let plain: String = without_invisible(typed).chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let plain = plain.to_ascii_uppercase();
        if plain.len() == 6 && plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Code::App(plain));
        }
        let recovery = plain.len() == LETTERS && plain.bytes().all(|byte| ALPHABET.contains(&byte));
        recovery.then_some(Code::Recovery(RecoveryCode(plain)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_micros(seconds * SECOND)
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // appendix B, whose codes have eight digits; these are the last six
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        for (seconds, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.step(digits, at(seconds)), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_in_its_step_and_in_those_beside_it() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        let good: Vec<i64> = (0..180).filter(|seconds| secret.step("287082", at(*seconds)).is_some()).collect();
        assert_eq!((good[0], good[good.len() - 1], good.len()), (0, 89, 90));
        for wrong in ["287083", "28708", "2870820", "+87082", "", "٢٨٧٠٨٢"] {
            assert_eq!(secret.step(wrong, at(59)), None, "{wrong:?}");
        }
        assert_eq!(secret.step("287082", at(-59)), None);
    }

    #[test]
    fn an_app_reads_secret_issuer_and_account() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        assert_eq!(secret.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = secret.address(&issuer("https://keys.acme.example:8443"), "ann+x@acme.example");
        let expected = "otpauth://totp/Keyhouse%20%28keys.acme.example%29:ann%2Bx%40acme.example\
            ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Keyhouse%20%28keys.acme.example%29";
        assert_eq!(address, expected);
        assert_eq!(issuer("http://[::1]:8080"), "Keyhouse (..1)");
    }

    #[test]
    fn a_recovery_code_is_read_as_it_was_written_down() {
        let code = RecoveryCode::new().unwrap();
        let text = code.text();
        assert_eq!((text.len(), text.matches('-').count()), (27, 3));
        for typed in [text.clone(), text.to_lowercase(), text.replace('-', ""), format!(" {} ", text.replace('-', " "))]
        {
            assert_eq!(Code::parse(&typed), Some(Code::Recovery(RecoveryCode(code.0.clone()))), "{typed}");
        }
        assert_ne!(code.hash(UserId::new(1)), code.hash(UserId::new(2)));
        assert_eq!(Code::parse(" 123\u{200B} 456\u{FEFF} "), Some(Code::App("123456".to_owned())));
        for wrong in ["", "12345", "1234567", "abcdef", "AAAAAA-AAAAAA-AAAAAA-AAAAA1", "AAAAAA-AAAAAA-AAAAAA-AAAAÄ"] {
            assert_eq!(Code::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn nothing_secret_shows_in_a_log() {
        let (secret, code) = (TotpSecret::new().unwrap(), RecoveryCode::new().unwrap());
        let shown = format!("{secret:?} {code:?} {:?}", Code::parse(&code.text()));
        assert!(!shown.contains(&code.0) && shown.matches("hidden").count() == 3, "{shown}");
    }
}
