//! A super admin enters an org that they do not belong to: visibly, for this session, an hour at most.

use crate::access::{Act, Actor, LONGEST};
use crate::audit::{self, Change};
use crate::clock::now;
use crate::db::{Conn, Way};
use crate::error::{Error, Result};
use crate::orgs::model::{Listed, Reason};
use crate::orgs::{events, list_store, store, visit_store};

/// An org as a super admin who stands before it sees it.
pub struct Before {
    /// The org; `admin` tells whether they belong to it.
    pub listed: Listed,
    /// Whether this session visits it already.
    pub visited: bool,
}

/// The org with this short name, for a super admin.
///
/// # Errors
/// `NotFound` if there is none, and for everybody else.
pub fn before(conn: &mut Conn, actor: &Actor, slug: &str) -> Result<Before> {
    actor.require(Act::VisitOrg)?;
    let listed = list_store::by_slug(conn, slug)?;
    let own = list_store::of_person(conn, actor.person()?.id)?;
    let admin = own.iter().find(|mine| mine.org.id == listed.org.id).and_then(|mine| mine.admin);
    let visited = visit_store::of_session(conn, actor.session()?)?.contains(&listed.org.id);
    Ok(Before { listed: Listed { admin, ..listed }, visited })
}

/// Enters the org: from now on this session has an admin's rights there, said on every page and in every event.
///
/// # Errors
/// `Conflict` if the org is disabled, or one belongs to it; `Unconfirmed`; `Repeated`; `NotFound` as `before`.
pub fn enter(conn: &mut Conn, actor: &Actor, slug: &str, reason: &Reason) -> Result<()> {
    let Before { listed, .. } = before(conn, actor, slug)?;
    actor.require_confirmed()?;
    let org = listed.org;
    if listed.admin.is_some() {
        return Err(Error::Conflict(format!("You belong to {}, so you need not enter it", org.name)));
    }
    if !org.enabled {
        return Err(Error::Conflict(format!("{} is disabled; enable it before you enter", org.name)));
    }
    let session = *actor.session()?;
    audit::change(conn, actor, |tx| {
        let at = now();
        visit_store::begin(tx, &session, org.id, at)?;
        Ok(Change::one((), events::entered(&org, reason, at.plus(LONGEST))))
    })
}

/// Leaves the org; its name. Who has left already has.
///
/// # Errors
/// `NotFound` if there is no such org, and for who is no super admin.
pub fn leave(conn: &mut Conn, actor: &Actor, slug: &str) -> Result<String> {
    actor.require(Act::VisitOrg)?;
    let org = store::by_slug(conn, slug)?;
    let session = *actor.session()?;
    audit::change_to_let(conn, actor, (Way::Out, actor.person()?.id), |tx| {
        let name = org.name.clone();
        if visit_store::end(tx, &session, org.id)? {
            Ok(Change::one(name, events::left(&org)))
        } else {
            Ok(Change::Unchanged(name))
        }
    })
}
