//! What a new first line of the secret file means for the secrets of authenticator apps.

use super::store;
use crate::audit::{self, Tx};
use crate::db::Conn;
use crate::encryption::Encryption;
use crate::error::Result;
use crate::id::UserId;
use crate::secret::Secrets;

/// Secrets that are read at once.
const BLOCK: i64 = 500;

/// Encrypts all secrets under the first line of the secret file; returns how many had been encrypted under an older line. A secret that
/// no line opens stays as it is.
///
/// # Errors
/// If the database fails.
pub fn encrypt_again(conn: &mut Conn, secrets: &Secrets) -> Result<usize> {
    let newest = Encryption::new(secrets.key("two-factor"));
    let all: Vec<Encryption> = secrets.keys_at_rest("two-factor").iter().cloned().map(Encryption::new).collect();
    audit::unrecorded(conn, "the same secrets under the first line of the secret file", |tx| {
        let (mut after, mut count) = (UserId::new(0), 0);
        loop {
            let block = store::secrets(tx.conn(), after, BLOCK)?;
            let Some((last, _)) = block.last() else { return Ok(count) };
            after = *last;
            for (user, sealed) in &block {
                count += usize::from(renew(tx, &newest, &all, *user, sealed)?);
            }
        }
    })
}

fn renew(tx: &mut Tx, newest: &Encryption, all: &[Encryption], user: UserId, sealed: &[u8]) -> Result<bool> {
    let owner = store::owner(user);
    if newest.decrypt(&owner, sealed).is_some() {
        return Ok(false);
    }
    let Some(secret) = all.iter().find_map(|line| line.decrypt(&owner, sealed)) else { return Ok(false) };
    store::keep_secret(tx, user, &newest.encrypt(&owner, &secret)?)?;
    Ok(true)
}
