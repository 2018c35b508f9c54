//! What a membership is: one user in one org.

use super::model::{Email, Name};
use crate::clock::Time;
use crate::id::{MembershipId, OrgId, UserId};

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
    /// The email address.
    pub email: Email,
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
    /// The account's version.
    pub user_version: i64,
    /// The account's epoch, which links are issued upon.
    pub user_epoch: i64,
    /// When the membership was made.
    pub created_at: Time,
}
