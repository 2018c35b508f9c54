//! What a super admin sees of an account: types, no I/O.

use crate::clock::Time;
use crate::id::{OrgId, UserId};
use crate::users::model::{Email, Name};
use crate::users::report_model::Report;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The user id.
    pub id: UserId,
    /// First and last name.
    pub name: Name,
    /// The email address.
    pub email: Email,
    /// Whether a password was ever set, so that the person can sign in.
    pub has_password: bool,
    /// Off: nothing of this person works anywhere.
    pub enabled: bool,
    /// Whether it is a super admin's.
    pub super_admin: bool,
    /// When it was made.
    pub created_at: Time,
}

/// An org that the person belongs to, or is invited to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The org.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// Whether the person is an admin there.
    pub admin: bool,
    /// Whether they accepted, and are enabled there.
    pub active: bool,
    /// Whether they have not accepted yet, so that they do not belong there.
    pub invited: bool,
    /// How many keys they hold there.
    pub keys: i64,
    /// Whether the org has an admin besides them who can sign in.
    pub other_admin: bool,
}

/// An account with where its person belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The account.
    pub account: Account,
    /// The orgs, the oldest membership first.
    pub places: Vec<Place>,
    /// Whether it is the account of whoever looks.
    pub own: bool,
    /// The facts that identify the account.
    pub identity: Identity,
}

/// The facts that identify an account to a super admin, before it gets rights or loses its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Changes with everything that the page shows of the account, but for its keys.
    pub version: i64,
    /// Who confirmed the email address; `None` if it is not confirmed.
    pub confirmed: Option<EmailConfirmed>,
    /// Whether two-factor sign-in is on.
    pub two_factor: bool,
    /// Reports that the address is another user's, at most 50.
    pub reports: Vec<Report>,
}

/// Who confirmed an email address, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailConfirmed {
    /// When it was confirmed.
    pub at: Time,
    /// The user who confirmed it, by name; `None` for the host.
    pub by: Option<String>,
    /// The org whose admin that was, by name; `None` for the host and super admins.
    pub org: Option<String>,
}

/// What a switch came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switched {
    /// The account, as it was before.
    pub account: Account,
    /// Whether it was switched now; else it was so before.
    pub changed: bool,
}
