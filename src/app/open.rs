//! How the database and the secrets are opened: together, as they must fit each other.

use crate::access::Access;
use crate::audit;
use crate::clock::{AHEAD, Time, not_before, now};
use crate::config::{Config, database, files};
use crate::db::{Db, migrate};
use crate::secret::Secrets;
use crate::sessions::actions as sessions;

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
    let seals = secrets.keys("audit chain");
    let fits = access.db().read_now(|conn| audit::newest_fits(conn, &seals)).map_err(|error| error.to_string())?;
    if fits == Some(false) {
        return Err(format!(
            "this secret file is not the one that this database was written with: {}; put that one back. \
             If it is the right one, the newest audit event was changed: see keyhouse audit verify. If that one is lost for good, \
             stop all nodes and run: keyhouse audit lost-secret",
            config.secret_file.display()
        ));
    }
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
