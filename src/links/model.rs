//! What a link is.

use std::fmt;

use crate::clock::{HOUR, Time};
use crate::error::Result;
use crate::id::{MembershipId, OrgId, UserId};
use crate::secret::{hex, random, sha256, unhex};

/// How long a link is good, in microseconds.
pub const LIFE: i64 = 24 * HOUR;

/// What a link lets somebody do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Make the first org and its first admin.
    Setup,
    /// Accept a membership, and set a password if the account has none.
    Invitation,
    /// Set a new password.
    Password,
}

impl Kind {
    /// As it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Setup => "setup",
            Kind::Invitation => "invitation",
            Kind::Password => "password",
        }
    }

    /// From what is stored.
    pub fn parse(word: &str) -> Option<Kind> {
        [Kind::Setup, Kind::Invitation, Kind::Password].into_iter().find(|kind| kind.word() == word)
    }
}

/// The secret part of a link: 32 hexadecimal digits. Masked in logs; shown once, to whoever may hand it over.
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
    /// If there is no randomness to be had.
    pub fn new() -> Result<Token> {
        Ok(Token(hex(&random::<16>()?)))
    }

    /// Reads what stands in an address; `None` if it is no token.
    pub fn parse(text: &str) -> Option<Token> {
        unhex(text).filter(|bytes| bytes.len() == 16).map(|bytes| Token(hex(&bytes)))
    }

    /// The path that opens the link.
    pub fn path(&self) -> String {
        format!("/links/{}", self.0)
    }

    /// The token itself, for the short cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> Vec<u8> {
        sha256(self.0.as_bytes()).to_vec()
    }
}

/// What a link was issued for and upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it lets somebody do.
    pub kind: Kind,
    /// For whom; nobody for setup.
    pub user: Option<UserId>,
    /// The membership to accept, for an invitation.
    pub membership: Option<MembershipId>,
    /// Which user issued it; `None` for the host.
    pub issuer: Option<UserId>,
    /// In which org they were entitled to.
    pub issuer_org: Option<OrgId>,
    /// The account's epoch then; a changed password or email moves it and kills the link.
    pub user_epoch: i64,
    /// The membership's version then; a changed role, disabling or removal moves it and kills the link.
    pub membership_version: i64,
    /// The last moment it is good.
    pub expires_at: Time,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_shows_and_is_read_strictly() {
        let token = Token::new().unwrap();
        assert!(!format!("{token:?}").contains(token.reveal()));
        assert_eq!(Token::parse(token.reveal()), Some(token));
        for wrong in ["", "00", "../../x", &"g".repeat(32), &"0".repeat(34)] {
            assert_eq!(Token::parse(wrong), None);
        }
    }
}
