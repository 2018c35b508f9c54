//! What can be done with keys: who may, what is valid, what changes. Pages, API, explorer and command line share it.

mod own;

pub use own::{count_own_keys, own_key, own_keys};

use super::model::{ApiKey, Held, KeyName, Recipient, Token};
use super::{events, list_store, store};
use crate::access::{Act, OrgScope};
use crate::audit::{self, Change, Tx, operation};
use crate::clock::Time;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::{KeyId, MembershipId, UserId};
use crate::limits::Limits;
use crate::paging::{Cursor, ROWS, Rows};
use crate::search::store::{self as search, Kind};

/// How many keys a REST list holds at most.
const REST_ROWS: usize = 1000;

/// A key's owner is chosen by org membership.
pub struct NewKey {
    /// Whose.
    pub owner: MembershipId,
    /// Its name.
    pub name: KeyName,
    /// Whether it may act as other users of the org.
    pub can_impersonate: bool,
}

/// A key that was just made, with its secret, this once.
pub struct Created {
    /// The key.
    pub key: ApiKey,
    /// The whole key, to be shown once.
    pub token: Token,
}

/// What a delete came to.
pub enum Deleted {
    /// It deleted this key.
    Now(ApiKey),
    /// The key was deleted before, at this time.
    Before(ApiKey, Time),
}

/// A page of the org's keys: newest first, or those whose name or access key begins with `prefix`, by that.
///
/// # Errors
/// As the policy says.
pub fn list(conn: &mut Conn, scope: &OrgScope, prefix: &str, cursor: &Cursor) -> Result<Rows<Held>> {
    scope.require(Act::ListKeys)?;
    if prefix.is_empty() {
        return list_store::of_org(conn, scope.org_id(), cursor, ROWS);
    }
    let found = search::find(conn, scope.org_id(), Kind::Key, prefix, cursor, ROWS)?;
    let page = Rows::from_query(found, cursor, ROWS);
    let (earlier, later) = (page.earlier, page.later);
    Ok(Rows { rows: list_store::in_order(conn, scope.org_id(), &page.rows)?, earlier, later })
}

/// How many keys the org has.
///
/// # Errors
/// As the policy says.
pub fn count(conn: &mut Conn, scope: &OrgScope) -> Result<i64> {
    scope.require(Act::ListKeys)?;
    list_store::count(conn, scope.org_id())
}

/// A page of a membership's keys, newest first. The membership must be one of the org; callers found it through the scope.
///
/// # Errors
/// As the policy says.
pub fn of_user(
    conn: &mut Conn,
    scope: &OrgScope,
    owner: MembershipId,
    cursor: &Cursor,
    size: usize,
) -> Result<Rows<Held>> {
    let owner = store::owner(conn, scope.org_id(), owner)?.ok_or_else(Error::not_found)?;
    require_reading(scope, owner.membership)?;
    list_store::of_membership(conn, owner.membership, cursor, size)
}

/// A user's keys, oldest first, those after a key.
///
/// # Errors
/// `NotFound` if the org has no such user, with a hint if the id is a membership's; as the policy says.
pub fn by_user(conn: &mut Conn, scope: &OrgScope, user: UserId, after: Option<KeyId>) -> Result<Rows<ApiKey>> {
    match store::owner_by_user(conn, scope.org_id(), user)? {
        Some(owner) => {
            require_reading(scope, owner.membership)?;
            list_store::oldest_first(conn, owner.membership, after, REST_ROWS)
        }
        None => Err(unlike_a_user(conn, scope, user.number())?),
    }
}

/// For a key id that key; for a user id all keys of that user, oldest first.
///
/// # Errors
/// `NotFound` for anything else, with a hint if the id is a membership's; as the policy says.
pub fn by_id(conn: &mut Conn, scope: &OrgScope, id: i64, after: Option<KeyId>) -> Result<Rows<ApiKey>> {
    match list_store::find(conn, scope.org_id(), KeyId::new(id)) {
        Ok(held) => {
            require_reading(scope, held.key.membership)?;
            Ok(Rows { rows: vec![held.key], earlier: false, later: false })
        }
        Err(Error::NotFound(_)) => by_user(conn, scope, UserId::new(id), after),
        Err(other) => Err(other),
    }
}

/// A live key of the org.
///
/// # Errors
/// `NotFound` if there is none; as the policy says.
pub fn find(conn: &mut Conn, scope: &OrgScope, id: KeyId) -> Result<Held> {
    let held = list_store::find(conn, scope.org_id(), id)?;
    scope.require(Act::ListKeys)?;
    Ok(held)
}

/// The name of who made a key.
///
/// # Errors
/// As the policy says.
pub fn maker(conn: &mut Conn, scope: &OrgScope, id: KeyId) -> Result<Option<String>> {
    scope.require(Act::ListKeys)?;
    store::maker(conn, scope.org_id(), id)
}

/// A key that was deleted, and when.
///
/// # Errors
/// `NotFound` if the org never had it or it is live; as the policy says.
pub fn find_deleted(conn: &mut Conn, scope: &OrgScope, id: KeyId) -> Result<(ApiKey, Time)> {
    scope.require(Act::ListKeys)?;
    let (key, deleted_at) = store::find(conn, scope.org_id(), id)?;
    deleted_at.map(|at| (key, at)).ok_or_else(Error::not_found)
}

/// Returns the live key of the org whose whole API key stands in a pasted text.
///
/// # Errors
/// `Invalid` if the text has no API key, several, or none of this org's; as the policy says.
pub fn look_up(conn: &mut Conn, scope: &OrgScope, pasted: &str) -> Result<KeyId> {
    scope.require(Act::ListKeys)?;
    let wrong = |sentence: &str| Error::field("token", sentence);
    let token = match Token::all_in(pasted).as_slice() {
        [] => return Err(wrong("Paste a full key; it starts with kh_ and has 62 characters")),
        [token] => token.access_key(),
        several => return Err(wrong(&format!("There are {} different keys in this text; paste one", several.len()))),
    };
    let found = store::by_access_key(conn, scope.org_id(), &token)?;
    found.ok_or_else(|| wrong("No key in this org matches; it may be deleted or belong to another org"))
}

/// Whom a new key would be for.
///
/// # Errors
/// `NotFound` if the org has no such user; as the policy says.
pub fn recipient(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<Recipient> {
    scope.require(Act::ListKeys)?;
    list_store::recipient(conn, scope.org_id(), user)
}

/// Makes a key for a user of the org.
///
/// # Errors
/// `Unconfirmed` for an admin's key and one that can impersonate; `Invalid` if the org has no such membership; `Conflict` at a
/// limit; `Repeated` if this operation was done before; as the policy says.
pub fn create(conn: &mut Conn, scope: &OrgScope, limits: &Limits, new: &NewKey) -> Result<Created> {
    scope.require(Act::CreateKey)?;
    if new.can_impersonate {
        scope.require(Act::GrantImpersonation)?;
    }
    let owner = match store::owner(conn, scope.org_id(), new.owner)? {
        Some(owner) => owner,
        None => return Err(no_owner(conn, scope, new.owner)?),
    };
    if owner.admin || new.can_impersonate {
        scope.actor().require_confirmed()?;
    }
    audit::change(conn, scope.actor(), |tx| {
        let of_user = list_store::count_of(tx.conn(), owner.membership)?;
        limits.allow_one_more(of_user, list_store::count(tx.conn(), scope.org_id())?)?;
        let token = Token::new()?;
        let row = store::New {
            org: scope.org_id(),
            owner: &owner,
            name: &new.name,
            token: &token,
            can_impersonate: new.can_impersonate,
            made_by: scope.actor().behind(),
            parent: scope.actor().key(),
        };
        let key = store::create(tx, &row)?;
        let event = events::created(scope.org_id(), &key, &token.hash(), owner.admin);
        Ok(Change::one(Created { key, token }, event))
    })
}

/// Deletes a key: from the next request on nobody accepts it, on any node.
///
/// # Errors
/// `NotFound` if the org never had such a key, with a hint if the id is a user's or membership's; `Repeated` if this operation
/// was done before; as the policy says.
pub fn delete(conn: &mut Conn, scope: &OrgScope, id: KeyId) -> Result<Deleted> {
    let (key, deleted_at) = match store::find(conn, scope.org_id(), id) {
        Ok(found) => found,
        Err(Error::NotFound(_)) => return Err(unlike_a_key(conn, scope, id.number())?),
        Err(other) => return Err(other),
    };
    scope.require(Act::DeleteKey { own: scope.is_own(key.membership) })?;
    if let Some(at) = deleted_at {
        // it may be this very call that deleted it
        operation::refuse_repeated(conn, scope.actor())?;
        return Ok(Deleted::Before(key, at));
    }
    audit::change_on_reserve(conn, scope.actor(), |tx| {
        store::delete(tx, key.id, scope.actor().behind())?;
        let event = events::deleted(scope.org_id(), &key);
        Ok(Change::one(Deleted::Now(key), event))
    })
}

/// Notes when keys were last used.
///
/// # Errors
/// If the database fails.
pub fn note_used(tx: &mut Tx, keys: &[(KeyId, Time)]) -> Result<()> {
    keys.iter().try_for_each(|(id, at)| store::used(tx, *id, *at))
}

/// Whether any key of the org was ever used.
///
/// # Errors
/// As the policy says.
pub fn any_used(conn: &mut Conn, scope: &OrgScope) -> Result<bool> {
    scope.require(Act::ListKeys)?;
    store::any_used(conn, scope.org_id())
}

fn require_reading(scope: &OrgScope, owner: MembershipId) -> Result<()> {
    scope.require(Act::ReadKeys { own: scope.is_own(owner) })
}

fn may_read(scope: &OrgScope, owner: MembershipId) -> bool {
    scope.may(Act::ReadKeys { own: scope.is_own(owner) })
}

fn keys_sentence(conn: &mut Conn, owner: MembershipId) -> Result<String> {
    let page = list_store::oldest_first(conn, owner, None, 20)?;
    let ids: Vec<String> = page.rows.iter().map(|key| key.id.to_string()).collect();
    let more = if page.later { ", …" } else { "" };
    Ok(if ids.is_empty() {
        "that user has no keys".into()
    } else {
        format!("that user's keys: {}{more}", ids.join(", "))
    })
}

/// Why an id that should be a key's is none, as far as the caller may know.
fn unlike_a_key(conn: &mut Conn, scope: &OrgScope, id: i64) -> Result<Error> {
    if let Some(owner) = store::owner_by_user(conn, scope.org_id(), UserId::new(id))?
        && may_read(scope, owner.membership)
    {
        let keys = keys_sentence(conn, owner.membership)?;
        return Ok(Error::NotFound(Some(format!("{id} is a user, not an API key; {keys}"))));
    }
    unlike_a_user(conn, scope, id)
}

/// Why an id that should be a user's is none, as far as the caller may know.
fn unlike_a_user(conn: &mut Conn, scope: &OrgScope, id: i64) -> Result<Error> {
    let owner = store::owner(conn, scope.org_id(), MembershipId::new(id))?;
    let Some(owner) = owner.filter(|owner| may_read(scope, owner.membership)) else { return Ok(Error::not_found()) };
    let keys = keys_sentence(conn, owner.membership)?;
    Ok(Error::NotFound(Some(format!("{id} is the org membership of user {}, not an API key; {keys}", owner.user))))
}

fn no_owner(conn: &mut Conn, scope: &OrgScope, id: MembershipId) -> Result<Error> {
    let by_user = store::owner_by_user(conn, scope.org_id(), UserId::new(id.number()))?;
    Ok(Error::field(
        "orgUserId",
        match by_user {
            Some(owner) => {
                format!("{id} is a user; their org membership, which is wanted here, is {}", owner.membership)
            }
            None => format!("There is no org membership {id} in this org"),
        },
    ))
}
