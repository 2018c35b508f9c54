//! Whose account it is: what a super admin compares before it gets rights or loses its address.

use crate::accounts::model::{EmailConfirmed, Looked};
use crate::clock::{Time, now};
use crate::users::report_model::Report;
use crate::web::when::When;

use super::{AccountRow, PlaceRow};

/// Whose account it is.
pub struct IdentityCard {
    /// The account.
    pub account: AccountRow,
    /// When it was created.
    pub created: When,
    /// Who confirmed the email address; `None` if it is not confirmed.
    pub confirmed: Option<ConfirmedRow>,
    /// Whether two-factor sign-in is on.
    pub two_factor: bool,
    /// The user's orgs.
    pub places: Vec<PlaceRow>,
    /// Reports that the address is another user's.
    pub reports: Vec<ReportRow>,
    /// Changes with everything that the page shows of the account, but for its keys.
    pub version: i64,
}

/// Who confirmed an email address.
pub struct ConfirmedRow {
    /// "the host", or the name and role of a user.
    pub by: String,
    /// When it was confirmed.
    pub at: When,
}

/// A report that an address is another user's.
pub struct ReportRow {
    /// User ID of the account that has the address.
    pub account: i64,
    /// The account's name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The org that invited the user who reported it.
    pub org: String,
    /// That user's name, as an admin of the org typed it.
    pub invited: String,
    /// When it was reported.
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
            reports: identity.reports.into_iter().map(ReportRow::from).collect(),
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

impl From<Report> for ReportRow {
    fn from(report: Report) -> ReportRow {
        ReportRow {
            account: report.account.number(),
            name: report.name.to_string(),
            email: report.email.to_string(),
            org: report.org_name,
            invited: report.invited.to_string(),
            at: when(report.at),
        }
    }
}
