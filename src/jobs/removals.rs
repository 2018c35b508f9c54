//! Deletes the keys of removed users, part by part. Every node does this, and goes on with what another one left.

use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::access::Access;
use crate::error::Result;
use crate::users::actions::removal;

/// The time between two looks for removed users.
const LOOK: Duration = Duration::from_secs(1);
/// After a failure, such as a full disk.
const PAUSE: Duration = Duration::from_secs(30);

/// Deletes the keys of removed users until it is stopped.
pub(super) async fn run(access: &Access) {
    let mut clock = interval(LOOK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        if let Err(error) = catch_up(access).await {
            tracing::warn!(%error, "keys of a removed user could not be deleted; it is tried again");
            sleep(PAUSE).await;
        }
    }
}

/// Deletes the keys of all users who were removed. Rests after each part for as long as the part took, so that other writers get
/// their turn.
///
/// # Errors
/// If a part failed. How far it came is kept, so that the next call goes on there.
pub async fn catch_up(access: &Access) -> Result<()> {
    while access.db().read(removal::is_waiting).await? {
        let began = Instant::now();
        access.write_later(removal::delete_part).await?;
        sleep(began.elapsed()).await;
    }
    Ok(())
}
