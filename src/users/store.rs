//! The queries of `users`: accounts. Those of `memberships` are in `membership_store`.

use diesel::prelude::*;

use super::confirmer::{Confirmed, Confirmer};
use super::model::{Email, Name, User};
use crate::audit::Tx;
use crate::clock::{Time, now};
use crate::db::schema::users;
use crate::db::{Conn, next_id, run_inside};
use crate::error::{Error, Result};
use crate::id::{OrgId, UserId};

#[derive(Queryable)]
struct Row {
    id: UserId,
    first_name: String,
    last_name: String,
    email: String,
    password_hash: Option<String>,
    enabled: bool,
    super_admin: bool,
    session_epoch: i64,
    version: i64,
    created_at: Time,
    email_confirmed_at: Option<Time>,
    email_confirmed_by: Option<UserId>,
    email_confirmed_in: Option<OrgId>,
}

impl From<Row> for User {
    fn from(row: Row) -> User {
        let by = Confirmer::stored(row.email_confirmed_by, row.email_confirmed_in);
        User {
            id: row.id,
            name: Name::stored(row.first_name, row.last_name),
            email: Email::stored(row.email),
            has_password: row.password_hash.is_some(),
            enabled: row.enabled,
            super_admin: row.super_admin,
            session_epoch: row.session_epoch,
            version: row.version,
            created_at: row.created_at,
            email_confirmed: row.email_confirmed_at.map(|at| Confirmed { at, by }),
        }
    }
}

/// Whether any account exists: setup is for when none does.
///
/// # Errors
/// If the database fails.
pub fn any(conn: &mut Conn) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(users::table.select(users::id))).get_result(conn)?)
}

/// The account with this id.
///
/// # Errors
/// `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: UserId) -> Result<User> {
    Ok(run_inside!(conn, users::table.find(id).get_result::<Row>(conn))?.into())
}

/// The account with this email and the hash of its password, if it has one.
///
/// # Errors
/// If the database fails.
pub fn by_email(conn: &mut Conn, email: &Email) -> Result<Option<(User, Option<String>)>> {
    let row: Option<Row> = users::table.filter(users::email.eq(email.as_str())).get_result(conn).optional()?;
    Ok(row.map(|row| {
        let hash = row.password_hash.clone();
        (row.into(), hash)
    }))
}

/// The hash of an account's password.
///
/// # Errors
/// `NotFound` if there is no such account.
pub fn password_hash(conn: &mut Conn, id: UserId) -> Result<Option<String>> {
    Ok(users::table.find(id).select(users::password_hash).get_result(conn)?)
}

/// Creates an account without a password. `confirmer` is who says that the address is its user's.
///
/// # Errors
/// `Invalid` if the email address is taken or reserved.
pub fn create(
    tx: &mut Tx,
    name: &Name,
    email: &Email,
    super_admin: bool,
    confirmer: Option<Confirmer>,
) -> Result<User> {
    let id = UserId::new(next_id(tx.conn())?);
    refuse_reserved(email, None)?;
    let row = (
        users::id.eq(id),
        users::first_name.eq(name.first()),
        users::last_name.eq(name.last()),
        users::email.eq(email.as_str()),
        users::enabled.eq(true),
        users::super_admin.eq(super_admin),
        users::session_epoch.eq(1),
        users::version.eq(1),
        users::created_at.eq(now()),
    );
    diesel::insert_into(users::table).values(row).execute(tx.conn()).map_err(told)?;
    confirm_email(tx, id, confirmer)?;
    find(tx.conn(), id)
}

/// The addresses in place of freed ones are reserved: an account gets its own only.
///
/// # Errors
/// `Invalid` for any other account.
pub fn refuse_reserved(email: &Email, account: Option<UserId>) -> Result<()> {
    let own = account.is_some_and(|id| *email == Email::released(id));
    if email.is_released() && !own { Err(Error::field("email", RESERVED)) } else { Ok(()) }
}

const RESERVED: &str = "Keyhouse reserves addresses at released.invalid; use a different one";

/// Sets who confirmed the email address of an account; `None` if it is not confirmed.
///
/// # Errors
/// If the database fails.
pub fn confirm_email(tx: &mut Tx, id: UserId, confirmer: Option<Confirmer>) -> Result<()> {
    let (by, org) = confirmer.map_or((None, None), Confirmer::parts);
    let row = (
        users::email_confirmed_at.eq(confirmer.map(|_| now())),
        users::email_confirmed_by.eq(by),
        users::email_confirmed_in.eq(org),
    );
    diesel::update(users::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// Sets name and email address. A new address ends sessions and links; `confirmer` is who says that it is its user's.
///
/// # Errors
/// `Invalid` if the email address is taken or reserved.
pub fn rename(tx: &mut Tx, user: &User, name: &Name, email: &Email, confirmer: Option<Confirmer>) -> Result<()> {
    let moved = *email != user.email;
    refuse_reserved(email, Some(user.id))?;
    let ends = i64::from(moved);
    let row = (
        users::first_name.eq(name.first()),
        users::last_name.eq(name.last()),
        users::email.eq(email.as_str()),
        users::version.eq(users::version + 1),
        users::session_epoch.eq(users::session_epoch + ends),
    );
    diesel::update(users::table.find(user.id)).set(row).execute(tx.conn()).map_err(told)?;
    if moved { confirm_email(tx, user.id, confirmer) } else { Ok(()) }
}

/// Sets the password's hash; ends all sessions and links of the account.
///
/// # Errors
/// If the database fails.
pub fn set_password_hash(tx: &mut Tx, id: UserId, hash: &str) -> Result<()> {
    let row = (
        users::password_hash.eq(hash),
        users::version.eq(users::version + 1),
        users::session_epoch.eq(users::session_epoch + 1),
    );
    diesel::update(users::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// Ends all sessions and links of the account.
///
/// # Errors
/// If the database fails.
pub fn end_sessions(tx: &mut Tx, id: UserId) -> Result<()> {
    let row = (users::version.eq(users::version + 1), users::session_epoch.eq(users::session_epoch + 1));
    diesel::update(users::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// Switches an account on or off; off ends all sessions and links of the account.
///
/// # Errors
/// If the database fails.
pub fn set_enabled(tx: &mut Tx, id: UserId, enabled: bool) -> Result<()> {
    let row = (
        users::enabled.eq(enabled),
        users::version.eq(users::version + 1),
        users::session_epoch.eq(users::session_epoch + i64::from(!enabled)),
    );
    diesel::update(users::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// Gives an account super admin, or takes it away. Both end all its sessions and links: rights begin with a sign-in.
///
/// # Errors
/// If the database fails.
pub fn set_super_admin(tx: &mut Tx, id: UserId, on: bool) -> Result<()> {
    let row = (
        users::super_admin.eq(on),
        users::version.eq(users::version + 1),
        users::session_epoch.eq(users::session_epoch + 1),
    );
    diesel::update(users::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// What to say when another account has an email address.
pub fn taken() -> Error {
    Error::field("email", "Another account has this email address; use a different one")
}

/// Puts another hash of the same password in the place of one with older parameters; nothing else depends on that.
///
/// # Errors
/// If the database fails.
pub fn renew_password_hash(tx: &mut Tx, id: UserId, hash: &str) -> Result<()> {
    diesel::update(users::table.find(id)).set(users::password_hash.eq(hash)).execute(tx.conn())?;
    Ok(())
}

fn told(error: diesel::result::Error) -> Error {
    use diesel::result::{DatabaseErrorKind, Error as Diesel};
    match error {
        Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => taken(),
        other => other.into(),
    }
}
