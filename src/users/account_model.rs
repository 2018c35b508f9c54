//! What happens to an account: the email address that its person wants, and what they are told at their next sign-in.

use super::model::Email;
use crate::clock::{HOUR, Time};

/// How long a wish for another email address waits, in microseconds.
pub const WAITS: i64 = 24 * HOUR;

/// An email address that somebody wants, and that an admin has to confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailChange {
    /// The address.
    pub email: Email,
    /// When it was asked for.
    pub asked_at: Time,
}

/// What an account is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewsKind {
    /// Its password was set by a link.
    PasswordLink,
    /// It has another email address. The detail is the old one.
    Email,
    /// Its two-factor sign-in was turned off by somebody else.
    TwoFactorReset,
    /// Wrong codes were entered after its password. The detail is how many.
    WrongCodes,
}

impl NewsKind {
    /// As it is stored.
    pub fn word(self) -> &'static str {
        match self {
            NewsKind::PasswordLink => "password_link",
            NewsKind::Email => "email",
            NewsKind::TwoFactorReset => "two_factor_reset",
            NewsKind::WrongCodes => "wrong_codes",
        }
    }

    /// From what is stored.
    pub fn parse(word: &str) -> Option<NewsKind> {
        let all = [NewsKind::PasswordLink, NewsKind::Email, NewsKind::TwoFactorReset, NewsKind::WrongCodes];
        all.into_iter().find(|kind| kind.word() == word)
    }
}

/// Something that happened to an account, which its person is told at the next sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What.
    pub kind: NewsKind,
    /// When.
    pub at: Time,
    /// Who did it, by name; as the audit trail names them. Empty if that is not known.
    pub by: String,
    /// From where; empty for the host's command line.
    pub address: String,
    /// What else there is to say; may be empty.
    pub detail: String,
}
