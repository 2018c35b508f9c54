//! How the database and the secrets are opened: together, as they must fit each other.

use crate::access::{Access, Actor};
use crate::audit;
use crate::audit::actions::{self, Before, FirstLine};
use crate::clock::{AHEAD, Time, not_before, now};
use crate::config::{Config, database, files};
use crate::db::{Conn, Db, migrate};
use crate::error::Error;
use crate::secret::Secrets;
use crate::sessions::actions as sessions;
use crate::two_factor::actions as two_factor;

/// Readers beside those of the workers: for what runs on the blocking pool.
const SPARE_READERS: u32 = 4;

/// Opens the database and the secrets that these settings name, making both where they may be made. The secrets must be those
/// that the database was written with: others would break the audit trail and open no second factor.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
pub fn open(config: &Config) -> Result<(Access, Secrets), String> {
    database::prepare_database(&config.database)?;
    let workers = u32::try_from(config.workers).unwrap_or(u32::MAX - SPARE_READERS);
    let db = Db::open(&config.database, workers + SPARE_READERS)?;
    let newest = db.read_now(audit::newest).map_err(|error| error.to_string())?;
    // a secret that another process has just made was there before its events, so it is looked for after them
    let secrets = if newest.is_some() { files::kept_secrets(config)? } else { files::secrets(config)? };
    let happened = check_clock(config, newest, now())?;
    happened.into_iter().for_each(not_before);
    let access = Access::new(db, &secrets);
    keep_to_first_line(config, &access, &secrets)?;
    if happened.is_none() && newest.is_some() {
        access.write_as_host(sessions::trust_clock).map_err(|error| error.to_string())?;
    }
    Ok((access, secrets))
}

/// The same for who helps somebody of an installation that is there: makes no database, and migrates none.
///
/// # Errors
/// As `open`; also if there is no database, or an older Keyhouse's.
pub fn open_made(config: &Config) -> Result<(Access, Secrets), String> {
    database::require_database(&config.database)?;
    migrate::require_newest(&config.database)?;
    open(config)
}

/// The same for who finds out what is wrong with the audit trail, be it the secrets: makes nothing, and does not touch the schema.
///
/// # Errors
/// A sentence for the person at the command line.
pub fn open_present(config: &Config) -> Result<(Access, Secrets), String> {
    database::require_database(&config.database)?;
    let secrets = files::kept_secrets(config)?;
    let db = Db::open_present(&config.database, SPARE_READERS)?;
    check_clock(config, db.read_now(audit::newest).map_err(|error| error.to_string())?, now())?;
    Ok((Access::new(db, &secrets), secrets))
}

/// The same for who goes on with another secret, as the one that the database was written with is lost; the secret is made when there
/// is none and it may be made.
///
/// # Errors
/// A sentence for the person at the command line.
pub fn open_without_lost_secret(config: &Config) -> Result<(Access, Secrets), String> {
    database::require_database(&config.database)?;
    let db = Db::open(&config.database, SPARE_READERS)?;
    let happened = check_clock(config, db.read_now(audit::newest).map_err(|error| error.to_string())?, now())?;
    happened.into_iter().for_each(not_before);
    let secrets = files::secrets(config)?;
    Ok((Access::new(db, &secrets), secrets))
}

/// Rotates the secret if the first line of its file is new, and has this node end once another node starts with a newer line.
fn keep_to_first_line(config: &Config, access: &Access, secrets: &Secrets) -> Result<(), String> {
    let told = |error: Error| error.to_string();
    match access.db().read_now(|conn| actions::first_line(conn, secrets)).map_err(told)? {
        FirstLine::Newest => access.db().read_now(|conn| actions::require_heads(conn, true)).map_err(told)?,
        FirstLine::New(before) => {
            let known = secrets.clone();
            access.write_as_host(move |conn, host| rotate(conn, host, &known, &before)).map_err(told)?;
        }
        FirstLine::Replaced => {
            return Err(format!(
                "the first line of {} was replaced by a newer one: put the same secret file on all nodes, the newest \
                 line first. A line that was replaced is never used again",
                config.secret_file.display()
            ));
        }
        FirstLine::Foreign => {
            return Err(format!(
                "this secret file is not the one that this database was written with: {}; put that one back. \
                 If it is the right one, the newest audit event was changed: see keyhouse audit verify. If that one is lost for \
                 good, stop all nodes and run: keyhouse audit lost-secret",
                config.secret_file.display()
            ));
        }
    }
    let newest = secrets.lines().swap_remove(0);
    access.db().keep_to(newest);
    Ok(())
}

/// One change: the trail goes on under the new line exactly when all two-factor secrets are encrypted under it.
fn rotate(conn: &mut Conn, host: &Actor, secrets: &Secrets, before: &Before) -> Result<(), Error> {
    if actions::rotate_secret(conn, host, secrets)? {
        let two_factor = two_factor::encrypt_again(conn, secrets)?;
        let happened = match before {
            Before::Unknown => {
                "the audit trail begins under the first line of the secret file, with what is stored now"
            }
            Before::At(_) => "the secret file has a new first line; the audit trail goes on under it",
        };
        tracing::info!(two_factor, "{happened}");
    }
    Ok(())
}

/// A clock that was set back would revive what has expired, and date what is new before what is old. What happened on a clock that was wrong is no measure of the present one, if whoever starts Keyhouse says so.
fn check_clock(config: &Config, newest: Option<Time>, now: Time) -> Result<Option<Time>, String> {
    match newest.filter(|newest| *newest > now.plus(AHEAD)) {
        Some(_) if config.trust_clock => Ok(None),
        Some(newest) => Err(format!(
            "the newest audit event is of {}, and this machine's clock says {}; set the clock right. \
             If it is right, and was wrong then, stop all nodes and start one with --trust-clock: that signs everybody out",
            newest.rfc3339(),
            now.rfc3339()
        )),
        None => Ok(newest),
    }
}
