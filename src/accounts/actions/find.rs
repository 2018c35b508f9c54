//! Accounts, as lists and one by one.

use crate::access::{Act, Actor};
use crate::accounts::list_store;
use crate::accounts::model::{Account, EmailConfirmed, Identity, Looked};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::paging::{Cursor, ROWS, Rows};
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
    Ok(Looked { identity: identity(conn, id)?, account, places, own: actor.user() == Some(id) })
}

/// The most reports about one account that are shown.
const REPORTS: i64 = 50;

fn identity(conn: &mut Conn, id: UserId) -> Result<Identity> {
    let user = users::find(conn, id)?;
    Ok(Identity {
        version: user.version,
        confirmed: user.email_confirmed.map(|confirmed| in_words(conn, confirmed)).transpose()?,
        two_factor: two_factor::find(conn, id)?.is_some(),
        reports: report_store::of_account(conn, id, REPORTS)?,
    })
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
