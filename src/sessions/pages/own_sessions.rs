//! One's own sessions, as the profile lists them, and the forms that end them.

use actix_session::Session;
use actix_web::web;

use super::browser;
use crate::access::Act;
use crate::clock::now;
use crate::error::{Error, Result};
use crate::id::SessionId;
use crate::sessions::actions;
use crate::sessions::session_model::OwnSession;
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::site::{Site, operation_id};
use crate::web::when::When;

/// A session of one's own, as it is listed.
pub struct SessionRow {
    /// Its id.
    pub id: i64,
    /// The browser in words.
    pub browser: String,
    /// Where it signed in.
    pub address: String,
    /// When it signed in.
    pub signed_in: When,
    /// When it last asked for something.
    pub seen: When,
    /// Whether it is the one that looks.
    pub at_hand: bool,
    /// Makes the form that ends it harmless to send twice.
    pub operation_id: String,
}

/// The rows of these sessions. Each has an operation id of its own, so that to end one is not taken for ending another.
pub(super) fn rows(sessions: &[OwnSession]) -> Result<Vec<SessionRow>> {
    let (operation, at) = (operation_id()?, now().micros());
    let row = |session: &OwnSession| SessionRow {
        id: session.id.number(),
        browser: session.browser(),
        address: session.address.clone(),
        signed_in: When::new(session.created_at.micros(), at),
        seen: When::new(if session.at_hand { at } else { session.seen_at.micros() }, at),
        at_hand: session.at_hand,
        operation_id: format!("{operation}x{}", session.id),
    };
    Ok(sessions.iter().map(row).collect())
}

/// `POST /profile/sessions/{id}/end`.
///
/// # Errors
/// `NotFound` for everything but a session of one's own.
pub async fn end(site: Site, session: Session, path: web::Path<String>, form: Form) -> Answer {
    let id = SessionId::parse(&path).ok_or_else(Error::not_found)?;
    let at_hand = browser::of(&site).session;
    match site
        .write_own(Act::EndSession, &form, move |conn, actor| actions::end_session(conn, actor, id, at_hand.as_ref()))
        .await
    {
        Ok(true) => {
            session.purge();
            Ok(site.see_with("/login", "You are signed out.", ""))
        }
        Ok(false) | Err(Error::Repeated(_)) => {
            Ok(site.see_with("/profile", "The session is ended.", "That browser has to sign in again."))
        }
        Err(error) => Err(error),
    }
}

/// `POST /profile/sessions/end-others`.
///
/// # Errors
/// `SignedOut`.
pub async fn end_others(site: Site, form: Form) -> Answer {
    let at_hand = browser::of(&site).session;
    match site
        .write_own(Act::EndSession, &form, move |conn, actor| {
            actions::end_other_sessions(conn, actor, at_hand.as_ref())
        })
        .await
    {
        Ok(_) | Err(Error::Repeated(_)) => Ok(site.see_with("/profile", "Your other sessions are ended.", "")),
        Err(error) => Err(error),
    }
}

/// `POST /profile/sessions/end-all`.
///
/// # Errors
/// `SignedOut`.
pub async fn end_all(site: Site, session: Session, form: Form) -> Answer {
    match site.write_own(Act::EndSession, &form, actions::end_own_sessions).await {
        Ok(_) | Err(Error::Repeated(_)) => {
            session.purge();
            Ok(site.see_with("/login", "You are signed out everywhere.", ""))
        }
        Err(error) => Err(error),
    }
}
