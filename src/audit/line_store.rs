//! The queries about the lines of the secret file: which is the newest, which were used, and what they sealed.

use diesel::prelude::*;

use super::change::Tx;
use super::model::{BASELINE, SECRET_LOST, SECRET_ROTATED};
use super::row::FIRST_FORMAT;
use crate::db::Conn;
use crate::db::schema::{audit_events, audit_heads, installation, orgs};
use crate::error::Result;
use crate::secret::Line;

/// The newest line that a node started with; none before the first start that knows lines.
///
/// # Errors
/// If the database fails.
pub fn newest(conn: &mut Conn) -> Result<Option<Line>> {
    let line: Option<String> = installation::table.select(installation::secret_line).get_result(conn)?;
    Ok(line.map(Line::stored))
}

/// Makes this line the newest one.
///
/// # Errors
/// If the database fails.
pub fn set_newest(tx: &mut Tx, line: &Line) -> Result<()> {
    diesel::update(installation::table).set(installation::secret_line.eq(line.as_str())).execute(tx.conn())?;
    Ok(())
}

/// The facts of the installation's events about lines: of each action the last few, before and after.
///
/// # Errors
/// If the database fails.
pub fn facts(conn: &mut Conn) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for (action, most) in [(BASELINE, 1), (SECRET_ROTATED, MOST), (SECRET_LOST, MOST)] {
        let rows: Vec<(Option<String>, Option<String>)> = audit_events::table
            .filter(audit_events::org_id.eq(0).and(audit_events::action.eq(action)))
            .order(audit_events::seq)
            .limit(most)
            .select((audit_events::before, audit_events::after))
            .load(conn)?;
        all.extend(rows.into_iter().flat_map(|(before, after)| before.into_iter().chain(after)));
    }
    Ok(all)
}

/// More lines than anybody uses.
const MOST: i64 = 10_000;

/// The first org without a head, if there is one.
///
/// # Errors
/// If the database fails.
pub fn headless(conn: &mut Conn) -> Result<Option<i64>> {
    let without = orgs::table.filter(orgs::id.ne_all(audit_heads::table.select(audit_heads::org_id)));
    Ok(without.order(orgs::id).select(orgs::id).first(conn).optional()?)
}

/// The first org whose chain a Keyhouse that knows lines has written; 0 is the installation.
///
/// # Errors
/// If the database fails.
pub fn written_with_lines(conn: &mut Conn) -> Result<Option<i64>> {
    let tip = audit_events::org_id.eq(audit_heads::org_id).and(audit_events::seq.eq(audit_heads::seq));
    Ok(audit_heads::table
        .inner_join(audit_events::table.on(tip))
        .filter(audit_heads::seal.is_not_null().or(audit_events::format.gt(FIRST_FORMAT)))
        .order(audit_heads::org_id)
        .select(audit_heads::org_id)
        .first(conn)
        .optional()?)
}
