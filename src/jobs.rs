//! The clock that calls the features' due work: what was seen is written every few seconds, and what is over is swept every
//! minute. Holds no rule.

pub mod removals;

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::access::Access;
use crate::access::refused::{Counted, parts};
use crate::audit::{self, actions::HeadLog};
use crate::clock::now;
use crate::db::{Conn, PART};
use crate::error::{Error, Result};
use crate::sessions::actions as sessions;

const FLUSH: Duration = Duration::from_secs(5);
/// Flushes between two sweeps.
const SWEEP: u32 = 12;

/// Does what is due, until it is stopped.
pub async fn run(access: Access) {
    tokio::join!(tick(&access), removals::run(&access));
}

async fn tick(access: &Access) {
    let mut clock = interval(FLUSH);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = HeadLog::default();
    for ticks in 0_u32.. {
        clock.tick().await;
        flush(access).await;
        if ticks.is_multiple_of(SWEEP) {
            log("sweep", sweep(access).await);
            log("heads", access.db().read_long(audit::actions::heads).await.map(|heads| told.tell(&heads)));
        }
    }
}

/// Writes what was seen. What the database cannot take now is kept for the next time, so that an outage makes nobody look idle.
pub async fn flush(access: &Access) {
    write_seen(access).await;
    let refused = access.refused().take();
    if !refused.is_empty() {
        log("refusals", write_refused(access, refused).await);
    }
}

/// Writes what was seen before the end. The clock may have been stopped in the middle of it: what it had handed to the writer is
/// waited for, or the process would end before it is on disk.
pub async fn finish(access: &Access) {
    flush(access).await;
    log("the last marks", access.db().write_aside(|_| Ok(())).await);
    log("the last writes", access.db().write(|_| Ok(())).await);
}

/// Writes refused attempts a few at a time, for others wait for the writer. After a failure all the rest waits for the next
/// time.
async fn write_refused(access: &Access, refused: Counted) -> Result<()> {
    let kept = refused.clone();
    let identify = move |conn: &mut Conn| audit::actions::identify(conn, &refused);
    let identified = match access.db().read_long(identify).await {
        Ok(identified) => identified,
        Err(error) => {
            access.refused().put_back(kept);
            return Err(error);
        }
    };
    let mut parts = parts(identified).into_iter();
    while let Some(part) = parts.next() {
        let kept = part.clone();
        let written = access.db().write(move |conn| audit::actions::count(conn, &part, now())).await;
        if let Err(error) = written {
            let again = if is_undone(&error) { Some(kept) } else { None };
            again.into_iter().chain(parts).for_each(|part| access.refused().put_back(part));
            return Err(error);
        }
    }
    Ok(())
}

/// Whether what failed is surely not done: to count again what may have been counted would double it.
fn is_undone(error: &Error) -> bool {
    !matches!(error, Error::Unknown)
}

/// Writes sightings a part at a time. After a failure all the rest waits for the next time; writing one twice does no harm.
async fn write_seen(access: &Access) {
    let mut parts = access.seen().take().parts(PART).into_iter();
    while let Some(part) = parts.next() {
        let kept = part.clone();
        let written = access.db().write_aside(move |conn| sessions::note_seen(conn, &part)).await;
        if written.is_err() {
            std::iter::once(kept).chain(parts.by_ref()).for_each(|part| access.seen().put_back(part));
        }
        log("sightings", written);
    }
}

/// Deletes what is out of date a part at a time: between two parts the writer serves others.
///
/// # Errors
/// If the database fails.
pub async fn sweep(access: &Access) -> Result<()> {
    while access.db().write(|conn| sessions::sweep(conn, now())).await? >= PART {}
    while access.db().write(|conn| audit::actions::forget_old(conn, now())).await? >= PART {}
    Ok(())
}

fn log(job: &'static str, done: Result<()>) {
    if let Err(error) = done {
        tracing::warn!(job, %error, "a job failed; it is tried again");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_counted_is_not_counted_again() {
        assert!(is_undone(&Error::Unavailable("The disk is full")));
        assert!(!is_undone(&Error::Unknown));
    }
}
