//! What a session has entered beside what its person belongs to: a super admin's visit to an org, and an admin's impersonation of
//! somebody. Both end by themselves; whether they still stand is looked at on every use.

use diesel::prelude::*;

use super::actor::{By, Person};
use super::caller::{Hash, Place};
use super::scope::Org;
use super::signed_in::{OrgRow, PersonRow, Resolved, SignedIn, org_columns, org_of, person_columns, person_of};
use crate::clock::{HOUR, Time, now};
use crate::db::Conn;
use crate::db::schema::{impersonations, memberships, orgs, users, visits};
use crate::error::{Error, Result};
use crate::id::{MembershipId, OrgId, UserId};

/// A visit and an impersonation end this long after they began, whatever happens, in microseconds.
pub const LONGEST: i64 = HOUR;

/// A session's impersonation.
#[derive(Debug, Clone)]
pub struct Impersonation {
    /// Whom the session acts as.
    pub target: Person,
    /// The membership by which it does.
    pub membership: MembershipId,
    /// The only org where it does.
    pub org: Org,
    /// Whether the target is an admin there.
    pub admin: bool,
    /// Why it has ended; `None` while it stands.
    pub ended: Option<&'static str>,
}

type Row = (PersonRow, OrgRow, MembershipId, bool, (bool, bool, bool), (Option<Time>, Option<Time>), Time);

/// The impersonation of a session of this person, if it began one and was not told yet that it has ended.
pub(super) fn of_session(conn: &mut Conn, hash: &Hash, own: UserId) -> Result<Option<Impersonation>> {
    let row: Option<Row> = impersonations::table
        .inner_join(memberships::table.inner_join(users::table).inner_join(orgs::table))
        .filter(impersonations::session_hash.eq(hash.as_slice()))
        .select((
            person_columns(),
            org_columns(),
            memberships::id,
            memberships::admin,
            (orgs::enabled, memberships::enabled, users::enabled),
            (memberships::accepted_at, memberships::removed_at),
            impersonations::started_at,
        ))
        .get_result(conn)
        .optional()?;
    let Some((target, org, membership, admin, (open, enabled, account), (accepted, removed), started_at)) = row else {
        return Ok(None);
    };
    let org = org_of(org);
    let ended = if started_at.plus(LONGEST) <= now() {
        Some("it ends after 60 minutes")
    } else if !open || !runs(conn, own, org.id)? {
        Some("you are no longer an admin of that org")
    } else if !enabled || !account || accepted.is_none() || removed.is_some() {
        Some("they are no longer an active user of that org")
    } else {
        None
    };
    Ok(Some(Impersonation { target: person_of(target), membership, org, admin, ended }))
}

/// Whether the person is (still) an admin of the org.
fn runs(conn: &mut Conn, user: UserId, org: OrgId) -> Result<bool> {
    let own: Option<MembershipId> = memberships::table
        .filter(memberships::org_id.eq(org).and(memberships::user_id.eq(user)))
        .filter(memberships::admin.eq(true).and(memberships::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .select(memberships::id)
        .get_result(conn)
        .optional()?;
    Ok(own.is_some())
}

/// A session that acts as somebody else, in this place.
pub(super) fn resolve(conn: &mut Conn, hash: &Hash, me: SignedIn, place: &Place) -> Result<Resolved> {
    let found = of_session(conn, hash, me.person.id)?.ok_or_else(Error::not_found)?;
    let here = match place {
        Place::Slug(slug) => *slug == found.org.slug,
        Place::Header(wanted) => wanted.is_none_or(|wanted| wanted == found.org.id),
    };
    if !here || found.ended.is_some() {
        return Err(refusal(&found));
    }
    let by = By::Assumed(me.person, me.shown, found.target);
    Ok((by, found.org, Some(found.membership), found.admin))
}

/// Why a session that acts as somebody else gets nothing beyond that.
pub(super) fn refuse(conn: &mut Conn, hash: &Hash, me: Person) -> Result<Error> {
    Ok(of_session(conn, hash, me.id)?.map_or_else(Error::not_found, |found| refusal(&found)))
}

fn refusal(found: &Impersonation) -> Error {
    let (name, org) = (&found.target.name, &found.org.name);
    Error::Impersonating(match found.ended {
        None => format!("You act as {name} in {org}; stop impersonating before you do anything else"),
        Some(why) => format!("You do not act as {name} in {org} any more: {why}; go on as yourself"),
    })
}

/// The org as a super admin who entered it visits it; for everybody else it is not there.
pub(super) fn visit(conn: &mut Conn, hash: &Hash, me: SignedIn, place: &Place) -> Result<Resolved> {
    if !me.person.super_admin {
        return Err(Error::not_found());
    }
    let visited = visits::table
        .inner_join(orgs::table)
        .filter(visits::session_hash.eq(hash.as_slice()))
        .filter(visits::started_at.gt(now().plus(-LONGEST)))
        .filter(orgs::enabled.eq(true))
        .select(org_columns())
        .into_boxed();
    let visited = match place {
        Place::Slug(slug) => visited.filter(orgs::slug.eq(slug.clone())),
        Place::Header(Some(id)) => visited.filter(orgs::id.eq(*id)),
        Place::Header(None) => return Err(Error::not_found()),
    };
    let org: Option<OrgRow> = visited.get_result(conn).optional()?;
    let org = org.map(org_of).ok_or_else(Error::not_found)?;
    Ok((By::Visit(me.person, me.shown), org, None, true))
}
