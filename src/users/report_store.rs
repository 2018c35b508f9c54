//! The queries of `email_reports`: one row for each invitation whose user said that the account with their address is not theirs.
//! A report counts while the invitation waits.

use diesel::prelude::*;

use super::model::{Email, Name};
use super::report_model::Report;
use crate::audit::Tx;
use crate::clock::{Time, now};
use crate::db::Conn;
use crate::db::schema::{email_reports, memberships, orgs, users};
use crate::error::Result;
use crate::id::{MembershipId, OrgId, UserId};

type Row = (MembershipId, (OrgId, String), (String, String), UserId, (String, String), String, Time);

macro_rules! waiting {
    () => {
        email_reports::table
            .inner_join(memberships::table.inner_join(orgs::table))
            .inner_join(users::table)
            .filter(memberships::removed_at.is_null().and(memberships::accepted_at.is_null()))
    };
}

macro_rules! columns {
    () => {
        (
            memberships::id,
            (orgs::id, orgs::name),
            (memberships::first_name, memberships::last_name),
            users::id,
            (users::first_name, users::last_name),
            users::email,
            email_reports::reported_at,
        )
    };
}

fn report((membership, org, invited, account, name, email, at): Row) -> Report {
    Report {
        membership,
        org: org.0,
        org_name: org.1,
        invited: Name::stored(invited.0, invited.1),
        account,
        name: Name::stored(name.0, name.1),
        email: Email::stored(email),
        at,
    }
}

/// Records that the user invited to this membership reported the account that has their address.
///
/// # Errors
/// If the database fails (it was reported before: a unique violation).
pub fn add(tx: &mut Tx, membership: MembershipId, account: UserId) -> Result<()> {
    let row = (
        email_reports::membership_id.eq(membership),
        email_reports::user_id.eq(account),
        email_reports::reported_at.eq(now()),
    );
    diesel::insert_into(email_reports::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Whether the user invited to this membership reported the account.
///
/// # Errors
/// If the database fails.
pub fn is_reported(conn: &mut Conn, membership: MembershipId) -> Result<bool> {
    let found: Option<MembershipId> =
        email_reports::table.find(membership).select(email_reports::membership_id).get_result(conn).optional()?;
    Ok(found.is_some())
}

/// The reports about an account that wait, the oldest invitation first.
///
/// # Errors
/// If the database fails.
pub fn of_account(conn: &mut Conn, account: UserId, most: i64) -> Result<Vec<Report>> {
    let rows: Vec<Row> = waiting!()
        .filter(email_reports::user_id.eq(account))
        .order(email_reports::membership_id)
        .select(columns!())
        .limit(most)
        .load(conn)?;
    Ok(rows.into_iter().map(report).collect())
}

/// The reports that wait, the oldest invitation first.
///
/// # Errors
/// If the database fails.
pub fn all(conn: &mut Conn, most: i64) -> Result<Vec<Report>> {
    let rows: Vec<Row> = waiting!().order(email_reports::membership_id).select(columns!()).limit(most).load(conn)?;
    Ok(rows.into_iter().map(report).collect())
}

/// Deletes the reports about an account: it has another address, or a super admin dismissed them.
///
/// # Errors
/// If the database fails.
pub fn forget_of(tx: &mut Tx, account: UserId) -> Result<()> {
    diesel::delete(email_reports::table.filter(email_reports::user_id.eq(account))).execute(tx.conn())?;
    Ok(())
}

/// Deletes the report of an invitation that was accepted after all.
///
/// # Errors
/// If the database fails.
pub fn forget(tx: &mut Tx, membership: MembershipId) -> Result<()> {
    diesel::delete(email_reports::table.find(membership)).execute(tx.conn())?;
    Ok(())
}
