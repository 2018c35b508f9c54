//! The queries that find, make and delete keys. Those that list them are in `list_store`.

use diesel::prelude::*;

use super::model::{AccessKey, ApiKey, KeyName, Token};
use crate::audit::Tx;
use crate::clock::{Time, now};
use crate::db::schema::{key_usage, keys, memberships};
use crate::db::{Conn, next_id};
use crate::error::Result;
use crate::id::{KeyId, MembershipId, OrgId, UserId};
use crate::search::store::{self as search, Kind};

/// The columns of an `ApiKey`, in `Row`'s order.
macro_rules! columns {
    () => {
        (
            crate::db::schema::keys::id,
            crate::db::schema::keys::membership_id,
            crate::db::schema::keys::name,
            crate::db::schema::keys::access_key,
            crate::db::schema::keys::can_impersonate,
            crate::db::schema::keys::created_at,
        )
    };
}
pub(super) use columns;

/// A row of `columns`.
pub(super) type Row = (KeyId, MembershipId, String, String, bool, Time);

/// The key of a row.
pub(super) fn key(row: Row) -> ApiKey {
    let (id, membership, name, access_key, can_impersonate, created_at) = row;
    ApiKey { id, membership, name, access_key: AccessKey::stored(access_key), can_impersonate, created_at }
}

/// A key of the org, deleted or not, and when it was deleted. A key of a removed membership was deleted at the removal.
///
/// # Errors
/// `NotFound` if the org never had such a key.
pub fn find(conn: &mut Conn, org: OrgId, id: KeyId) -> Result<(ApiKey, Option<Time>)> {
    let row: DatedRow = keys::table
        .inner_join(memberships::table)
        .filter(keys::id.eq(id).and(keys::org_id.eq(org)))
        .select((columns!(), keys::deleted_at, memberships::removed_at))
        .get_result(conn)?;
    Ok(dated(row))
}

type DatedRow = (Row, Option<Time>, Option<Time>);

fn dated((row, deleted_at, removed_at): DatedRow) -> (ApiKey, Option<Time>) {
    (key(row), deleted_at.or(removed_at))
}

/// Returns those of the keys whose secret was shown to this user, who is not their owner, and when each was deleted.
///
/// # Errors
/// If the database fails.
pub fn shown_to(conn: &mut Conn, org: OrgId, user: UserId, ids: &[KeyId]) -> Result<Vec<(ApiKey, Option<Time>)>> {
    let rows: Vec<DatedRow> = keys::table
        .inner_join(memberships::table)
        .filter(keys::id.eq_any(ids))
        .filter(keys::org_id.eq(org).and(keys::shown_to.eq(user)))
        .order(keys::id)
        .select((columns!(), keys::deleted_at, memberships::removed_at))
        .load(conn)?;
    Ok(rows.into_iter().map(dated).collect())
}

/// The live key of the org with this public part.
///
/// # Errors
/// If the database fails.
pub fn by_access_key(conn: &mut Conn, org: OrgId, access_key: &AccessKey) -> Result<Option<KeyId>> {
    Ok(keys::table
        .inner_join(memberships::table)
        .filter(keys::access_key.eq(access_key.as_str()).and(keys::org_id.eq(org)))
        .filter(keys::deleted_at.is_null().and(memberships::removed_at.is_null()))
        .select(keys::id)
        .get_result(conn)
        .optional()?)
}

/// Whose key it is going to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The org membership.
    pub membership: MembershipId,
    /// The user.
    pub user: UserId,
    /// Whether they are an admin of the org now.
    pub admin: bool,
}

/// The membership with this id, if it is one of the org.
///
/// # Errors
/// If the database fails.
pub fn owner(conn: &mut Conn, org: OrgId, id: MembershipId) -> Result<Option<Owner>> {
    let row = memberships::table
        .filter(memberships::id.eq(id).and(memberships::org_id.eq(org)))
        .filter(memberships::removed_at.is_null())
        .select((memberships::id, memberships::user_id, memberships::admin))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(membership, user, admin)| Owner { membership, user, admin }))
}

/// The membership of this user, if they have one in the org.
///
/// # Errors
/// If the database fails.
pub fn owner_by_user(conn: &mut Conn, org: OrgId, user: UserId) -> Result<Option<Owner>> {
    let row = memberships::table
        .filter(memberships::user_id.eq(user).and(memberships::org_id.eq(org)))
        .filter(memberships::removed_at.is_null())
        .select((memberships::id, memberships::user_id, memberships::admin))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(membership, user, admin)| Owner { membership, user, admin }))
}

/// The name of somebody who made a key of this org, as this org knows them; also after they left.
///
/// # Errors
/// `NotFound` if the org never had such a key.
pub fn maker(conn: &mut Conn, org: OrgId, key: KeyId) -> Result<Option<String>> {
    let by: Option<i64> =
        keys::table.filter(keys::id.eq(key).and(keys::org_id.eq(org))).select(keys::made_by).get_result(conn)?;
    let Some(by) = by else { return Ok(None) };
    // a later membership of theirs here is the newer knowledge; that of their account may be another org's
    let names: Option<(String, String)> = memberships::table
        .filter(memberships::org_id.eq(org).and(memberships::user_id.eq(by)))
        .order(memberships::id.desc())
        .select((memberships::first_name, memberships::last_name))
        .limit(1)
        .get_result(conn)
        .optional()?;
    Ok(names.map(|(first, last)| format!("{first} {last}").trim_end().to_owned()))
}

/// What a new key is.
pub struct New<'a> {
    /// In which org.
    pub org: OrgId,
    /// Whose.
    pub owner: &'a Owner,
    /// Its name.
    pub name: &'a KeyName,
    /// The key itself, of which only public part and hash are stored.
    pub token: &'a Token,
    /// Whether it may act as other users.
    pub can_impersonate: bool,
    /// Who made it and was shown its secret, whomever they acted as.
    pub made_by: Option<UserId>,
    /// The key that made it, if one did.
    pub parent: Option<KeyId>,
}

/// Stores a new key.
///
/// # Errors
/// If the database fails.
pub fn create(tx: &mut Tx, new: &New) -> Result<ApiKey> {
    let id = KeyId::new(next_id(tx.conn())?);
    let access_key = new.token.access_key();
    let shown_to = seen_by(tx.conn(), new)?;
    let row = (
        keys::id.eq(id),
        keys::org_id.eq(new.org),
        keys::membership_id.eq(new.owner.membership),
        keys::name.eq(new.name.as_str()),
        keys::access_key.eq(access_key.as_str()),
        keys::hash.eq(new.token.hash().to_vec()),
        keys::can_impersonate.eq(new.can_impersonate),
        keys::admin_when_made.eq(new.owner.admin),
        keys::made_by.eq(new.made_by),
        keys::parent_id.eq(new.parent.map(KeyId::number)),
        keys::shown_to.eq(shown_to),
        keys::created_at.eq(now()),
    );
    let row: Row = diesel::insert_into(keys::table).values(row).returning(columns!()).get_result(tx.conn())?;
    let usage = (key_usage::key_id.eq(id), key_usage::org_id.eq(new.org));
    diesel::insert_into(key_usage::table).values(usage).execute(tx.conn())?;
    search::replace(tx, new.org, Kind::Key, id.number(), &[new.name.as_str(), access_key.as_str()])?;
    Ok(key(row))
}

/// Who besides its owner gets to see the secret: whoever makes the key, and if a key does, the owner of that key.
fn seen_by(conn: &mut Conn, new: &New) -> Result<Option<UserId>> {
    let seen_by = match new.parent {
        Some(parent) => {
            let owner = keys::table.inner_join(memberships::table).filter(keys::id.eq(parent));
            owner.select(memberships::user_id).get_result(conn).optional()?
        }
        None => new.made_by,
    };
    Ok(seen_by.filter(|user| *user != new.owner.user))
}

/// Deletes a live key; `false` if it was deleted already.
///
/// # Errors
/// If the database fails.
pub fn delete(tx: &mut Tx, id: KeyId, by: Option<UserId>) -> Result<bool> {
    let gone = (keys::deleted_at.eq(now()), keys::deleted_by.eq(by));
    let live = keys::table.filter(keys::id.eq(id).and(keys::deleted_at.is_null()));
    let changed = diesel::update(live).set(gone).execute(tx.conn())?;
    search::forget(tx, id.number())?;
    Ok(changed == 1)
}

/// Returns the live keys of a membership with an id beyond `after`, the oldest first.
///
/// # Errors
/// If the database fails.
pub fn live_of(conn: &mut Conn, membership: MembershipId, after: KeyId, most: i64) -> Result<Vec<ApiKey>> {
    let rows: Vec<Row> = keys::table
        .filter(keys::membership_id.eq(membership).and(keys::deleted_at.is_null()))
        .filter(keys::id.gt(after))
        .order(keys::id)
        .limit(most)
        .select(columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(key).collect())
}

/// Deletes live keys, all at once.
///
/// # Errors
/// If the database fails.
pub fn delete_all(tx: &mut Tx, deleted: &[ApiKey], at: Time, by: Option<UserId>) -> Result<()> {
    let ids: Vec<KeyId> = deleted.iter().map(|key| key.id).collect();
    let gone = (keys::deleted_at.eq(at), keys::deleted_by.eq(by));
    diesel::update(keys::table.filter(keys::id.eq_any(&ids))).set(gone).execute(tx.conn())?;
    search::forget_all(tx, &ids.iter().map(|id| id.number()).collect::<Vec<_>>())
}

/// Notes that a key was used at this time, unless a later use is noted already.
///
/// # Errors
/// If the database fails.
pub fn used(tx: &mut Tx, id: KeyId, at: Time) -> Result<()> {
    let older = key_usage::last_used.is_null().or(key_usage::last_used.lt(at));
    diesel::update(key_usage::table.filter(key_usage::key_id.eq(id)).filter(older))
        .set(key_usage::last_used.eq(at))
        .execute(tx.conn())?;
    Ok(())
}

/// Whether any key of the org was ever used.
///
/// # Errors
/// If the database fails.
pub fn any_used(conn: &mut Conn, org: OrgId) -> Result<bool> {
    let used = key_usage::table.filter(key_usage::org_id.eq(org).and(key_usage::last_used.is_not_null()));
    Ok(diesel::select(diesel::dsl::exists(used.select(key_usage::key_id))).get_result(conn)?)
}
