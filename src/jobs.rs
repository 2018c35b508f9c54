//! The clock that calls the features' due work: what was seen is written every few seconds, and what is over is swept every
//! minute. Holds no rule.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::access::Access;
use crate::access::refused::Counted;
use crate::access::seen::Sightings;
use crate::audit::{self, actions::HeadLog};
use crate::clock::now;
use crate::db::Conn;
use crate::error::Result;
use crate::keys::actions as keys;
use crate::sessions::actions as sessions;

const FLUSH: Duration = Duration::from_secs(5);
/// Flushes between two sweeps.
const SWEEP: u32 = 12;

/// Does what is due, until it is stopped.
pub async fn run(access: Access) {
    let mut clock = interval(FLUSH);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = HeadLog::default();
    for ticks in 0_u32.. {
        clock.tick().await;
        flush(&access).await;
        if ticks.is_multiple_of(SWEEP) {
            log("sweep", access.db().write(sweep).await);
            log("heads", access.db().read_long(audit::actions::heads).await.map(|heads| told.tell(&heads)));
        }
    }
}

/// Writes what was seen. What the database cannot take now is kept for the next time, so that an outage makes nobody look idle.
pub async fn flush(access: &Access) {
    write_seen(access).await;
    let refused = access.refused().take();
    if !refused.is_empty() {
        write_refused(access, refused).await;
    }
}

async fn write_refused(access: &Access, refused: Counted) {
    let kept = refused.clone();
    let written = access.db().write(move |conn| audit::actions::count(conn, &refused, now())).await;
    if written.is_err() {
        access.refused().put_back(kept);
    }
    log("refusals", written);
}

async fn write_seen(access: &Access) {
    let seen = access.seen().take();
    if seen.is_empty() {
        return;
    }
    let kept = seen.clone();
    let written = access.db().write(move |conn| note(conn, &seen)).await;
    if written.is_err() {
        access.seen().put_back(kept);
    }
    log("sightings", written);
}

fn note(conn: &mut Conn, seen: &Sightings) -> Result<()> {
    sessions::note_seen(conn, seen)?;
    audit::unrecorded(conn, "last used", |tx| keys::note_used(tx, &seen.keys))
}

fn sweep(conn: &mut Conn) -> Result<()> {
    let count = sessions::sweep(conn, now())? + audit::actions::forget_old(conn, now())?;
    tracing::debug!(count, "swept");
    Ok(())
}

fn log(job: &'static str, done: Result<()>) {
    if let Err(error) = done {
        tracing::warn!(job, %error, "a job failed; it is tried again");
    }
}
