//! What a link stands upon, as it is now.

use diesel::prelude::*;

use super::link_model::Invited;
use crate::db::Conn;
use crate::db::schema::{memberships, orgs, users};
use crate::error::Result;
use crate::id::{MembershipId, OrgId, UserId};
use crate::users::model::Name;

type Row = (MembershipId, UserId, OrgId, (String, String), (String, String), i64, bool);

macro_rules! invited {
    () => {
        memberships::table
            .inner_join(orgs::table)
            .inner_join(users::table)
            .filter(memberships::enabled.eq(true).and(memberships::removed_at.is_null()).and(orgs::enabled.eq(true)))
            .filter(memberships::accepted_at.is_not_null().or(memberships::email.eq(users::email)))
            .select((
                memberships::id,
                memberships::user_id,
                memberships::org_id,
                (orgs::name, orgs::slug),
                (memberships::first_name, memberships::last_name),
                memberships::version,
                memberships::accepted_at.is_not_null(),
            ))
    };
}

/// A membership that a link is about, while neither it nor its org is disabled or gone, and an invitation is to the address that
/// the account has.
///
/// # Errors
/// If the database fails.
pub fn invited(conn: &mut Conn, id: MembershipId) -> Result<Option<Invited>> {
    let row: Option<Row> = invited!().filter(memberships::id.eq(id)).get_result(conn).optional()?;
    Ok(row.map(from_row))
}

/// The invitations to its address that an account has not accepted yet, the oldest first.
///
/// # Errors
/// If the database fails.
pub fn waiting(conn: &mut Conn, user: UserId) -> Result<Vec<Invited>> {
    let rows: Vec<Row> = invited!()
        .filter(memberships::user_id.eq(user).and(memberships::accepted_at.is_null()))
        .order(memberships::id)
        .load(conn)?;
    Ok(rows.into_iter().map(from_row).collect())
}

fn from_row(row: Row) -> Invited {
    let (id, user, org, (org_name, slug), (first, last), version, accepted) = row;
    Invited { id, user, org, org_name, slug, name: Name::stored(first, last), version, accepted }
}
