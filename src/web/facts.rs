//! What the frame around a page shows of its org and person, read with the page's own.

use super::page::{Assumed, FrameOrg, FramePerson};
use crate::access::{self, Actor, OrgScope};
use crate::db::Conn;
use crate::error::Result;

/// The facts.
pub(super) struct Facts {
    pub(super) org: Option<FrameOrg>,
    pub(super) person: FramePerson,
    pub(super) assumed: Option<Assumed>,
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
    Ok(Facts { org: Some(org), person: person_of(actor)?, assumed })
}

pub(super) fn own_facts(actor: &Actor) -> Result<Facts> {
    Ok(Facts { org: None, person: person_of(actor)?, assumed: None })
}

fn person_of(actor: &Actor) -> Result<FramePerson> {
    Ok(FramePerson { name: actor.person()?.name.clone(), super_admin: actor.is_super_admin() })
}
