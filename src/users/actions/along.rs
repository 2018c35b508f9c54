//! What goes along with a user: their own keys, and the keys of others whose secret they were shown, which can be deleted in the
//! same change.

use crate::access::{Act, OrgScope};
use crate::audit::{Event, Tx};
use crate::clock::now;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::{KeyId, UserId};
use crate::keys::model::{ApiKey, Held};
use crate::keys::{events as key_events, list_store, store as keys};
use crate::paging::{Cursor, ROWS, Rows};
use crate::users::membership::Membership;
use crate::users::membership_store;

/// Counting the keys that somebody was shown stops here.
const COUNTED: usize = 1001;
/// From more keys than this on, their number is to be typed.
pub const UNTYPED: usize = 20;

/// Somebody to whom something is about to happen, and the keys that it is about.
pub struct Along {
    /// The user.
    pub membership: Membership,
    /// Whether that is whoever looks.
    pub own: bool,
    /// Their keys here, the newest first; at most 50.
    pub keys: Vec<Held>,
    /// Live keys of others here whose secret they were shown, the newest first; at most 50.
    pub shown: Vec<Held>,
    /// How many of those there are, counted up to 1,001.
    pub shown_total: usize,
}

/// What goes along with a user of the org.
///
/// # Errors
/// `NotFound` if the org has no such user; as the policy says.
pub fn along(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<Along> {
    scope.require(Act::ManageUsers)?;
    let org = scope.org_id();
    let membership = membership_store::of_user(conn, org, user)?;
    let keys = list_store::of_membership(conn, membership.id, &Cursor::First, ROWS)?.rows;
    let shown = list_store::shown_to(conn, org, user, &Cursor::First, ROWS)?.rows;
    let shown_total = list_store::count_shown_to(conn, org, user, COUNTED)?;
    Ok(Along { membership, own: scope.actor().user() == Some(user), keys, shown, shown_total })
}

/// A page of the live keys of others whose secret a user of the org was shown.
///
/// # Errors
/// As `along`.
pub fn shown(conn: &mut Conn, scope: &OrgScope, user: UserId, cursor: &Cursor) -> Result<(Membership, Rows<Held>)> {
    scope.require(Act::ListKeys)?;
    let membership = membership_store::of_user(conn, scope.org_id(), user)?;
    Ok((membership, list_store::shown_to(conn, scope.org_id(), user, cursor, ROWS)?))
}

/// Keys of others to delete in the same change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Also {
    /// Which.
    pub keys: Vec<KeyId>,
    /// How many, as it was typed; counts for more than 20.
    pub typed: String,
}

/// Deletes the chosen keys that are still live: one event each. None is deleted if one is not among those that the user was shown.
///
/// # Errors
/// `Invalid` at `number` if their number was to be typed; `NotFound` for a key that the user was not shown.
pub(super) fn delete_also(tx: &mut Tx, scope: &OrgScope, user: UserId, also: &Also) -> Result<Vec<Event>> {
    let (org, chosen) = (scope.org_id(), also.keys.len());
    if chosen > UNTYPED && also.typed != chosen.to_string() {
        let sentence = format!("You ticked {chosen} keys of others. Type {chosen} to delete them");
        return Err(Error::field("number", sentence));
    }
    let found = keys::shown_to(tx.conn(), org, user, &also.keys)?;
    if found.len() != chosen {
        return Err(Error::not_found());
    }
    let live = found.into_iter().filter(|(_, deleted_at)| deleted_at.is_none()).map(|(key, _)| key);
    let live: Vec<ApiKey> = live.collect();
    keys::delete_all(tx, &live, now(), scope.actor().behind())?;
    Ok(live.iter().map(|key| key_events::deleted(org, key)).collect())
}
