//! What a key is: types and rules, no I/O.

pub use super::token::{AccessKey, Token, access_part, parse_presented, without_secrets};
use crate::clock::Time;
use crate::error::{Error, Result};
use crate::id::{KeyId, MembershipId, UserId};
use crate::text;

/// A key's name: what will use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName(String);

impl KeyName {
    /// From the field `name`.
    ///
    /// # Errors
    /// `Invalid` for the field.
    pub fn parse(text: &str) -> Result<KeyName> {
        let name = text::line(text, 100).map_err(|why| Error::field("name", format!("The name {why}")))?;
        if name.is_empty() {
            return Err(Error::field("name", "Enter a name; say what will use the key"));
        }
        if access_part(&name).is_some() {
            return Err(Error::field("name", "This is an API key, not a name; say what will use the key"));
        }
        Ok(KeyName(name))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An API key, as much of it as anybody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The key's id.
    pub id: KeyId,
    /// Whose it is: the org membership (`orgUserId`).
    pub membership: MembershipId,
    /// What it is called.
    pub name: String,
    /// The public part.
    pub access_key: AccessKey,
    /// Whether it may act as other users of the org.
    pub can_impersonate: bool,
    /// When it was made.
    pub created_at: Time,
}

/// A key with whose it is and when it was used: a row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The key.
    pub key: ApiKey,
    /// When it was last accepted.
    pub last_used: Option<Time>,
    /// Whose it is.
    pub owner: Holder,
}

/// The owner of a key, as lists show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The user id.
    pub user: UserId,
    /// Their name; until they accept the invitation, as it was typed.
    pub name: String,
    /// Their email address; until they accept the invitation, as it was typed.
    pub email: String,
    /// Whether membership and account are enabled.
    pub enabled: bool,
    /// Whether they accepted the invitation.
    pub accepted: bool,
}

/// A key of the person who looks, with its org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnKey {
    /// The key.
    pub key: ApiKey,
    /// When it was last accepted.
    pub last_used: Option<Time>,
    /// The name of the org that it works in.
    pub org: String,
    /// That org's short name in addresses.
    pub slug: String,
}

/// Whom a new key is for, as the form shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The org membership.
    pub membership: MembershipId,
    /// The user.
    pub user: UserId,
    /// Their name; until they accept the invitation, as it was typed.
    pub name: String,
    /// Whether they are an admin of the org.
    pub admin: bool,
    /// Whether membership and account are enabled.
    pub enabled: bool,
    /// Whether they accepted the invitation.
    pub accepted: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_key_is_no_name() {
        assert!(KeyName::parse(Token::new().unwrap().reveal()).is_err());
        assert!(KeyName::parse(" \t").is_err());
        assert_eq!(KeyName::parse("  billing-prod ").unwrap().as_str(), "billing-prod");
    }
}
