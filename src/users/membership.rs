//! What a membership is: one user in one org.

use std::fmt;

use super::model::{Email, Name};
use crate::clock::Time;
use crate::id::{MembershipId, OrgId, UserId, parse_digits};

/// A user as an org sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The org membership id (`orgUserId`).
    pub id: MembershipId,
    /// The org.
    pub org: OrgId,
    /// The user.
    pub user: UserId,
    /// The person's name; until they accept, what the admin typed.
    pub name: Name,
    /// The email address; until they accept, what the admin typed.
    pub email: Email,
    /// Whether that is the account's address; not if the account got another one after the invitation.
    pub email_is_the_accounts: bool,
    /// Off: cannot open this org, and none of their keys here works.
    pub enabled: bool,
    /// May make and delete users and keys of the org.
    pub admin: bool,
    /// When the person accepted; `None` while invited.
    pub accepted_at: Option<Time>,
    /// When they last opened something of the org.
    pub last_seen_at: Option<Time>,
    /// How many keys they hold here.
    pub keys: i64,
    /// Moves with every change of the membership.
    pub version: i64,
    /// Whether the account as a whole is enabled.
    pub account_enabled: bool,
    /// Whether the account has a password, so that the person can sign in.
    pub has_password: bool,
    /// Whether the account is a super admin's.
    pub super_admin: bool,
    /// Whether the account's two-factor sign-in is on; until the person accepts, `false`.
    pub two_factor: bool,
    /// Whether the account's email address is confirmed; until the user accepts, `false`.
    pub email_confirmed: bool,
    /// The account's version.
    pub user_version: i64,
    /// The account's epoch, which links are issued upon.
    pub user_epoch: i64,
    /// When the membership was made.
    pub created_at: Time,
}

impl Membership {
    /// Whether the person can sign in and open the org: active, with a password.
    pub fn can_sign_in(&self) -> bool {
        self.is_active() && self.has_password
    }

    /// Whether the membership gives access: accepted, enabled here and as an account.
    pub fn is_active(&self) -> bool {
        self.accepted_at.is_some() && self.enabled && self.account_enabled
    }

    /// Why a link for this user would be dead when it is made; `None` if it would be good.
    pub fn link_obstacle(&self) -> Option<&'static str> {
        if !self.enabled {
            return Some("Enable them first: no link works for a disabled user.");
        }
        if !self.account_enabled {
            return Some("Their account is disabled: no link works for it.");
        }
        let lost = "The email address of this account has changed since. Remove this user and invite them again.";
        (!self.email_is_the_accounts).then_some(lost)
    }

    /// What a form is filled from: it moves with every change that somebody else makes meanwhile.
    pub fn version(&self) -> Version {
        Version { user: self.user_version, membership: self.version }
    }
}

/// The versions of an account and a membership together, as forms carry them: `u3.m7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// The account's.
    pub user: i64,
    /// The membership's.
    pub membership: i64,
}

impl Version {
    /// Reads what a form carries; `None` if it is no version.
    pub fn parse(text: &str) -> Option<Version> {
        let (user, membership) = text.strip_prefix('u')?.split_once(".m")?;
        Some(Version { user: parse_digits(user)?, membership: parse_digits(membership)? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "u{}.m{}", self.user, self.membership)
    }
}

/// Which users of an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Everybody.
    All,
    /// Whose membership is switched on, or off.
    Enabled(bool),
    /// Who holds no key.
    NoKeys,
}

/// How many users an org has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Everybody.
    pub users: i64,
    /// Whose membership is switched off.
    pub disabled: i64,
    /// Who holds no key.
    pub keyless: i64,
    /// Who is an admin, whether they can sign in or not.
    pub admins: i64,
    /// How many keys they all hold.
    pub keys: i64,
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn a_version_is_read_as_it_is_written() {
        let version = Version { user: 3, membership: 7 };
        assert_eq!(version.to_string(), "u3.m7");
        assert_eq!(Version::parse("u3.m7"), Some(version));
        for wrong in ["", "u3", "3.7", "u.m", "u3.m7 ", "u-3.m7"] {
            assert_eq!(Version::parse(wrong), None, "{wrong:?}");
        }
    }
}
