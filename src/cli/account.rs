//! What the host does with accounts.

use super::{Failure, say};
use crate::accounts::actions as accounts;
use crate::app;
use crate::config::Config;
use crate::users::model::Email;

/// Makes somebody a super admin, or takes that away.
pub(super) fn set_super_admin(config: &Config, email: &str, on: bool) -> Result<(), Failure> {
    let email = Email::parse(email)?;
    let (access, _) = app::open(config)?;
    let address = email.clone();
    let switched = access.write_as_host(move |conn, host| {
        let account = accounts::by_email(conn, host, &email)?;
        accounts::set_super_admin(conn, host, account.id, on)
    })?;
    let state = if on { "a super admin" } else { "no super admin" };
    told(&address, state, switched.changed);
    Ok(())
}

/// Disables an account, or enables it.
pub(super) fn set_enabled(config: &Config, email: &str, enabled: bool) -> Result<(), Failure> {
    let email = Email::parse(email)?;
    let (access, _) = app::open(config)?;
    let address = email.clone();
    let switched = access.write_as_host(move |conn, host| {
        let account = accounts::by_email(conn, host, &email)?;
        accounts::set_enabled(conn, host, account.id, enabled)
    })?;
    told(&address, if enabled { "enabled" } else { "disabled" }, switched.changed);
    Ok(())
}

fn told(email: &Email, state: &str, changed: bool) {
    let when = if changed { "now" } else { "already; nothing was changed" };
    say(&format!("{email} is {state} {when}."));
}
