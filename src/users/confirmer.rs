//! Who confirms that an email address is its user's, as Keyhouse sends no mail that could prove it.

use crate::clock::Time;
use crate::id::{OrgId, UserId};

/// Who confirms that an email address is its user's. An invitation confirms nothing, nor does an admin who changes an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmer {
    /// The host, by setup or the command line.
    Host,
    /// A super admin.
    SuperAdmin(UserId),
    /// An admin, in an org that the account does not run.
    Admin(UserId, OrgId),
}

/// A confirmed email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    /// When it was confirmed.
    pub at: Time,
    /// Who confirmed it.
    pub by: Confirmer,
}

impl Confirmer {
    /// As it is stored: the user, and the org.
    pub fn parts(self) -> (Option<UserId>, Option<OrgId>) {
        match self {
            Confirmer::Host => (None, None),
            Confirmer::SuperAdmin(by) => (Some(by), None),
            Confirmer::Admin(by, org) => (Some(by), Some(org)),
        }
    }

    /// From what is stored.
    pub fn stored(by: Option<UserId>, org: Option<OrgId>) -> Confirmer {
        match (by, org) {
            (None, _) => Confirmer::Host,
            (Some(by), None) => Confirmer::SuperAdmin(by),
            (Some(by), Some(org)) => Confirmer::Admin(by, org),
        }
    }
}
