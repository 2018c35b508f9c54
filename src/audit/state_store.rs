//! The queries about stored rows: what they are now, in the fields that `audit verify` compares.

use std::collections::HashSet;

use diesel::prelude::*;
use serde_json::{Value, json};

use super::state_model::{Kind, State, Stored, fingerprint, role};
use crate::db::Conn;
use crate::db::schema::{keys, memberships, orgs, two_factors, users};
use crate::error::Result;

/// Reads rows by id, those behind this one, also deleted and removed ones.
///
/// # Errors
/// If the database fails.
pub(super) fn rows(conn: &mut Conn, kind: Kind, after: i64, size: i64) -> Result<Vec<Stored>> {
    match kind {
        Kind::Account => accounts(conn, after, size),
        Kind::Org => all_orgs(conn, after, size),
        Kind::Membership => all_memberships(conn, after, size),
        Kind::Key => all_keys(conn, after, size),
    }
}

/// Returns the state of one account; empty without such an account.
///
/// # Errors
/// If the database fails.
pub(super) fn account(conn: &mut Conn, id: i64) -> Result<State> {
    let row = accounts(conn, id - 1, 1)?.into_iter().find(|row| row.id == id);
    Ok(row.map(|row| row.state).unwrap_or_default())
}

/// Returns those of these ids that have no row.
///
/// # Errors
/// If the database fails.
pub(super) fn missing(conn: &mut Conn, kind: Kind, ids: &[i64]) -> Result<Vec<i64>> {
    let found: Vec<i64> = match kind {
        Kind::Account => users::table.filter(users::id.eq_any(ids)).select(users::id).load(conn)?,
        Kind::Org => orgs::table.filter(orgs::id.eq_any(ids)).select(orgs::id).load(conn)?,
        Kind::Membership => {
            memberships::table.filter(memberships::id.eq_any(ids)).select(memberships::id).load(conn)?
        }
        Kind::Key => keys::table.filter(keys::id.eq_any(ids)).select(keys::id).load(conn)?,
    };
    let found: HashSet<i64> = found.into_iter().collect();
    Ok(ids.iter().copied().filter(|id| !found.contains(id)).collect())
}

fn stored(kind: Kind, (id, chain): (i64, i64), values: Value) -> Stored {
    let values = if let Value::Array(values) = values { values } else { Vec::new() };
    Stored { id, chain, user: None, state: kind.state(values) }
}

type AccountRow = (i64, String, bool, bool, i64, Option<String>, Option<i64>);

fn accounts(conn: &mut Conn, after: i64, size: i64) -> Result<Vec<Stored>> {
    let rows: Vec<AccountRow> = users::table
        .left_join(two_factors::table.on(two_factors::user_id.eq(users::id)))
        .filter(users::id.gt(after))
        .order(users::id)
        .limit(size)
        .select((
            users::id,
            users::email,
            users::super_admin,
            users::enabled,
            users::session_epoch,
            users::password_hash,
            two_factors::user_id.nullable(),
        ))
        .load(conn)?;
    let row = |(id, email, super_admin, enabled, epoch, hash, two_factor): AccountRow| {
        let password = hash.map(|hash| fingerprint(hash.as_bytes()));
        stored(Kind::Account, (id, 0), json!([email, super_admin, enabled, epoch, password, two_factor.is_some()]))
    };
    Ok(rows.into_iter().map(row).collect())
}

fn all_orgs(conn: &mut Conn, after: i64, size: i64) -> Result<Vec<Stored>> {
    type Row = (i64, String, String, bool, bool);
    let rows: Vec<Row> = orgs::table
        .filter(orgs::id.gt(after))
        .order(orgs::id)
        .limit(size)
        .select((orgs::id, orgs::name, orgs::slug, orgs::enabled, orgs::requires_two_factor))
        .load(conn)?;
    let row =
        |(id, name, slug, enabled, required): Row| stored(Kind::Org, (id, id), json!([name, slug, enabled, required]));
    Ok(rows.into_iter().map(row).collect())
}

fn all_memberships(conn: &mut Conn, after: i64, size: i64) -> Result<Vec<Stored>> {
    type Row = (i64, i64, i64, bool, bool, bool, bool);
    let rows: Vec<Row> = memberships::table
        .filter(memberships::id.gt(after))
        .order(memberships::id)
        .limit(size)
        .select((
            memberships::id,
            memberships::org_id,
            memberships::user_id,
            memberships::admin,
            memberships::enabled,
            memberships::accepted_at.is_not_null(),
            memberships::removed_at.is_not_null(),
        ))
        .load(conn)?;
    let row = |(id, org, user, admin, enabled, accepted, removed): Row| {
        let row = stored(Kind::Membership, (id, org), json!([user, admin, enabled, accepted, removed]));
        Stored { user: Some(user), ..row }
    };
    Ok(rows.into_iter().map(row).collect())
}

fn all_keys(conn: &mut Conn, after: i64, size: i64) -> Result<Vec<Stored>> {
    type Row = (i64, i64, i64, bool, bool, Vec<u8>, bool);
    let rows: Vec<Row> = keys::table
        .filter(keys::id.gt(after))
        .order(keys::id)
        .limit(size)
        .select((
            keys::id,
            keys::org_id,
            keys::membership_id,
            keys::can_impersonate,
            keys::admin_when_made,
            keys::hash,
            keys::deleted_at.is_not_null(),
        ))
        .load(conn)?;
    let row = |(id, org, owner, impersonates, admin, hash, deleted): Row| {
        let values = json!([owner, impersonates, role(admin), fingerprint(&hash), deleted]);
        stored(Kind::Key, (id, org), values)
    };
    Ok(rows.into_iter().map(row).collect())
}
