//! Attempts to show who one is that failed, counted for those who look after the org's people.

use crate::access::Actor;
use crate::access::refused::{Kind, Subject};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::sessions::actions;
use crate::sessions::model::{Account, Browser};
use crate::web::site::Site;

/// Counts an attempt that failed.
pub fn count(site: &Site, subject: Subject) {
    site.state().access.refused().note(Kind::SignIn, None, subject, &site.caller().origin.address);
}

/// Begins an attempt at one's own password; one that comes too soon is counted.
pub fn attempt(
    site: &Site,
    browser: Browser,
) -> impl FnOnce(&mut Conn, &Actor) -> Result<Account> + Send + 'static + use<> {
    let access = site.state().access.clone();
    move |conn, actor| {
        let begun = actions::try_own_password(conn, actor, &browser);
        if matches!(begun, Err(Error::TooMany(_))) {
            let subject = actor.user().map_or(Subject::Unknown, Subject::User);
            access.refused().note(Kind::SignIn, None, subject, &actor.origin().address);
        }
        begun
    }
}
