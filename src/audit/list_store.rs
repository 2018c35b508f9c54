//! The queries that list events. Every filter has an index that ends in `seq`, so a page costs the same in a chain of ten events
//! and of a million. What "or" would join (an actor, or who was impersonated) is asked in separate ranges and merged here.

use diesel::prelude::*;

use super::chain_store;
use super::model::{CLOCK_TRUSTED, Entry, Filter, Found, Whereabouts};
use crate::clock::{AHEAD, Time};
use crate::db::Conn;
use crate::db::schema::{audit_events, audit_heads, keys, memberships};
use crate::error::Result;
use crate::paging::{Cursor, Rows};

/// Events that are read at once, where few of those that are read fit the dates.
const LARGEST: usize = 5000;
/// The most memberships of one user in one org that a filter follows.
const MEMBERSHIPS: i64 = 10;

/// Which part of a chain, and which way.
#[derive(Debug, Clone, Copy)]
struct Range {
    above: i64,
    below: i64,
    newest_first: bool,
}

impl Range {
    fn has(&self, seq: i64) -> bool {
        self.above < seq && seq < self.below
    }
}

/// One range of one index.
#[derive(Debug, Clone, Copy, Default)]
struct Probe {
    actor: Option<i64>,
    acting_as: Option<i64>,
    target: Option<i64>,
}

/// A page of a chain, newest first; org 0 is the installation.
///
/// # Errors
/// If the database fails.
pub fn page(conn: &mut Conn, org: i64, filter: &Filter, cursor: &Cursor, size: usize) -> Result<Rows<Entry>> {
    let mut range = Range { newest_first: true, ..bounds(conn, org, filter)? };
    match cursor {
        Cursor::First => {}
        Cursor::After(at) => range.below = range.below.min(at.id),
        Cursor::Before(at) => (range.above, range.newest_first) = (range.above.max(at.id), false),
    }
    let probes = probes(conn, org, filter)?;
    Ok(Rows::from_query(merged(conn, org, filter, &probes, range, size + 1)?, cursor, size))
}

/// Events of a chain in their order: those after `after` and up to `top`, at most `size`.
///
/// # Errors
/// If the database fails.
pub fn block(conn: &mut Conn, org: i64, filter: &Filter, after: i64, top: i64, size: usize) -> Result<Vec<Entry>> {
    let bounds = bounds(conn, org, filter)?;
    let below = bounds.below.min(top.saturating_add(1));
    let range = Range { above: bounds.above.max(after), below, newest_first: false };
    let probes = probes(conn, org, filter)?;
    merged(conn, org, filter, &probes, range, size)
}

/// What one person did, or what was done to them, newest first.
///
/// # Errors
/// If the database fails.
pub fn of_person(conn: &mut Conn, org: i64, user: i64, cursor: &Cursor, size: usize) -> Result<Rows<Entry>> {
    let (above, below, newest_first) = match cursor {
        Cursor::First => (0, i64::MAX, true),
        Cursor::After(at) => (0, at.id, true),
        Cursor::Before(at) => (at.id, i64::MAX, false),
    };
    let probes = [
        Probe { actor: Some(user), ..Probe::default() },
        Probe { acting_as: Some(user), ..Probe::default() },
        Probe { target: Some(user), ..Probe::default() },
    ];
    let range = Range { above, below, newest_first };
    Ok(Rows::from_query(merged(conn, org, &Filter::default(), &probes, range, size + 1)?, cursor, size))
}

/// The place of the newest event of a chain; 0 for an empty one.
///
/// # Errors
/// If the database fails.
pub fn tip(conn: &mut Conn, org: i64) -> Result<i64> {
    let seq: Option<i64> = audit_heads::table.find(org).select(audit_heads::seq).get_result(conn).optional()?;
    Ok(seq.unwrap_or(0))
}

/// An event of this chain, with what it leads to.
///
/// # Errors
/// `NotFound` if the chain has no such event.
pub fn find(conn: &mut Conn, org: i64, id: i64) -> Result<Found> {
    let entry: Entry = audit_events::table.find(id).filter(audit_events::org_id.eq(org)).get_result(conn)?;
    let actor = whereabouts(conn, org, &entry.actor_kind, entry.actor_id)?;
    let acting_as = whereabouts(conn, org, "user", entry.as_id)?;
    let target = whereabouts(conn, org, &entry.target_kind, entry.target_id)?;
    let (newer, older) = (at(conn, org, entry.seq + 1)?, at(conn, org, entry.seq - 1)?);
    Ok(Found { entry, actor, acting_as, target, newer, older })
}

fn at(conn: &mut Conn, org: i64, seq: i64) -> Result<Option<i64>> {
    let there = audit_events::table.filter(audit_events::org_id.eq(org).and(audit_events::seq.eq(seq)));
    Ok(there.select(audit_events::id).get_result(conn).optional()?)
}

fn whereabouts(conn: &mut Conn, org: i64, kind: &str, id: Option<i64>) -> Result<Option<Whereabouts>> {
    let Some(id) = id else { return Ok(None) };
    let members =
        memberships::table.filter(memberships::org_id.eq(org)).filter(memberships::removed_at.is_null()).into_boxed();
    let user = match kind {
        "user" => members.filter(memberships::user_id.eq(id)),
        "membership" => members.filter(memberships::id.eq(id)),
        "key" => {
            let live = keys::table.inner_join(memberships::table).filter(keys::id.eq(id).and(keys::org_id.eq(org)));
            let live = live.filter(keys::deleted_at.is_null().and(memberships::removed_at.is_null()));
            let key: Option<i64> = live.select(keys::id).get_result(conn).optional()?;
            return Ok(key.map(Whereabouts::Key));
        }
        "org" if id == org => return Ok(Some(Whereabouts::Org)),
        _ => return Ok(None),
    };
    let user: Option<i64> = user.select(memberships::user_id).get_result(conn).optional()?;
    Ok(user.map(Whereabouts::User))
}

/// The ranges that a filter's ids come to. A user is also followed as a membership.
fn probes(conn: &mut Conn, org: i64, filter: &Filter) -> Result<Vec<Probe>> {
    let who = match filter.who {
        None => vec![Probe::default()],
        Some(id) => {
            vec![Probe { actor: Some(id), ..Probe::default() }, Probe { acting_as: Some(id), ..Probe::default() }]
        }
    };
    let Some(target) = filter.target else { return Ok(who) };
    let mut targets: Vec<i64> = memberships::table
        .filter(memberships::user_id.eq(target).and(memberships::org_id.eq(org)))
        .order(memberships::id.desc())
        .limit(MEMBERSHIPS)
        .select(memberships::id)
        .load(conn)?;
    targets.push(target);
    let all = who.iter().flat_map(|probe| targets.iter().map(|id| Probe { target: Some(*id), ..*probe }));
    Ok(all.collect())
}

fn merged(
    conn: &mut Conn,
    org: i64,
    filter: &Filter,
    probes: &[Probe],
    range: Range,
    size: usize,
) -> Result<Vec<Entry>> {
    let mut found: Vec<Entry> = Vec::new();
    for probe in probes {
        found.extend(one(conn, org, filter, *probe, range, size)?);
    }
    found.sort_by_key(|entry| if range.newest_first { -entry.seq } else { entry.seq });
    found.dedup_by_key(|entry| entry.seq);
    found.truncate(size);
    Ok(found)
}

/// The first events of one range, in its order. SQL bounds it where the reading begins, and here it ends: bounded on both sides, the
/// index of the whole chain looks as good as that of the filter, and a range of a million events would be read for a few.
fn one(conn: &mut Conn, org: i64, filter: &Filter, probe: Probe, range: Range, size: usize) -> QueryResult<Vec<Entry>> {
    let (mut found, mut rest, mut most) = (Vec::new(), range, size);
    loop {
        let rows: Vec<Entry> = part(conn, org, filter, probe, rest, most)?;
        let more = rows.len() == most;
        let Some(last) = rows.last().map(|entry| entry.seq) else { return Ok(found) };
        found.extend(rows.into_iter().filter(|entry| range.has(entry.seq) && filter.has(entry.at)));
        if !more || found.len() >= size || !range.has(last) {
            found.truncate(size);
            return Ok(found);
        }
        if range.newest_first {
            rest.below = last
        } else {
            rest.above = last
        }
        most = (most * 4).min(LARGEST);
    }
}

/// Events of one index from where the range begins in its order, whatever its end and the dates.
fn part(
    conn: &mut Conn,
    org: i64,
    filter: &Filter,
    probe: Probe,
    range: Range,
    size: usize,
) -> QueryResult<Vec<Entry>> {
    use audit_events::{action, actor_id, as_id, org_id, seq, target_id};
    let mut query = audit_events::table.filter(org_id.eq(org)).limit(size as i64).into_boxed();
    query = match range.newest_first {
        // a bound that leaves out nothing looks like one, too
        true if range.below == i64::MAX => query.order(seq.desc()),
        true => query.filter(seq.lt(range.below)).order(seq.desc()),
        false if range.above <= 0 => query.order(seq.asc()),
        false => query.filter(seq.gt(range.above)).order(seq.asc()),
    };
    if let Some(id) = probe.actor {
        query = query.filter(actor_id.eq(id));
    }
    if let Some(id) = probe.acting_as {
        query = query.filter(as_id.eq(id));
    }
    if let Some(id) = probe.target {
        query = query.filter(target_id.eq(id));
    }
    if let Some(word) = &filter.what {
        query = query.filter(action.eq(word.clone()));
    }
    query.load(conn)
}

/// The part of the chain that the dates leave, and a little more on both sides, as clocks of two nodes may differ. All of it, where the
/// clock was wrong once: the times of such a chain do not ascend.
fn bounds(conn: &mut Conn, org: i64, filter: &Filter) -> Result<Range> {
    let dated = filter.from.is_some() || filter.until.is_some();
    if dated && chain_store::before_last(conn, org, CLOCK_TRUSTED)?.is_some() {
        return Ok(Range { above: 0, below: i64::MAX, newest_first: false });
    }
    let above = match filter.from {
        Some(from) => first_since(conn, org, from.plus(-AHEAD))? - 1,
        None => 0,
    };
    let below = match filter.until {
        Some(until) => first_since(conn, org, until.plus(AHEAD))?,
        None => i64::MAX,
    };
    Ok(Range { above, below, newest_first: false })
}

/// The place of the first event that is not earlier than this time, by halving the chain: its times ascend.
fn first_since(conn: &mut Conn, org: i64, time: Time) -> Result<i64> {
    let (mut low, mut high) = (1, tip(conn, org)? + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let from_here = audit_events::table.filter(audit_events::org_id.eq(org).and(audit_events::seq.ge(middle)));
        let at: Vec<Time> = from_here.order(audit_events::seq).limit(1).select(audit_events::at).load(conn)?;
        match at.first() {
            Some(at) if *at < time => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}
