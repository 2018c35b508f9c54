//! The queries of `orgs`.

use diesel::prelude::*;

use super::model::{Org, OrgName, Slug};
use crate::audit::Tx;
use crate::clock::now;
use crate::db::schema::orgs;
use crate::db::{Conn, next_id};
use crate::error::{Error, Result};
use crate::id::OrgId;

/// The org with this id.
///
/// # Errors
/// `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: OrgId) -> Result<Org> {
    let columns = (orgs::id, orgs::name, orgs::slug, orgs::enabled);
    let (id, name, slug, enabled) = orgs::table.find(id).select(columns).get_result(conn)?;
    Ok(Org { id, name, slug, enabled })
}

/// The org with this short name.
///
/// # Errors
/// `NotFound` if there is none.
pub fn by_slug(conn: &mut Conn, slug: &str) -> Result<Org> {
    let columns = (orgs::id, orgs::name, orgs::slug, orgs::enabled);
    let (id, name, slug, enabled) = orgs::table.filter(orgs::slug.eq(slug)).select(columns).get_result(conn)?;
    Ok(Org { id, name, slug, enabled })
}

/// Switches an org on or off.
///
/// # Errors
/// If the database fails.
pub fn set_enabled(tx: &mut Tx, id: OrgId, enabled: bool) -> Result<()> {
    let row = (orgs::enabled.eq(enabled), orgs::version.eq(orgs::version + 1));
    diesel::update(orgs::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// Gives an org another name.
///
/// # Errors
/// If the database fails.
pub fn rename(tx: &mut Tx, id: OrgId, name: &OrgName) -> Result<()> {
    let row = (orgs::name.eq(name.as_str()), orgs::version.eq(orgs::version + 1));
    diesel::update(orgs::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// Makes an org, without anybody in it.
///
/// # Errors
/// `Invalid` if the slug is or was another org's.
pub fn create(tx: &mut Tx, name: &OrgName, slug: &Slug) -> Result<Org> {
    let id = OrgId::new(next_id(tx.conn())?);
    let row = (
        orgs::id.eq(id),
        orgs::name.eq(name.as_str()),
        orgs::slug.eq(slug.as_str()),
        orgs::enabled.eq(true),
        orgs::version.eq(1),
        orgs::created_at.eq(now()),
    );
    diesel::insert_into(orgs::table).values(row).execute(tx.conn()).map_err(taken)?;
    Ok(Org { id, name: name.as_str().to_owned(), slug: slug.as_str().to_owned(), enabled: true })
}

/// Makes the org require two-factor sign-in, or not.
///
/// # Errors
/// If the database fails.
pub fn set_requires_two_factor(tx: &mut Tx, id: OrgId, required: bool) -> Result<()> {
    let row = (orgs::requires_two_factor.eq(required), orgs::version.eq(orgs::version + 1));
    diesel::update(orgs::table.find(id)).set(row).execute(tx.conn())?;
    Ok(())
}

/// Whether the org requires two-factor sign-in.
///
/// # Errors
/// `NotFound` if there is no such org.
pub fn requires_two_factor(conn: &mut Conn, id: OrgId) -> Result<bool> {
    Ok(orgs::table.find(id).select(orgs::requires_two_factor).get_result(conn)?)
}

fn taken(error: diesel::result::Error) -> Error {
    use diesel::result::{DatabaseErrorKind, Error as Diesel};
    match error {
        Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            Error::field("slug", "Another org has this short name; choose a different one")
        }
        other => other.into(),
    }
}
