//! Granting super admin, and taking it away. An email address alone never grants it: the act names the user ID, and on the pages the
//! version of the account that was shown.

use super::rules::{keep_a_super_admin, require_version};
use crate::access::{Act, Actor};
use crate::accounts::model::{Account, Switched};
use crate::accounts::{events, list_store};
use crate::audit::{self, Change, Tx, stating};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::sessions::actions as sessions;
use crate::users::store as users;

/// Grants super admin to an account, or takes it away. Both end its sessions: rights begin with the next sign-in. `shown` is the
/// version of the account that the super admin looked at.
///
/// # Errors
/// `Invalid` for the last super admin, and for an account without a way to sign in; `Conflict` if the account changed since it was
/// shown; `Unconfirmed`, `Repeated`; `NotFound` without such an account, and for a caller who is not a super admin.
pub fn set_super_admin(conn: &mut Conn, actor: &Actor, id: UserId, on: bool, shown: Option<i64>) -> Result<Switched> {
    actor.require(Act::ManageAccounts)?;
    actor.require_confirmed()?;
    let act = |tx: &mut Tx| {
        let account = list_store::find(tx.conn(), id)?;
        if account.super_admin == on {
            return Ok(Change::Unchanged(Switched { account, changed: false }));
        }
        if on {
            require_version(tx.conn(), id, shown)?;
            super_admin_obstacle(&account).map_or(Ok(()), |why| Err(Error::field("", why)))?;
        } else {
            keep_a_super_admin(tx.conn(), &account)?;
        }
        sessions::end_all(tx, id)?;
        users::set_super_admin(tx, id, on)?;
        let event = stating(tx, events::super_admin_changed(&account, on), &["sessionEpoch"])?;
        Ok(Change::one(Switched { account, changed: true }, event))
    };
    if on { audit::change(conn, actor, act) } else { audit::change_on_reserve(conn, actor, act) }
}

/// Why an account cannot become a super admin's now: an admin who passed on its invitation could sign in first.
pub fn super_admin_obstacle(account: &Account) -> Option<String> {
    if account.enabled && account.has_password {
        return None;
    }
    let why = if account.enabled { "has never signed in" } else { "is disabled" };
    Some(format!("The account {} {why}, so it can’t be a super admin’s", account.email))
}
