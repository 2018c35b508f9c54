//! One's own sessions: seen, and ended one by one or all.

use crate::access::Actor;
use crate::access::caller::Hash;
use crate::audit::{self, Change, Tx};
use crate::db::{Conn, Way};
use crate::error::{Error, Result};
use crate::id::{SessionId, UserId};
use crate::sessions::session_model::OwnSession;
use crate::sessions::{events, store};
use crate::users::store as users;

/// One's own sessions that are alive: first the one at hand, then the others by when they were last seen, 50 at most.
///
/// # Errors
/// `SignedOut`.
pub fn own_sessions(conn: &mut Conn, actor: &Actor, at_hand: Option<&Hash>) -> Result<Vec<OwnSession>> {
    let user = users::find(conn, actor.person()?.id)?;
    store::alive(conn, &user, at_hand.ok_or(Error::SignedOut)?)
}

/// Ends one of one's own sessions; answers whether it was the one at hand.
///
/// # Errors
/// `NotFound` if it is none of one's own, or over; `SignedOut`; `Repeated` if this very form was sent before.
pub fn end_session(conn: &mut Conn, actor: &Actor, id: SessionId, at_hand: Option<&Hash>) -> Result<bool> {
    let person = actor.person()?.id;
    let at_hand = at_hand.ok_or(Error::SignedOut)?;
    audit::change_to_let(conn, actor, (Way::Out, person), |tx| {
        let session = store::find(tx.conn(), person, id, at_hand)?;
        store::end_by_id(tx, session.id)?;
        let user = users::find(tx.conn(), person)?;
        Ok(Change::one(session.at_hand, events::ended(&user, &session)))
    })
}

/// Ends all of one's own sessions but the one at hand; returns how many.
///
/// # Errors
/// `SignedOut`; `Repeated` if this very form was sent before.
pub fn end_other_sessions(conn: &mut Conn, actor: &Actor, at_hand: Option<&Hash>) -> Result<usize> {
    let kept = at_hand.ok_or(Error::SignedOut)?;
    end_several(conn, actor, false, |tx, person| store::end_others(tx, person, kept))
}

/// Ends all of one's own sessions, this one too; returns how many.
///
/// # Errors
/// `SignedOut`; `Repeated` if this very form was sent before.
pub fn end_own_sessions(conn: &mut Conn, actor: &Actor) -> Result<usize> {
    end_several(conn, actor, true, store::end_all)
}

fn end_several(
    conn: &mut Conn,
    actor: &Actor,
    all: bool,
    end: impl FnOnce(&mut Tx, UserId) -> Result<usize>,
) -> Result<usize> {
    let person = actor.person()?.id;
    audit::change_to_let(conn, actor, (Way::Out, person), |tx| {
        let count = end(tx, person)?;
        if count == 0 {
            return Ok(Change::Unchanged(0));
        }
        let user = users::find(tx.conn(), person)?;
        Ok(Change::one(count, events::ended_several(&user, count, all)))
    })
}
