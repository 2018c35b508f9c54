//! Whose account it is: what a super admin compares before it gets rights.

use crate::accounts::model::{EmailConfirmed, Looked};
use crate::clock::{Time, now};
use crate::web::when::When;

use super::{AccountRow, PlaceRow};

/// Whose account it is.
pub struct IdentityCard {
    /// The account.
    pub account: AccountRow,
    /// When it was created.
    pub created: When,
    /// Who confirmed the email address; none if nobody did.
    pub confirmed: Option<ConfirmedRow>,
    /// Whether two-factor sign-in is on.
    pub two_factor: bool,
    /// The user's orgs.
    pub places: Vec<PlaceRow>,
    /// Changes with every change of the account.
    pub version: i64,
}

/// Who confirmed an email address.
pub struct ConfirmedRow {
    /// "the host", or the name and role of a user.
    pub by: String,
    /// When it was confirmed.
    pub at: When,
}

fn when(at: Time) -> When {
    When::new(at.micros(), now().micros())
}

impl From<Looked> for IdentityCard {
    fn from(looked: Looked) -> IdentityCard {
        let Looked { account, places, identity, .. } = looked;
        IdentityCard {
            created: when(account.created_at),
            account: account.into(),
            confirmed: identity.confirmed.map(ConfirmedRow::from),
            two_factor: identity.two_factor,
            places: places.into_iter().map(PlaceRow::from).collect(),
            version: identity.version,
        }
    }
}

impl From<EmailConfirmed> for ConfirmedRow {
    fn from(confirmed: EmailConfirmed) -> ConfirmedRow {
        let by = match (confirmed.by, confirmed.org) {
            (None, _) => "the host".to_owned(),
            (Some(name), None) => format!("{name}, super admin"),
            (Some(name), Some(org)) => format!("{name}, admin of {org}"),
        };
        ConfirmedRow { by, at: when(confirmed.at) }
    }
}
