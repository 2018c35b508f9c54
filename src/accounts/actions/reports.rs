//! Email addresses that invited users reported as held by another user's account: they are freed, or the reports dismissed.

use super::rules::require_version;
use crate::access::{Act, Actor};
use crate::accounts::list_store;
use crate::accounts::model::{Account, Switched};
use crate::audit::{self, Change, Tx};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::sessions::actions as sessions;
use crate::users::actions as users;
use crate::users::model::Email;
use crate::users::report_model::Report;
use crate::users::{report_store, store};

/// The most reports that the list shows.
const SHOWN: i64 = 50;

/// The reports that wait, the oldest invitations first; at most 50.
///
/// # Errors
/// `NotFound` for a caller who is not a super admin.
pub fn reported(conn: &mut Conn, actor: &Actor) -> Result<Vec<Report>> {
    actor.require(Act::ManageAccounts)?;
    report_store::all(conn, SHOWN)
}

/// Frees the email address of an account, so that another account can have it. Its sessions and links end, its memberships stay.
/// `shown` is the version of the account that the super admin looked at.
///
/// # Errors
/// `Invalid` for the caller's own account and a super admin's; `Conflict` if the account changed since it was shown; `Unconfirmed`,
/// `Repeated`; `NotFound` without such an account, and for a caller who is not a super admin.
pub fn free_email(conn: &mut Conn, actor: &Actor, id: UserId, shown: Option<i64>) -> Result<Switched> {
    actor.require(Act::ManageAccounts)?;
    actor.require_confirmed()?;
    audit::change(conn, actor, |tx: &mut Tx| {
        let account = list_store::find(tx.conn(), id)?;
        if account.email == Email::released(id) {
            return Ok(Change::Unchanged(Switched { account, changed: false }));
        }
        require_version(tx.conn(), id, shown)?;
        obstacle(actor, &account).map_or(Ok(()), |why| Err(Error::field("", why)))?;
        sessions::end_all(tx, id)?;
        let user = store::find(tx.conn(), id)?;
        let (events, echoes) = users::free_email(tx, actor, &user)?;
        Ok(Change::Told(Switched { account, changed: true }, events, echoes))
    })
}

fn obstacle(actor: &Actor, account: &Account) -> Option<String> {
    if actor.user() == Some(account.id) {
        return Some("This is your own account; change its address on your profile".to_owned());
    }
    let name = &account.name;
    account.super_admin.then(|| format!("{name} is a super admin. Take super admin away first"))
}

/// Dismisses the reports about an account; returns how many. `shown` is the version of the account that the super admin looked at.
///
/// # Errors
/// `Conflict` if the account or its reports changed since they were shown; `Repeated`; `NotFound` without such an account, and for a
/// caller who is not a super admin.
pub fn dismiss_reports(conn: &mut Conn, actor: &Actor, id: UserId, shown: i64) -> Result<usize> {
    actor.require(Act::ManageAccounts)?;
    audit::change(conn, actor, |tx: &mut Tx| {
        let account = list_store::find(tx.conn(), id)?;
        let reports = report_store::of_account(tx.conn(), account.id, i64::MAX)?;
        if reports.is_empty() {
            return Ok(Change::Unchanged(0));
        }
        require_version(tx.conn(), id, Some(shown))?;
        let (events, echoes) = users::dismiss_reports(tx, &reports, id)?;
        Ok(Change::Told(reports.len(), events, echoes))
    })
}
