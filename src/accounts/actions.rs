//! What super admins, and the host's command line, do with accounts.

use super::model::{Account, Looked, Switched};
use super::{events, list_store};
use crate::access::{Act, Actor};
use crate::audit::{self, Change, Tx};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::paging::{Cursor, ROWS, Rows};
use crate::sessions::actions as sessions;
use crate::users::model::Email;
use crate::users::store as users;

/// A page of all accounts, or of those whose email address begins with `prefix`.
///
/// # Errors
/// `NotFound` for who is no super admin.
pub fn list(conn: &mut Conn, actor: &Actor, prefix: &str, cursor: &Cursor) -> Result<Rows<Account>> {
    actor.require(Act::ManageAccounts)?;
    list_store::page(conn, &prefix.to_ascii_lowercase(), cursor, ROWS)
}

/// A page of the super admins.
///
/// # Errors
/// `NotFound` for who is no super admin.
pub fn super_admins(conn: &mut Conn, actor: &Actor, cursor: &Cursor) -> Result<Rows<Account>> {
    actor.require(Act::ManageAccounts)?;
    list_store::super_admins(conn, cursor, ROWS)
}

/// An account, and where its person belongs.
///
/// # Errors
/// `NotFound` if there is none, and for who is no super admin.
pub fn look(conn: &mut Conn, actor: &Actor, id: UserId) -> Result<Looked> {
    actor.require(Act::ManageAccounts)?;
    let account = list_store::find(conn, id)?;
    let mut places = list_store::places(conn, id)?;
    let orgs: Vec<_> = places.iter().filter(|place| place.admin && place.active).map(|place| place.org).collect();
    let run = list_store::with_another_admin(conn, &orgs, id)?;
    for place in &mut places {
        place.other_admin = !orgs.contains(&place.org) || run.contains(&place.org);
    }
    Ok(Looked { account, places, own: actor.user() == Some(id) })
}

/// The account with this email address, as it was typed into the field `email`.
///
/// # Errors
/// `Invalid` if there is none; `NotFound` for who is no super admin.
pub fn by_email(conn: &mut Conn, actor: &Actor, email: &Email) -> Result<Account> {
    actor.require(Act::ManageAccounts)?;
    let unknown = || Error::field("email", format!("No account has the email address {email}"));
    list_store::by_email(conn, email)?.ok_or_else(unknown)
}

/// Disables an account, or enables it: while it is disabled nothing of its person works anywhere, and its sessions are over.
///
/// # Errors
/// `Invalid` for oneself and the last super admin; `Unconfirmed`, `Repeated`; `NotFound` as `look`.
pub fn set_enabled(conn: &mut Conn, actor: &Actor, id: UserId, enabled: bool) -> Result<Switched> {
    actor.require(Act::ManageAccounts)?;
    actor.require_confirmed()?;
    let act = |tx: &mut Tx| {
        let account = list_store::find(tx.conn(), id)?;
        if account.enabled == enabled {
            return Ok(Change::Unchanged(Switched { account, changed: false }));
        }
        if !enabled {
            if actor.user() == Some(id) {
                return Err(Error::field("", "This is your own account; another super admin can disable it"));
            }
            keep_a_super_admin(tx.conn(), &account)?;
            sessions::end_all(tx, id)?;
        }
        users::set_enabled(tx, id, enabled)?;
        let places = list_store::places(tx.conn(), id)?;
        let (event, echoes) = events::enabled_changed(&account, enabled, &places);
        Ok(Change::Told(Switched { account, changed: true }, vec![event], echoes))
    };
    if enabled { audit::change(conn, actor, act) } else { audit::change_on_reserve(conn, actor, act) }
}

/// Makes somebody a super admin, or takes that away, which ends their sessions.
///
/// # Errors
/// `Invalid` for the last super admin, and for an account that nobody can sign in to; `Unconfirmed`, `Repeated`; `NotFound` as
/// `look`.
pub fn set_super_admin(conn: &mut Conn, actor: &Actor, id: UserId, on: bool) -> Result<Switched> {
    actor.require(Act::ManageAccounts)?;
    actor.require_confirmed()?;
    let act = |tx: &mut Tx| {
        let account = list_store::find(tx.conn(), id)?;
        if account.super_admin == on {
            return Ok(Change::Unchanged(Switched { account, changed: false }));
        }
        if on {
            require_signing_in(&account)?;
        } else {
            keep_a_super_admin(tx.conn(), &account)?;
            sessions::end_all(tx, id)?;
        }
        users::set_super_admin(tx, id, on)?;
        let event = events::super_admin_changed(&account, on);
        Ok(Change::one(Switched { account, changed: true }, event))
    };
    if on { audit::change(conn, actor, act) } else { audit::change_on_reserve(conn, actor, act) }
}

/// Whoever holds an invitation that an admin passed on must not become super admin by it.
fn require_signing_in(account: &Account) -> Result<()> {
    if account.enabled && account.has_password {
        return Ok(());
    }
    let why = if account.enabled { "has never signed in" } else { "is disabled" };
    Err(Error::field("email", format!("The account {} {why}, so it cannot become a super admin’s", account.email)))
}

/// All changes queue for one writer, so two super admins cannot take each other's place at once.
fn keep_a_super_admin(conn: &mut Conn, leaving: &Account) -> Result<()> {
    let counts = leaving.super_admin && leaving.enabled && leaving.has_password;
    if !counts || list_store::has_other_super_admin(conn, leaving.id)? {
        return Ok(());
    }
    let name = &leaving.name;
    Err(Error::field("", format!("{name} is the only super admin who can sign in. Keyhouse always keeps one")))
}
