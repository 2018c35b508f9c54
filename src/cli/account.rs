//! What the host does with accounts; each answers with a sentence for the person at the command line.

use crate::access::{Access, Actor};
use crate::accounts::actions as accounts;
use crate::accounts::model::{Account, Looked, Place, Switched};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::sessions::actions::{self as sessions, HostLink};
use crate::users::actions as users;
use crate::users::model::Email;

/// New links for an account, each in a line of its own; `at` is where people reach Keyhouse.
///
/// # Errors
/// `NotFound` without such an account, `Conflict` if it is disabled.
pub(super) fn links(access: &Access, email: &str, at: &str) -> Result<String> {
    let email = Email::parse(email)?;
    let made = access.write_as_host(move |conn, host| sessions::let_in(conn, host, &email))?;
    let line = |link: HostLink| {
        let purpose = link.org.map_or(String::new(), |org| format!("Invitation to {org}: "));
        format!("{purpose}{at}{}", link.token.path())
    };
    Ok(made.into_iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// Changes the email address of an account, to `new` or to the one that its person asked for.
///
/// # Errors
/// As `set_email_as_host`.
pub(super) fn set_email(access: &Access, old: &str, new: Option<&str>) -> Result<String> {
    let (old, new) = (Email::parse(old)?, new.map(Email::parse).transpose()?);
    let before = old.clone();
    let now = access.write_as_host(move |conn, host| users::set_email_as_host(conn, host, &old, new.as_ref()))?;
    if now == before {
        return Ok(format!("{now} is the address already; nothing was changed."));
    }
    Ok(format!("{before} is {now} from now on. Sessions and links of the account have ended."))
}

/// Turns off the two-factor sign-in of an account.
///
/// # Errors
/// As `reset_two_factor_as_host`.
pub(super) fn reset_two_factor(access: &Access, email: &str) -> Result<String> {
    let email = Email::parse(email)?;
    let address = email.clone();
    let changed = access.write_as_host(move |conn, host| users::reset_two_factor_as_host(conn, host, &address))?;
    let told = if changed { "is off; their sessions are ended" } else { "was off already; nothing was changed" };
    Ok(format!("Two-factor sign-in of {email} {told}."))
}

/// Grants super admin to the account with this user ID, or takes it away. An email address only tells whose account it is.
///
/// # Errors
/// `Conflict` for an email address, with whose account that is; `NotFound` without such an account; `Invalid` for the last super
/// admin, and an account without a way to sign in.
pub(super) fn set_super_admin(access: &Access, who: &str, on: bool) -> Result<String> {
    let Some(id) = UserId::parse(who) else { return Err(Error::Conflict(whose(access, who, on)?)) };
    let unknown = || Error::NotFound(Some(format!("No account has the user ID {id}")));
    let act = move |conn: &mut Conn, host: &Actor| accounts::set_super_admin(conn, host, id, on, None);
    let switched = access.write_as_host(act).map_err(|error| match error {
        Error::NotFound(_) => unknown(),
        other => other,
    })?;
    let state = if on { "a super admin" } else { "no super admin" };
    let ended = if switched.changed { " Their sessions have ended." } else { "" };
    Ok(format!("User {id}, {}, {}{ended}", switched.account.name, told(&switched, state)))
}

/// Whose account has this email address, and the command that names it by user ID.
fn whose(access: &Access, email: &str, on: bool) -> Result<String> {
    let email = Email::parse(email)?;
    let look = move |conn: &mut Conn, host: &Actor| {
        let account = accounts::by_email(conn, host, &email)?;
        accounts::look(conn, host, account.id)
    };
    let Looked { account, places, identity, .. } = access.write_as_host(look)?;
    let confirmed = identity.confirmed.map_or("never confirmed".to_owned(), |confirmed| {
        let by = confirmed.by.unwrap_or_else(|| "the host".to_owned());
        let org = confirmed.org.map_or(String::new(), |org| format!(", admin of {org}"));
        format!("confirmed by {by}{org}")
    });
    let orgs: Vec<String> = places.iter().map(place).collect();
    let lines = [
        "An email address alone changes nothing. The account with this address is:".to_owned(),
        format!("  user ID     {}", account.id),
        format!("  name        {}", account.name),
        format!("  email       {} ({confirmed})", account.email),
        format!("  two-factor  {}", if identity.two_factor { "on" } else { "off" }),
        format!("  created     {}", account.created_at.rfc3339()),
        format!("  orgs        {}", if orgs.is_empty() { "none".to_owned() } else { orgs.join(", ") }),
        format!("If this is the account: keyhouse user super {} {}", account.id, if on { "on" } else { "off" }),
    ];
    Ok(lines.join("\n"))
}

fn place(place: &Place) -> String {
    let role = match (place.invited, place.admin) {
        (true, _) => "invited only",
        (false, true) => "admin",
        (false, false) => "user",
    };
    format!("{} ({role})", place.name)
}

/// Frees the email address of an account, so that another account can have it.
///
/// # Errors
/// `Invalid` for an unknown email address, and for a super admin's.
pub(super) fn free_email(access: &Access, email: &str) -> Result<String> {
    let email = Email::parse(email)?;
    let account = access.write_as_host(move |conn, host| {
        let account = accounts::by_email(conn, host, &email)?;
        accounts::free_email(conn, host, account.id, None)
    })?;
    let Account { id, name, email, .. } = account.account;
    if !account.changed {
        return Ok(format!("{email} was freed before; nothing was changed."));
    }
    let released = Email::released(id);
    Ok(format!("{email} is free. User {id}, {name}, is {released} from now on; their sessions and links have ended."))
}

/// Disables an account, or enables it.
///
/// # Errors
/// `Invalid` for an unknown email address and the last super admin.
pub(super) fn set_enabled(access: &Access, email: &str, enabled: bool) -> Result<String> {
    let email = Email::parse(email)?;
    let switched = access.write_as_host(move |conn, host| {
        let account = accounts::by_email(conn, host, &email)?;
        accounts::set_enabled(conn, host, account.id, enabled)
    })?;
    Ok(told(&switched, if enabled { "enabled" } else { "disabled" }))
}

fn told(switched: &Switched, state: &str) -> String {
    let when = if switched.changed { "now" } else { "already; nothing was changed" };
    format!("{} is {state} {when}.", switched.account.email)
}
