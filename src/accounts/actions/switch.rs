//! Whether accounts are enabled.

use super::rules::keep_a_super_admin;
use crate::access::{Act, Actor};
use crate::accounts::model::Switched;
use crate::accounts::{events, list_store};
use crate::audit::{self, Change, Tx, stating};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::sessions::actions as sessions;
use crate::users::store as users;

/// Disables an account, or enables it: while it is disabled nothing of its person works anywhere, and its sessions are over.
///
/// # Errors
/// `Invalid` for the caller's own account and the last super admin; `Unconfirmed`, `Repeated`; `NotFound` as `look`.
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
        let event = stating(tx, event, &["sessionEpoch"])?;
        Ok(Change::Told(Switched { account, changed: true }, vec![event], echoes))
    };
    if enabled { audit::change(conn, actor, act) } else { audit::change_on_reserve(conn, actor, act) }
}
