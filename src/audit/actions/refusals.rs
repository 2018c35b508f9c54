//! Refused attempts: written by the clock, read by the org's admins as far as they are about the org's own keys and pages, and by
//! super admins whole.

use std::collections::HashMap;

use crate::access::refused::{Counted, Refusal, Subject};
use crate::access::{Act, Actor, OrgScope};
use crate::audit::model::{Refusals, Tally};
use crate::audit::refusal_store as store;
use crate::audit::unrecorded;
use crate::clock::{DAY, HOUR, Time};
use crate::db::{self, Conn, PART};
use crate::error::Result;
use crate::id::{KeyId, OrgId, UserId};
use crate::paging::{Cursor, ROWS, Rows};

/// How long they are kept, in microseconds.
const KEPT: i64 = 30 * DAY;

/// Finds out whom attempts were about, with one question for all keys and one for all people, so that it costs the writer
/// nothing. What nobody has is unknown, is not written down as it was typed, and comes to one count for each network.
///
/// # Errors
/// If the database fails.
pub fn identify(conn: &mut Conn, counted: &Counted) -> Result<Counted> {
    let (mut access_keys, mut emails) = (Vec::new(), Vec::new());
    for refusal in counted.keys() {
        match &refusal.subject {
            Subject::AccessKey(access_key) => access_keys.push(access_key.as_str()),
            Subject::Email(email) => emails.push(email.as_str()),
            Subject::Unknown | Subject::User(_) | Subject::Key(_) | Subject::Several => {}
        }
    }
    let (keys, users) = (store::keys(conn, &access_keys)?, store::users(conn, &emails)?);
    let mut identified = Counted::new();
    for (refusal, attempts) in counted {
        *identified.entry(identity(refusal, &keys, &users)).or_insert(0) += attempts;
    }
    Ok(identified)
}

fn identity(refusal: &Refusal, keys: &HashMap<String, (KeyId, OrgId)>, users: &HashMap<String, UserId>) -> Refusal {
    let (subject, org) = match &refusal.subject {
        Subject::AccessKey(access_key) => match keys.get(access_key) {
            Some((key, org)) => (Subject::Key(*key), Some(*org)),
            None => (Subject::Unknown, refusal.org),
        },
        Subject::Email(email) => (users.get(email).map_or(Subject::Unknown, |id| Subject::User(*id)), refusal.org),
        known => (known.clone(), refusal.org),
    };
    Refusal { subject, org, ..refusal.clone() }
}

/// Writes what was counted, and identified, to the hour of `now`.
///
/// # Errors
/// `Unavailable` while the disk is nearly full, and if the database fails.
pub fn count(conn: &mut Conn, counted: &Counted, now: Time) -> Result<()> {
    // a flood of attempts must not use the room that is kept for revocations
    db::require_room()?;
    unrecorded(conn, "refused attempts", |tx| {
        let hour = Time::from_micros(now.micros() - now.micros().rem_euclid(HOUR));
        counted.iter().try_for_each(|(refusal, attempts)| store::add(tx, hour, &tally(refusal, *attempts)))
    })
}

fn tally(refusal: &Refusal, attempts: i64) -> Tally {
    let (subject_kind, subject_id) = match &refusal.subject {
        Subject::User(id) => ("user", id.number()),
        Subject::Key(id) => ("key", id.number()),
        Subject::Several => ("several", 0),
        Subject::Unknown | Subject::Email(_) | Subject::AccessKey(_) => ("unknown", 0),
    };
    let (org, network) = (refusal.org.map_or(0, OrgId::number), refusal.network.clone());
    Tally { org, kind: refusal.kind.word(), subject_kind, subject_id, network, attempts }
}

/// Refused attempts of the org, newest hour first.
///
/// # Errors
/// As the policy says.
pub fn refusals_of_org(conn: &mut Conn, scope: &OrgScope, cursor: &Cursor) -> Result<Rows<Refusals>> {
    scope.require(Act::ReadAudit)?;
    store::page(conn, Some(scope.org_id().number()), cursor, ROWS)
}

/// All refused attempts, newest hour first.
///
/// # Errors
/// As the policy says.
pub fn refusals_of_installation(conn: &mut Conn, actor: &Actor, cursor: &Cursor) -> Result<Rows<Refusals>> {
    actor.require(Act::ReadInstallation)?;
    store::page(conn, None, cursor, ROWS)
}

/// Deletes refused attempts that are too old, at most `PART` rows; returns how many.
///
/// # Errors
/// If the database fails.
pub fn forget_old(conn: &mut Conn, now: Time) -> Result<usize> {
    unrecorded(conn, "old refused attempts", |tx| store::forget_before(tx, now.plus(-KEPT), PART))
}
