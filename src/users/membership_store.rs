//! The queries of `memberships`.

use diesel::prelude::*;

use super::membership::Membership;
use super::model::{Email, Name};
use crate::audit::Tx;
use crate::clock::{Time, now};
use crate::db::schema::{memberships, users};
use crate::db::{Conn, next_id, run_inside};
use crate::error::Result;
use crate::id::{MembershipId, OrgId, UserId};
use crate::search::store::{self as search, Kind};
use crate::text::fold;

#[derive(Queryable)]
pub(super) struct Row {
    id: MembershipId,
    org_id: OrgId,
    user_id: UserId,
    typed: (String, String, String),
    enabled: bool,
    admin: bool,
    accepted_at: Option<Time>,
    last_seen_at: Option<Time>,
    keys_count: i64,
    version: i64,
    created_at: Time,
    account: Account,
}

#[derive(Queryable)]
pub(super) struct Account {
    name: (String, String),
    email: String,
    password_hash: Option<String>,
    enabled: bool,
    super_admin: bool,
    session_epoch: i64,
    version: i64,
    email_confirmed: bool,
    two_factor: bool,
}

/// The columns of a membership with its account, in `Row`'s order.
macro_rules! columns {
    () => {
        (
            $crate::db::schema::memberships::id,
            $crate::db::schema::memberships::org_id,
            $crate::db::schema::memberships::user_id,
            (
                $crate::db::schema::memberships::first_name,
                $crate::db::schema::memberships::last_name,
                $crate::db::schema::memberships::email,
            ),
            $crate::db::schema::memberships::enabled,
            $crate::db::schema::memberships::admin,
            $crate::db::schema::memberships::accepted_at,
            $crate::db::schema::memberships::last_seen_at,
            $crate::db::schema::memberships::keys_count,
            $crate::db::schema::memberships::version,
            $crate::db::schema::memberships::created_at,
            (
                ($crate::db::schema::users::first_name, $crate::db::schema::users::last_name),
                $crate::db::schema::users::email,
                $crate::db::schema::users::password_hash,
                $crate::db::schema::users::enabled,
                $crate::db::schema::users::super_admin,
                $crate::db::schema::users::session_epoch,
                $crate::db::schema::users::version,
                $crate::db::schema::users::email_confirmed_at.is_not_null(),
                diesel::dsl::exists(
                    $crate::db::schema::two_factors::table
                        .filter($crate::db::schema::two_factors::user_id.eq($crate::db::schema::users::id)),
                ),
            ),
        )
    };
}
pub(super) use columns;

impl From<Row> for Membership {
    fn from(row: Row) -> Membership {
        let account_email = row.account.email;
        let (first, last, email) = match row.accepted_at {
            Some(_) => (row.account.name.0, row.account.name.1, account_email.clone()),
            None => row.typed,
        };
        Membership {
            id: row.id,
            org: row.org_id,
            user: row.user_id,
            name: Name::stored(first, last),
            email_is_the_accounts: email == account_email,
            email: Email::stored(email),
            enabled: row.enabled,
            admin: row.admin,
            accepted_at: row.accepted_at,
            last_seen_at: row.last_seen_at,
            keys: row.keys_count,
            version: row.version,
            account_enabled: row.account.enabled,
            has_password: row.account.password_hash.is_some(),
            super_admin: row.account.super_admin,
            two_factor: row.account.two_factor && row.accepted_at.is_some(),
            email_confirmed: row.account.email_confirmed && row.accepted_at.is_some(),
            user_version: row.account.version,
            user_epoch: row.account.session_epoch,
            created_at: row.created_at,
        }
    }
}

/// The membership of a user in an org.
///
/// # Errors
/// `NotFound` if the user has none there.
pub fn of_user(conn: &mut Conn, org: OrgId, user: UserId) -> Result<Membership> {
    Ok(memberships::table
        .inner_join(users::table)
        .filter(memberships::org_id.eq(org).and(memberships::user_id.eq(user)))
        .filter(memberships::removed_at.is_null())
        .select(columns!())
        .get_result::<Row>(conn)?
        .into())
}

/// The membership with this id, in this org.
///
/// # Errors
/// `NotFound` if there is none.
pub fn find(conn: &mut Conn, org: OrgId, id: MembershipId) -> Result<Membership> {
    let query = memberships::table
        .inner_join(users::table)
        .filter(memberships::id.eq(id).and(memberships::org_id.eq(org)))
        .filter(memberships::removed_at.is_null())
        .select(columns!());
    Ok(run_inside!(conn, query.get_result::<Row>(conn))?.into())
}

/// Makes a membership. It gives access once it is accepted.
///
/// # Errors
/// If the database fails (the user has one there already: a unique violation).
pub fn create(
    tx: &mut Tx,
    org: OrgId,
    user: UserId,
    name: &Name,
    email: &Email,
    admin: bool,
    accepted: bool,
) -> Result<MembershipId> {
    let id = MembershipId::new(next_id(tx.conn())?);
    let row = (
        memberships::id.eq(id),
        memberships::org_id.eq(org),
        memberships::user_id.eq(user),
        memberships::first_name.eq(name.first()),
        memberships::last_name.eq(name.last()),
        memberships::email.eq(email.as_str()),
        memberships::sort_name.eq(fold(&name.to_string())),
        memberships::enabled.eq(true),
        memberships::admin.eq(admin),
        memberships::accepted_at.eq(accepted.then(now)),
        memberships::version.eq(1),
        memberships::created_at.eq(now()),
    );
    diesel::insert_into(memberships::table).values(row).execute(tx.conn())?;
    index(tx, org, id, name, email)?;
    Ok(id)
}

/// Notes that the person accepted: from now on the membership gives access, and its links are dead.
///
/// # Errors
/// If the database fails.
pub fn accept(tx: &mut Tx, id: MembershipId) -> Result<()> {
    let row = (memberships::accepted_at.eq(now()), memberships::version.eq(memberships::version + 1));
    diesel::update(memberships::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// Moves an invitation to another account. Links that were issued for it become invalid.
///
/// # Errors
/// If the database fails (the account has a membership in that org: a unique violation).
pub fn move_to(tx: &mut Tx, id: MembershipId, account: UserId) -> Result<()> {
    let row = (memberships::user_id.eq(account), memberships::version.eq(memberships::version + 1));
    diesel::update(memberships::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// Notes that the person opened something of the org; never earlier than was noted before.
///
/// # Errors
/// If the database fails.
pub fn seen(tx: &mut Tx, id: MembershipId, at: Time) -> Result<()> {
    let older = memberships::last_seen_at.is_null().or(memberships::last_seen_at.lt(at));
    let row = memberships::table.filter(memberships::id.eq(id)).filter(older);
    diesel::update(row).set(memberships::last_seen_at.eq(at)).execute(tx.conn())?;
    Ok(())
}

/// Makes the list and the search show this name and email.
///
/// # Errors
/// If the database fails.
pub fn show_as(tx: &mut Tx, org: OrgId, id: MembershipId, name: &Name, email: &Email) -> Result<()> {
    let shown = (
        memberships::first_name.eq(name.first()),
        memberships::last_name.eq(name.last()),
        memberships::email.eq(email.as_str()),
        memberships::sort_name.eq(fold(&name.to_string())),
    );
    diesel::update(memberships::table.find(id)).set(shown).execute(tx.conn())?;
    index(tx, org, id, name, email)
}

fn index(tx: &mut Tx, org: OrgId, id: MembershipId, name: &Name, email: &Email) -> Result<()> {
    let full = name.to_string();
    search::replace(tx, org, Kind::Membership, id.number(), &[full.as_str(), name.last(), email.as_str()])
}

/// Makes the membership an admin's, or an ordinary one. Links that were issued for it become invalid.
///
/// # Errors
/// If the database fails.
pub fn set_admin(tx: &mut Tx, id: MembershipId, admin: bool) -> Result<()> {
    let row = (memberships::admin.eq(admin), memberships::version.eq(memberships::version + 1));
    diesel::update(memberships::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// Switches the membership on or off. Links that were issued for it become invalid.
///
/// # Errors
/// If the database fails.
pub fn set_enabled(tx: &mut Tx, id: MembershipId, enabled: bool) -> Result<()> {
    let row = (memberships::enabled.eq(enabled), memberships::version.eq(memberships::version + 1));
    diesel::update(memberships::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// Ends the membership for good: lists and searches know it no more, and its links die.
///
/// # Errors
/// If the database fails.
pub fn remove(tx: &mut Tx, id: MembershipId) -> Result<()> {
    let row = (memberships::removed_at.eq(now()), memberships::version.eq(memberships::version + 1));
    diesel::update(memberships::table.find(id)).set(row).execute(tx.conn())?;
    search::forget(tx, id.number())
}

/// Every org where the user has a membership that was accepted, whether it is in use or not.
///
/// # Errors
/// If the database fails.
pub fn ever_accepted(conn: &mut Conn, user: UserId) -> Result<Vec<(MembershipId, OrgId)>> {
    Ok(memberships::table
        .filter(memberships::user_id.eq(user).and(memberships::accepted_at.is_not_null()))
        .select((memberships::id, memberships::org_id))
        .load(conn)?)
}
