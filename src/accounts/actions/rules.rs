//! What must hold for every change of an account.

use super::find;
use crate::accounts::list_store;
use crate::accounts::model::Account;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;

/// All changes queue for one writer, so two super admins cannot take each other's place at once.
pub(super) fn keep_a_super_admin(conn: &mut Conn, leaving: &Account) -> Result<()> {
    let counts = leaving.super_admin && leaving.enabled && leaving.has_password;
    if !counts || list_store::has_other_super_admin(conn, leaving.id)? {
        return Ok(());
    }
    let name = &leaving.name;
    Err(Error::field("", format!("{name} is the only super admin who can sign in. Keyhouse always keeps one")))
}

/// Ends with an error if the account is not any more what the super admin was shown.
pub(super) fn require_version(conn: &mut Conn, id: UserId, shown: Option<i64>) -> Result<()> {
    if shown.is_none() || shown == Some(find::version(conn, id)?) {
        return Ok(());
    }
    Err(Error::Conflict("This account changed while you looked at it. Nothing was done; check it again".into()))
}
