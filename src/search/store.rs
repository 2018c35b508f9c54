//! The queries of `search_terms`.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::audit::Tx;
use crate::db::Conn;
use crate::db::schema::{keys, memberships, search_terms};
use crate::error::Result;
use crate::id::OrgId;
use crate::paging::{Cursor, Position};
use crate::text::fold;

/// What a term leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A membership.
    Membership = 1,
    /// A key.
    Key = 2,
}

/// Replaces the terms of one thing.
///
/// # Errors
/// If the database fails.
pub fn replace(tx: &mut Tx, org: OrgId, kind: Kind, id: i64, terms: &[&str]) -> Result<()> {
    forget(tx, id)?;
    let mut folded: Vec<String> = terms.iter().map(|term| fold(term)).filter(|term| !term.is_empty()).collect();
    folded.sort_unstable();
    folded.dedup();
    for term in folded {
        let row = (
            search_terms::org_id.eq(org),
            search_terms::kind.eq(kind as i64),
            search_terms::term.eq(term),
            search_terms::id.eq(id),
        );
        diesel::insert_into(search_terms::table).values(row).execute(tx.conn())?;
    }
    Ok(())
}

/// Takes all terms of one thing away.
///
/// # Errors
/// If the database fails.
pub fn forget(tx: &mut Tx, id: i64) -> Result<()> {
    diesel::delete(search_terms::table.filter(search_terms::id.eq(id))).execute(tx.conn())?;
    Ok(())
}

/// Takes all terms of several things away.
///
/// # Errors
/// If the database fails.
pub fn forget_all(tx: &mut Tx, ids: &[i64]) -> Result<()> {
    diesel::delete(search_terms::table.filter(search_terms::id.eq_any(ids))).execute(tx.conn())?;
    Ok(())
}

/// The things of an org with a term that begins with `prefix`, in the order of that term, each once: one more than `size`, so
/// that the caller knows whether there is another page. Against the order for `Cursor::Before`.
///
/// # Errors
/// If the database fails.
pub fn find(
    conn: &mut Conn,
    org: OrgId,
    kind: Kind,
    prefix: &str,
    cursor: &Cursor,
    size: usize,
) -> Result<Vec<Position>> {
    let (low, high) = (fold(prefix), format!("{}\u{10FFFF}", fold(prefix)));
    let earlier = diesel::alias!(search_terms as earlier);
    let shown_before = earlier
        .filter(earlier.field(search_terms::id).eq(search_terms::id))
        .filter(earlier.field(search_terms::term).ge(low.clone()))
        .filter(earlier.field(search_terms::term).lt(search_terms::term));
    let mut query = search_terms::table
        .filter(search_terms::org_id.eq(org).and(search_terms::kind.eq(kind as i64)))
        .filter(search_terms::term.ge(low).and(search_terms::term.lt(high)))
        .filter(not(exists(shown_before)))
        .select((search_terms::term, search_terms::id))
        .limit(size as i64 + 1)
        .into_boxed();
    if kind == Kind::Key {
        // the keys of a removed membership keep their terms until the job has deleted them
        let removed_at = keys::table.inner_join(memberships::table).filter(keys::id.eq(search_terms::id));
        query = query.filter(removed_at.select(memberships::removed_at).single_value().is_null());
    }
    query = match cursor {
        Cursor::First => query.order((search_terms::term.asc(), search_terms::id.asc())),
        Cursor::After(at) => query
            .filter(search_terms::term.ge(at.key.clone()))
            .filter(search_terms::term.gt(at.key.clone()).or(search_terms::id.gt(at.id)))
            .order((search_terms::term.asc(), search_terms::id.asc())),
        Cursor::Before(at) => query
            .filter(search_terms::term.le(at.key.clone()))
            .filter(search_terms::term.lt(at.key.clone()).or(search_terms::id.lt(at.id)))
            .order((search_terms::term.desc(), search_terms::id.desc())),
    };
    let rows: Vec<(String, i64)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(key, id)| Position { key, id }).collect())
}
