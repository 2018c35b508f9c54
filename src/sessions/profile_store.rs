//! What a person sees of themselves, in all their orgs.

use diesel::prelude::*;

use super::model::OwnMembership;
use crate::db::Conn;
use crate::db::schema::{memberships, orgs, users};
use crate::error::Result;
use crate::id::{OrgId, UserId};
use crate::users::model::Name;

/// Orgs that are shown at most.
const MOST: i64 = 200;
/// Admins of an org that are named at most.
const NAMED: i64 = 5;

/// A membership of the person, and its org.
pub struct Place {
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
    let rows: Vec<(OrgId, String, String, bool)> = memberships::table
        .inner_join(orgs::table)
        .filter(memberships::user_id.eq(user))
        .filter(memberships::enabled.eq(true).and(orgs::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .order((orgs::name, orgs::id))
        .select((orgs::id, orgs::name, orgs::slug, memberships::admin))
        .limit(MOST)
        .load(conn)?;
    let place = |(org, name, slug, admin)| {
        let own = OwnMembership { org: name, slug, admin, admins: Vec::new() };
        Place { org, own }
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
