//! What a one-time link is good for now, and what came of it.

use super::code_model::Admitted;
use crate::id::{MembershipId, OrgId, UserId};
use crate::users::model::Name;

/// What somebody who opens a link finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// It belongs to the setup.
    Setup,
    /// A password can be set.
    SetPassword(Guest),
    /// The signed-in person can accept.
    Accept {
        /// The org's name.
        org: String,
        /// Who they are.
        person: UserId,
    },
    /// The person it is for must sign in first.
    SignIn {
        /// The org's name.
        org: String,
        /// Whom it is for.
        email: String,
        /// Whether the invited user reported that the account is not theirs.
        reported: bool,
    },
    /// Nothing: used, replaced, too old, withdrawn, or never made.
    Dead,
}

/// Somebody who may set a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The org that invites, by name; none for a lost password.
    pub org: Option<String>,
    /// First and last name.
    pub name: String,
    /// The account's email address.
    pub email: String,
    /// The account.
    pub user: UserId,
}

/// The membership that a link is about, while neither it nor its org is disabled or gone.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The membership.
    pub id: MembershipId,
    /// Whose it is.
    pub user: UserId,
    /// In which org.
    pub org: OrgId,
    /// The org's name.
    pub org_name: String,
    /// The org's short name in addresses.
    pub slug: String,
    /// What the admin typed.
    pub name: Name,
    /// The membership's version.
    pub version: i64,
    /// Whether it was accepted before.
    pub accepted: bool,
}

/// What using a link came to.
#[derive(Debug)]
pub struct Used {
    /// The new session, or the code that is still to come.
    pub admitted: Admitted,
    /// The org that was joined: its name and short name.
    pub org: Option<(String, String)>,
    /// The user of the account.
    pub name: String,
    /// Who was signed in with this browser before, and is signed out now.
    pub left: Option<String>,
}
