//! From a credential to an actor and a scope, in one indexed query. A key, a session in an org and an impersonation work only
//! while key, membership, account and org are all present and enabled: each query here asks for all of them, on every use.

use diesel::prelude::*;

use super::actor::{ActingKey, Actor, By, Person};
use super::assumed;
use super::caller::{Caller, Credential, Hash, Place};
use super::scope::{Org, OrgScope};
use super::signed_in::{
    ABSOLUTE, IDLE, OrgRow, PersonRow, Resolved, SignedInRow, org_columns, org_of, person_columns, person_of,
    shown_columns, signed_in, signed_in_of,
};
use crate::clock::{Time, now};
use crate::db::schema::{impersonations, keys, memberships, orgs, sessions, users};
use crate::db::{Conn, run_inside};
use crate::error::{Error, Result};
use crate::id::{KeyId, MembershipId, OrgId, UserId};
use crate::secret::{SealKey, same};

/// The scope of a caller in an org.
pub(super) fn scope(conn: &mut Conn, caller: &Caller, place: &Place, chain: &SealKey) -> Result<OrgScope> {
    let credential = caller.credential.as_ref().ok_or(Error::SignedOut)?;
    let (by, org, membership, admin) = match (credential, place) {
        (Credential::Session(hash), Place::Slug(slug)) => by_slug(conn, hash, slug)?,
        (Credential::Session(hash), Place::Header(org)) => by_choice(conn, hash, *org)?,
        // pages are for people; a key's org is its own, never the one of a path
        (Credential::Key { .. }, Place::Slug(_)) => return Err(Error::SignedOut),
        (Credential::Key { access_key, hash, impersonate }, Place::Header(wanted)) => {
            let found = match impersonate {
                None => by_key(conn, access_key, hash)?,
                Some(user) => by_impersonation(conn, access_key, hash, *user)?,
            };
            // to act in another org than the one asked for would be worse than not to act
            if wanted.is_some_and(|wanted| wanted != found.1.id) {
                return Err(Error::not_found());
            }
            found
        }
    };
    let actor = Actor::new(by, caller.origin.clone(), chain.clone()).of_session(caller.session());
    org.require_second_factor(&actor)?;
    Ok(OrgScope::new(actor, org, membership, admin))
}

/// The signed-in person, whatever the org, as nobody but themselves.
pub(super) fn person(conn: &mut Conn, caller: &Caller, chain: &SealKey) -> Result<Actor> {
    let hash = caller.session().ok_or(Error::SignedOut)?;
    let found = signed_in(conn, &hash)?;
    if found.assumes {
        return Err(assumed::refuse(conn, &hash, found.person)?);
    }
    Ok(found.actor(caller, chain))
}

/// The signed-in person behind whomever they may act as: for what their session itself is about.
pub(super) fn person_behind(conn: &mut Conn, caller: &Caller, chain: &SealKey) -> Result<Actor> {
    let hash = caller.session().ok_or(Error::SignedOut)?;
    Ok(signed_in(conn, &hash)?.actor(caller, chain))
}

fn by_slug(conn: &mut Conn, hash: &Hash, slug: &str) -> Result<Resolved> {
    let query = sessions::table
        .inner_join(users::table)
        .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
        .inner_join(orgs::table.on(orgs::id.eq(memberships::org_id)))
        .left_join(impersonations::table.on(impersonations::session_hash.eq(sessions::hash)))
        .filter(sessions::hash.eq(hash.as_slice()))
        .filter(sessions::seen_at.gt(now().plus(-IDLE)))
        .filter(sessions::created_at.gt(now().plus(-ABSOLUTE)))
        .filter(sessions::epoch.eq(users::session_epoch))
        .filter(orgs::slug.eq(slug))
        .filter(users::enabled.eq(true).and(orgs::enabled.eq(true)).and(memberships::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .select((
            (person_columns(), shown_columns(), impersonations::started_at.nullable()),
            org_columns(),
            memberships::id,
            memberships::admin,
        ));
    let row: Option<(SignedInRow, OrgRow, MembershipId, bool)> =
        run_inside!(conn, query.get_result(conn)).optional()?;
    let place = || Place::Slug(slug.to_owned());
    match row.map(|(me, org, membership, admin)| (signed_in_of(me), org_of(org), membership, admin)) {
        Some((me, ..)) if me.assumes => assumed::resolve(conn, hash, me, &place()),
        Some((me, org, membership, admin)) => Ok((By::Session(me.person, me.shown), org, Some(membership), admin)),
        // a dead session leads to the sign-in; a live one must not learn whether the org exists
        None => match signed_in(conn, hash)? {
            me if me.assumes => assumed::resolve(conn, hash, me, &place()),
            me => assumed::visit(conn, hash, me, &place()),
        },
    }
}

fn by_choice(conn: &mut Conn, hash: &Hash, wanted: Option<OrgId>) -> Result<Resolved> {
    let me = signed_in(conn, hash)?;
    if me.assumes {
        return assumed::resolve(conn, hash, me, &Place::Header(wanted));
    }
    let all: Vec<(OrgRow, MembershipId, bool)> = memberships::table
        .inner_join(orgs::table)
        .filter(memberships::user_id.eq(me.person.id))
        .filter(orgs::enabled.eq(true).and(memberships::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .order(memberships::id)
        .select((org_columns(), memberships::id, memberships::admin))
        .load(conn)?;
    let chosen = match wanted {
        Some(id) => all.into_iter().find(|(org, ..)| org.0 == id),
        None if all.len() > 1 => {
            let names: Vec<String> = all.iter().map(|((id, name, ..), ..)| format!("{id} ({name})")).collect();
            return Err(Error::Malformed(format!("Say which org with the header x-org-id: {}", names.join(", "))));
        }
        None => all.into_iter().next(),
    };
    match chosen {
        Some((org, membership, admin)) => Ok((By::Session(me.person, me.shown), org_of(org), Some(membership), admin)),
        None => assumed::visit(conn, hash, me, &Place::Header(wanted)),
    }
}

struct GoodKey {
    key: ActingKey,
    owner: Person,
    org: Org,
    membership: MembershipId,
    admin: bool,
    can_impersonate: bool,
    /// The owner was an admin when the key was made, and is none any more.
    demoted: bool,
}

type KeyRow = (KeyId, String, Vec<u8>, bool, bool, Option<Time>);

fn good_key(conn: &mut Conn, access_key: &str, hash: &Hash) -> Result<GoodKey> {
    let query = keys::table
        .inner_join(memberships::table)
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .inner_join(orgs::table.on(orgs::id.eq(keys::org_id)))
        .filter(keys::access_key.eq(access_key))
        .filter(keys::deleted_at.is_null().and(keys::disabled_at.is_null()))
        .filter(users::enabled.eq(true).and(orgs::enabled.eq(true)).and(memberships::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .select((
            (keys::id, keys::name, keys::hash, keys::can_impersonate, keys::admin_when_made, keys::expires_at),
            person_columns(),
            org_columns(),
            memberships::id,
            memberships::admin,
        ));
    let row: Option<(KeyRow, PersonRow, OrgRow, MembershipId, bool)> =
        run_inside!(conn, query.get_result(conn)).optional()?;
    let (key, owner, org, membership, admin) = row.ok_or(Error::SignedOut)?;
    let (id, name, stored, can_impersonate, admin_when_made, expires_at) = key;
    let expired = expires_at.is_some_and(|end| end <= now());
    if !same(&stored, hash) || expired {
        return Err(Error::SignedOut);
    }
    let owner = person_of(owner);
    let key = ActingKey { id, name, owner: owner.id };
    let (org, demoted) = (org_of(org), admin_when_made && !admin);
    Ok(GoodKey { key, owner, org, membership, admin: admin && admin_when_made, can_impersonate, demoted })
}

fn by_key(conn: &mut Conn, access_key: &str, hash: &Hash) -> Result<Resolved> {
    let good = good_key(conn, access_key, hash)?;
    Ok((By::Key(good.key, good.owner), good.org, Some(good.membership), good.admin))
}

fn by_impersonation(conn: &mut Conn, access_key: &str, hash: &Hash, target: UserId) -> Result<Resolved> {
    let good = good_key(conn, access_key, hash)?;
    if !good.can_impersonate {
        return Err(Error::Forbidden("This key cannot impersonate; leave out impersonate-user-id".into()));
    }
    // an impersonator's own role counts on each request too: who was demoted must not keep an admin's power by this way
    if good.demoted {
        return Err(Error::Forbidden("Whose key this is, is no longer an admin, so it no longer impersonates".into()));
    }
    let row: Option<(PersonRow, MembershipId, bool)> = memberships::table
        .inner_join(users::table)
        .filter(memberships::org_id.eq(good.org.id))
        .filter(memberships::user_id.eq(target))
        .filter(users::enabled.eq(true).and(memberships::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .select((person_columns(), memberships::id, memberships::admin))
        .get_result(conn)
        .optional()?;
    let refused = || Error::Forbidden("There is no such active user in this org to impersonate".into());
    let (person, membership, admin) = row.ok_or_else(refused)?;
    Ok((By::Impersonation(good.key, person_of(person)), good.org, Some(membership), admin))
}

/// Whether the person has more than one org to choose from.
pub(super) fn several_orgs(conn: &mut Conn, user: UserId) -> Result<bool> {
    let count: i64 = memberships::table
        .inner_join(orgs::table)
        .filter(memberships::user_id.eq(user))
        .filter(orgs::enabled.eq(true).and(memberships::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .count()
        .get_result(conn)?;
    Ok(count > 1)
}
