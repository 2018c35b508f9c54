//! The host's help for somebody who is locked out.

use crate::access::Actor;
use crate::audit::{self, Change};
use crate::clock::now;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::links::model::{Kind, LIFE, Link, Token};
use crate::links::store as links;
use crate::sessions::events;
use crate::users::model::Email;
use crate::users::store as users;

/// A new password link for an account, from the host.
///
/// # Errors
/// `Forbidden` for everybody else; `NotFound` without such an account, `Conflict` if it is disabled.
pub fn password_link(conn: &mut Conn, actor: &Actor, email: &Email) -> Result<Token> {
    if !actor.is_host() {
        return Err(Error::Forbidden("Only the host’s command line makes a link for any account".into()));
    }
    let unknown = || Error::NotFound(Some(format!("No account has the email address {email}")));
    let (user, _) = users::by_email(conn, email)?.ok_or_else(unknown)?;
    if !user.enabled {
        return Err(Error::Conflict(format!("The account {email} is disabled; a link would not help")));
    }
    let link = Link {
        kind: Kind::Password,
        user: Some(user.id),
        membership: None,
        issuer: None,
        issuer_org: None,
        user_epoch: user.session_epoch,
        membership_version: 0,
        expires_at: now().plus(LIFE),
    };
    audit::change(conn, actor, |tx| Ok(Change::one(links::issue(tx, &link)?, events::password_link_issued(&user))))
}
