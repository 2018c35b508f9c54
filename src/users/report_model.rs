//! A report: an invited user answered that the account with their email address is not theirs.

use super::model::{Email, Name};
use crate::clock::Time;
use crate::id::{MembershipId, OrgId, UserId};

/// A report that waits for a super admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The invited membership.
    pub membership: MembershipId,
    /// The org that invited.
    pub org: OrgId,
    /// The org's name.
    pub org_name: String,
    /// The invited user's name, as the admin typed it.
    pub invited: Name,
    /// The account that has the address.
    pub account: UserId,
    /// The account's name.
    pub name: Name,
    /// The address.
    pub email: Email,
    /// When it was reported.
    pub at: Time,
}
