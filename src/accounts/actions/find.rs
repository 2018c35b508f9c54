//! Accounts, as lists and one by one.

use crate::access::{Act, Actor};
use crate::accounts::list_store;
use crate::accounts::model::{Account, EmailConfirmed, Identity, Looked, Place};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::paging::{Cursor, ROWS, Rows};
use crate::secret::sha256;
use crate::two_factor::store as two_factor;
use crate::users::confirmer::Confirmed;
use crate::users::model::Email;
use crate::users::{report_store, store as users};

/// A page of all accounts, or of those whose email address begins with `prefix`.
///
/// # Errors
/// `NotFound` for a caller who is not a super admin.
pub fn list(conn: &mut Conn, actor: &Actor, prefix: &str, cursor: &Cursor) -> Result<Rows<Account>> {
    actor.require(Act::ManageAccounts)?;
    list_store::page(conn, &prefix.to_ascii_lowercase(), cursor, ROWS)
}

/// A page of the super admins.
///
/// # Errors
/// `NotFound` for a caller who is not a super admin.
pub fn super_admins(conn: &mut Conn, actor: &Actor, cursor: &Cursor) -> Result<Rows<Account>> {
    actor.require(Act::ManageAccounts)?;
    list_store::super_admins(conn, cursor, ROWS)
}

/// An account, and where its person belongs.
///
/// # Errors
/// `NotFound` if there is no such account, and for a caller who is not a super admin.
pub fn look(conn: &mut Conn, actor: &Actor, id: UserId) -> Result<Looked> {
    actor.require(Act::ManageAccounts)?;
    let account = list_store::find(conn, id)?;
    let mut places = list_store::places(conn, id)?;
    let orgs: Vec<_> = places.iter().filter(|place| place.admin && place.active).map(|place| place.org).collect();
    let run = list_store::with_another_admin(conn, &orgs, id)?;
    for place in &mut places {
        place.other_admin = !orgs.contains(&place.org) || run.contains(&place.org);
    }
    let identity = identity(conn, id, &places)?;
    Ok(Looked { identity, account, places, own: actor.user() == Some(id) })
}

/// What `Identity::version` is now.
///
/// # Errors
/// `NotFound` without such an account.
pub fn version(conn: &mut Conn, id: UserId) -> Result<i64> {
    let places = list_store::places(conn, id)?;
    Ok(identity(conn, id, &places)?.version)
}

/// The most reports about one account that are shown.
const REPORTS: i64 = 50;

fn identity(conn: &mut Conn, id: UserId, places: &[Place]) -> Result<Identity> {
    let user = users::find(conn, id)?;
    let mut identity = Identity {
        version: user.version,
        confirmed: user.email_confirmed.map(|confirmed| in_words(conn, confirmed)).transpose()?,
        two_factor: two_factor::find(conn, id)?.is_some(),
        reports: report_store::of_account(conn, id, REPORTS)?,
    };
    identity.version = fingerprint(&identity, places);
    Ok(identity)
}

/// A number for all that the page shows of the account, but for the keys, which come and go. Two nodes compute the same.
fn fingerprint(identity: &Identity, places: &[Place]) -> i64 {
    let Identity { version, two_factor, .. } = identity;
    let confirmed = identity.confirmed.as_ref().map(|confirmed| confirmed.at.micros());
    let reports: Vec<i64> = identity.reports.iter().map(|report| report.membership.number()).collect();
    let role = |place: &Place| (place.org.number(), place.admin, place.active, place.invited);
    let roles: Vec<_> = places.iter().map(role).collect();
    let [a, b, c, d, e, f, ..] =
        sha256(format!("{version} {two_factor} {confirmed:?} {reports:?} {roles:?}").as_bytes());
    i64::from_be_bytes([0, 0, a, b, c, d, e, f])
}

fn in_words(conn: &mut Conn, confirmed: Confirmed) -> Result<EmailConfirmed> {
    let (by, org) = confirmed.by.parts();
    let by = by.map(|by| users::find(conn, by)).transpose()?.map(|user| user.name.to_string());
    let org = org.map(|org| list_store::org_name(conn, org)).transpose()?.flatten();
    Ok(EmailConfirmed { at: confirmed.at, by, org })
}

/// The account with this email address, as it was typed into the field `email`.
///
/// # Errors
/// `Invalid` if no account has the address; `NotFound` for a caller who is not a super admin.
pub fn by_email(conn: &mut Conn, actor: &Actor, email: &Email) -> Result<Account> {
    actor.require(Act::ManageAccounts)?;
    let unknown = || Error::field("email", format!("No account has the email address {email}"));
    list_store::by_email(conn, email)?.ok_or_else(unknown)
}
