//! The host's help for somebody who is locked out, or whose invitation ran out with nobody left to renew it.

use crate::access::Actor;
use crate::audit::{self, Change};
use crate::clock::now;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::links::model::{Kind, LIFE, Link, Token};
use crate::links::store as links;
use crate::sessions::link_model::Invited;
use crate::sessions::{events, link_store};
use crate::users::model::{Email, User};
use crate::users::store as users;

/// A link for somebody's account, to be shown once.
pub struct HostLink {
    /// The org that it invites to; `None` if it is for a new password.
    pub org: Option<String>,
    /// The link.
    pub token: Token,
}

/// New links for an account, from the host: one for each invitation that waits, and one for a new password unless accepting
/// an invitation sets it.
///
/// # Errors
/// `Forbidden` for everybody else; `NotFound` without such an account, `Conflict` if it is disabled.
pub fn let_in(conn: &mut Conn, actor: &Actor, email: &Email) -> Result<Vec<HostLink>> {
    if !actor.is_host() {
        return Err(Error::Forbidden("Only the host’s command line makes a link for any account".into()));
    }
    let unknown = || Error::NotFound(Some(format!("No account has the email address {email}")));
    let (user, _) = users::by_email(conn, email)?.ok_or_else(unknown)?;
    if !user.enabled {
        return Err(Error::Conflict(format!("The account {email} is disabled; a link would not help")));
    }
    let waiting = link_store::waiting(conn, user.id)?;
    audit::change(conn, actor, |tx| {
        let (mut made, mut events) = (Vec::new(), Vec::new());
        if user.has_password || waiting.is_empty() {
            made.push(HostLink { org: None, token: links::issue(tx, &link(&user, None))? });
            events.push(events::password_link_issued(&user));
        }
        for invited in &waiting {
            let token = links::issue(tx, &link(&user, Some(invited)))?;
            made.push(HostLink { org: Some(invited.org_name.clone()), token });
            events.push(events::invitation_link_issued(invited, &user));
        }
        Ok(Change::Changed(made, events))
    })
}

fn link(user: &User, invited: Option<&Invited>) -> Link {
    Link {
        kind: if invited.is_some() { Kind::Invitation } else { Kind::Password },
        user: Some(user.id),
        membership: invited.map(|invited| invited.id),
        issuer: None,
        issuer_org: None,
        user_epoch: user.session_epoch,
        membership_version: invited.map_or(0, |invited| invited.version),
        expires_at: now().plus(LIFE),
    }
}
