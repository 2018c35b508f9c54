//! What the database holds, as a few numbers that no change leaves alone: to see that nothing changed.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use keyhouse::db::Conn;
use keyhouse::db::schema::{
    audit_events, email_changes, email_reports, impersonations, keys, links, memberships, operations, orgs, sessions,
    users, visits,
};

use crate::support::people::World;

/// The numbers, each under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State(Vec<(&'static str, i64)>);

impl State {
    /// What it holds now.
    pub fn of(world: &World) -> State {
        world.read(|conn| State(numbers(conn).unwrap()))
    }
}

fn numbers(conn: &mut Conn) -> QueryResult<Vec<(&'static str, i64)>> {
    let versions = || sql::<BigInt>("CAST(COALESCE(SUM(version), 0) AS BIGINT)");
    Ok(vec![
        ("events", audit_events::table.select(count_star()).get_result(conn)?),
        ("keys", keys::table.select(count_star()).get_result(conn)?),
        ("live keys", keys::table.filter(keys::deleted_at.is_null()).select(count_star()).get_result(conn)?),
        ("users", users::table.select(count_star()).get_result(conn)?),
        ("versions of users", users::table.select(versions()).get_result(conn)?),
        ("orgs", orgs::table.select(count_star()).get_result(conn)?),
        ("versions of orgs", orgs::table.select(versions()).get_result(conn)?),
        ("memberships", memberships::table.select(count_star()).get_result(conn)?),
        ("versions of memberships", memberships::table.select(versions()).get_result(conn)?),
        ("links", links::table.select(count_star()).get_result(conn)?),
        ("email changes", email_changes::table.select(count_star()).get_result(conn)?),
        ("email reports", email_reports::table.select(count_star()).get_result(conn)?),
        ("sessions", sessions::table.select(count_star()).get_result(conn)?),
        ("visits", visits::table.select(count_star()).get_result(conn)?),
        ("impersonations", impersonations::table.select(count_star()).get_result(conn)?),
        ("operations", operations::table.select(count_star()).get_result(conn)?),
    ])
}
