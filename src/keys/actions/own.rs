//! A person's own keys, in every org that is open to them. Deleting one is `actions::delete` in the key's org, where the policy
//! lets owners do it.

use crate::access::Actor;
use crate::clock::Time;
use crate::db::Conn;
use crate::error::Result;
use crate::id::KeyId;
use crate::keys::model::OwnKey;
use crate::keys::own_store;
use crate::paging::{Cursor, Rows};

/// Returns a page of the person's live keys, newest first.
///
/// # Errors
/// `SignedOut`.
pub fn own_keys(conn: &mut Conn, actor: &Actor, cursor: &Cursor, size: usize) -> Result<Rows<OwnKey>> {
    own_store::newest_first(conn, actor.person()?.id, cursor, size)
}

/// Returns how many live keys the person has.
///
/// # Errors
/// `SignedOut`.
pub fn count_own_keys(conn: &mut Conn, actor: &Actor) -> Result<i64> {
    own_store::count(conn, actor.person()?.id)
}

/// Returns a key of the person, deleted or not, and when it was deleted.
///
/// # Errors
/// `SignedOut`; `NotFound` if the person never had such a key in an org that is open to them.
pub fn own_key(conn: &mut Conn, actor: &Actor, id: KeyId) -> Result<(OwnKey, Option<Time>)> {
    own_store::find(conn, actor.person()?.id, id)
}
