//! What a person sees of themselves, in all their orgs.

use diesel::prelude::*;

use super::model::{OwnKey, OwnMembership};
use crate::clock::Time;
use crate::db::Conn;
use crate::db::schema::{key_usage, keys, memberships, orgs, users};
use crate::error::Result;
use crate::id::{MembershipId, OrgId, UserId};
use crate::users::model::Name;

/// Orgs, and keys, that are shown at most.
const MOST: i64 = 200;
/// Admins of an org that are named at most.
const NAMED: i64 = 5;

/// A membership of the person, and its org.
pub struct Place {
    /// The membership.
    pub membership: MembershipId,
    /// The org.
    pub org: OrgId,
    /// What the person sees of it.
    pub own: OwnMembership,
}

/// The memberships that give somebody access, by the name of their org; the first 200.
///
/// # Errors
/// If the database fails.
pub fn places(conn: &mut Conn, user: UserId) -> Result<Vec<Place>> {
    let rows: Vec<(MembershipId, OrgId, String, String, bool)> = memberships::table
        .inner_join(orgs::table)
        .filter(memberships::user_id.eq(user))
        .filter(memberships::enabled.eq(true).and(orgs::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .order((orgs::name, orgs::id))
        .select((memberships::id, orgs::id, orgs::name, orgs::slug, memberships::admin))
        .limit(MOST)
        .load(conn)?;
    let place = |(membership, org, name, slug, admin)| {
        let own = OwnMembership { org: name, slug, admin, admins: Vec::new() };
        Place { membership, org, own }
    };
    Ok(rows.into_iter().map(place).collect())
}

/// The names of an org's admins who can sign in; the first few.
///
/// # Errors
/// If the database fails.
pub fn admins(conn: &mut Conn, org: OrgId) -> Result<Vec<String>> {
    let rows: Vec<(String, String)> = memberships::table
        .inner_join(users::table)
        .filter(memberships::org_id.eq(org).and(memberships::admin.eq(true)).and(memberships::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .filter(users::enabled.eq(true).and(users::password_hash.is_not_null()))
        .order(memberships::id)
        .select((users::first_name, users::last_name))
        .limit(NAMED)
        .load(conn)?;
    Ok(rows.into_iter().map(|(first, last)| Name::stored(first, last).to_string()).collect())
}

/// The newest keys in these orgs, the first 200 of all. Asked org by org, so that each answer comes from an index.
///
/// # Errors
/// If the database fails.
pub fn newest_keys(conn: &mut Conn, places: &[Place]) -> Result<Vec<OwnKey>> {
    let mut all = Vec::new();
    for place in places {
        all.extend(keys_of(conn, place)?);
    }
    all.sort_by_key(|key| std::cmp::Reverse(key.id));
    all.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok(all)
}

fn keys_of(conn: &mut Conn, place: &Place) -> Result<Vec<OwnKey>> {
    let rows: Vec<(i64, String, String, Time, Option<Time>)> = keys::table
        .left_join(key_usage::table)
        .filter(keys::membership_id.eq(place.membership).and(keys::deleted_at.is_null()))
        .order(keys::id.desc())
        .select((keys::id, keys::name, keys::access_key, keys::created_at, key_usage::last_used.nullable()))
        .limit(MOST)
        .load(conn)?;
    let org = &place.own.org;
    let key = |(id, name, access_key, created_at, last_used)| OwnKey {
        org: org.clone(),
        id,
        name,
        access_key,
        created_at,
        last_used,
    };
    Ok(rows.into_iter().map(key).collect())
}

/// The orgs that the person can open, but for their requiring two-factor sign-in: name and short name; the first 200.
///
/// # Errors
/// If the database fails.
pub fn requiring_two_factor(conn: &mut Conn, user: UserId) -> Result<Vec<(String, String)>> {
    Ok(memberships::table
        .inner_join(orgs::table)
        .filter(memberships::user_id.eq(user).and(orgs::requires_two_factor.eq(true)))
        .filter(memberships::enabled.eq(true).and(orgs::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .order((orgs::name, orgs::id))
        .select((orgs::name, orgs::slug))
        .limit(MOST)
        .load(conn)?)
}
