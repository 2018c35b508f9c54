//! Attempts to show who one is that failed: counted for those who look after the org's people, and logged with their address for
//! programs that block it, such as fail2ban.

use crate::access::refused::{Kind, Refused, Subject};
use crate::access::{Actor, Origin};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::sessions::actions;
use crate::sessions::model::{Account, Browser};
use crate::web::site::Site;

/// The kind of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// A sign-in, by password or code.
    SignIn,
    /// A signed-in user's password or code, shown again.
    Confirmation,
}

/// Counts and logs an attempt that failed.
pub fn count(site: &Site, attempt: Attempt, subject: Subject) {
    note(site.state().access.refused(), &site.caller().origin, attempt, subject);
}

/// README.md gives operators a pattern for these lines: keep them together.
fn note(refused: &Refused, origin: &Origin, attempt: Attempt, subject: Subject) {
    refused.note(Kind::SignIn, None, subject, &origin.address);
    let (address, id) = (&origin.address, &origin.request_id);
    match attempt {
        Attempt::SignIn => tracing::warn!(target: "keyhouse::sign_in", %address, request_id = %id, "sign-in rejected"),
        Attempt::Confirmation => {
            tracing::warn!(target: "keyhouse::sign_in", %address, request_id = %id, "confirmation rejected")
        }
    }
}

/// Begins an attempt at one's own password; one that comes too soon is counted.
pub fn attempt(
    site: &Site,
    browser: Browser,
) -> impl FnOnce(&mut Conn, &Actor) -> Result<Account> + Send + 'static + use<> {
    let begin = move |conn: &mut Conn, actor: &Actor| actions::try_own_password(conn, actor, &browser);
    watched(site, begin, |begun| matches!(begun, Err(Error::TooMany(_))))
}

/// The action of a signed-in user who shows who they are; counted and logged if its result is a failure.
pub fn watched<T, A>(
    site: &Site,
    act: A,
    is_failure: fn(&Result<T>) -> bool,
) -> impl FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static + use<T, A>
where
    T: 'static,
    A: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
{
    let access = site.state().access.clone();
    move |conn, actor| {
        let result = act(conn, actor);
        if is_failure(&result) {
            let subject = actor.user().map_or(Subject::Unknown, Subject::User);
            note(access.refused(), actor.origin(), Attempt::Confirmation, subject);
        }
        result
    }
}
