//! Refused attempts: written by the clock, read by the org's admins as far as they are about the org's own keys and pages, and by
//! super admins whole.

use crate::access::refused::{Counted, Refusal, Subject};
use crate::access::{Act, Actor, OrgScope};
use crate::audit::model::{Refusals, Tally};
use crate::audit::refusal_store as store;
use crate::audit::{Tx, unrecorded};
use crate::clock::{DAY, HOUR, Time};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::id::OrgId;
use crate::paging::{Cursor, ROWS, Rows};

/// How long they are kept, in microseconds.
const KEPT: i64 = 30 * DAY;

/// Writes what was counted to the hour of `now`.
///
/// # Errors
/// `Unavailable` while the disk is nearly full, and if the database fails.
pub fn count(conn: &mut Conn, counted: &Counted, now: Time) -> Result<()> {
    // a flood of attempts must not use the room that is kept for revocations
    db::require_room()?;
    unrecorded(conn, "refused attempts", |tx| {
        let hour = Time::from_micros(now.micros() - now.micros().rem_euclid(HOUR));
        counted.iter().try_for_each(|(refusal, attempts)| {
            let tally = tally(tx, refusal, *attempts)?;
            store::add(tx, hour, &tally)
        })
    })
}

/// Finds out whom an attempt was about. What nobody has is unknown, and is not written down as it was typed.
fn tally(tx: &mut Tx, refusal: &Refusal, attempts: i64) -> Result<Tally> {
    let mut org = refusal.org.map_or(0, OrgId::number);
    let (subject_kind, subject_id) = match &refusal.subject {
        Subject::User(id) => ("user", id.number()),
        Subject::Key(id) => ("key", id.number()),
        Subject::Several => ("several", 0),
        Subject::Unknown => ("unknown", 0),
        Subject::Email(email) => store::user(tx.conn(), email)?.map_or(("unknown", 0), |id| ("user", id)),
        Subject::AccessKey(access_key) => match store::key(tx.conn(), access_key)? {
            Some((id, of)) => {
                org = of;
                ("key", id)
            }
            None => ("unknown", 0),
        },
    };
    let network = refusal.network.clone();
    Ok(Tally { org, kind: refusal.kind.word(), subject_kind, subject_id, network, attempts })
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

/// Forgets refused attempts that are too old; returns how many rows.
///
/// # Errors
/// If the database fails.
pub fn forget_old(conn: &mut Conn, now: Time) -> Result<usize> {
    unrecorded(conn, "old refused attempts", |tx| store::forget_before(tx, now.plus(-KEPT)))
}
