//! What the frame around a page shows of its org and person, read with the page's own.

use super::page::{Assumed, FrameOrg, FramePerson};
use crate::access::{self, Actor, OrgScope};
use crate::db::Conn;
use crate::error::Result;
use crate::id::UserId;

/// The facts.
pub(super) struct Facts {
    pub(super) org: Option<FrameOrg>,
    pub(super) person: FramePerson,
    pub(super) assumed: Option<Assumed>,
    /// As whom the person acts; `None` as themselves.
    pub(super) acts_as: Option<UserId>,
}

pub(super) fn org_facts(conn: &mut Conn, scope: &OrgScope) -> Result<Facts> {
    let (actor, org) = (scope.actor(), scope.org());
    let assumed = match (actor.is_visiting(), actor.is_impersonating()) {
        (true, _) => Some(Assumed::Visit),
        (_, true) => Some(Assumed::Impersonation),
        (false, false) => None,
    };
    // an impersonation reaches one org only
    let several =
        assumed != Some(Assumed::Impersonation) && (actor.is_super_admin() || access::has_several_orgs(conn, actor)?);
    let org = FrameOrg { name: org.name.clone(), slug: org.slug.clone(), admin: scope.is_admin(), several };
    Ok(Facts { org: Some(org), person: person_of(actor)?, assumed, acts_as: actor.acts_as().map(|person| person.id) })
}

pub(super) fn own_facts(actor: &Actor) -> Result<Facts> {
    Ok(Facts { org: None, person: person_of(actor)?, assumed: None, acts_as: None })
}

/// Of somebody's own session, also while they act as somebody else.
pub(super) fn behind_facts(conn: &mut Conn, actor: &Actor) -> Result<Facts> {
    let Some(found) = access::impersonation(conn, actor)?.filter(|found| found.ended.is_none()) else {
        return own_facts(actor);
    };
    let person = FramePerson { name: found.target.name, super_admin: false };
    Ok(Facts { org: None, person, assumed: Some(Assumed::Impersonation), acts_as: Some(found.target.id) })
}

fn person_of(actor: &Actor) -> Result<FramePerson> {
    Ok(FramePerson { name: actor.person()?.name.clone(), super_admin: actor.is_super_admin() })
}
