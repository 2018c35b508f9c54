//! From a credential to an actor and a scope, in one indexed query. A key, a session in an org and an impersonation work only
//! while key, membership, account and org are all present and enabled: each query here asks for all of them, on every use.

use diesel::prelude::*;

use super::actor::{ActingKey, Actor, By, Org, OrgScope, Person, Shown};
use super::caller::{Caller, Credential, Hash, Place};
use crate::clock::{HOUR, MINUTE, Time, now};
use crate::db::Conn;
use crate::db::schema::{keys, memberships, orgs, sessions, users};
use crate::error::{Error, Result};
use crate::id::{KeyId, MembershipId, OrgId, UserId};
use crate::secret::{SealKey, same};

/// A session ends after this long without a request, in microseconds (ASVS v5.0.0-7.3.1).
pub const IDLE: i64 = 30 * MINUTE;
/// A session ends this long after the sign-in, whatever happens, in microseconds (ASVS v5.0.0-7.3.2).
pub const ABSOLUTE: i64 = 12 * HOUR;

type PersonRow = (UserId, String, String, String, bool);
type OrgRow = (OrgId, String, String, bool);
type ShownRow = (Time, bool);

fn person_columns() -> (users::id, users::first_name, users::last_name, users::email, users::super_admin) {
    (users::id, users::first_name, users::last_name, users::email, users::super_admin)
}

fn person_of((id, first, last, email, super_admin): PersonRow) -> Person {
    Person { id, name: full_name(&first, &last), email, super_admin }
}

fn full_name(first: &str, last: &str) -> String {
    if last.is_empty() { first.to_owned() } else { format!("{first} {last}") }
}

fn shown_columns() -> (sessions::confirmed_at, sessions::second_factor) {
    (sessions::confirmed_at, sessions::second_factor)
}

fn shown_of((confirmed_at, second_factor): ShownRow) -> Shown {
    Shown { confirmed_at, second_factor }
}

fn org_columns() -> (orgs::id, orgs::name, orgs::slug, orgs::requires_two_factor) {
    (orgs::id, orgs::name, orgs::slug, orgs::requires_two_factor)
}

fn org_of((id, name, slug, requires_two_factor): OrgRow) -> Org {
    Org { id, name, slug, requires_two_factor }
}

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
    let actor = Actor::new(by, caller.origin.clone(), chain.clone());
    actor.require_second_factor_of(&org)?;
    Ok(OrgScope::new(actor, org, membership, admin))
}

/// The signed-in person, whatever the org.
pub(super) fn person(conn: &mut Conn, caller: &Caller, chain: &SealKey) -> Result<Actor> {
    let Some(Credential::Session(hash)) = &caller.credential else { return Err(Error::SignedOut) };
    let (person, shown) = session_person(conn, hash)?;
    Ok(Actor::new(By::Session(person, shown), caller.origin.clone(), chain.clone()))
}

type Resolved = (By, Org, MembershipId, bool);

fn session_person(conn: &mut Conn, hash: &Hash) -> Result<(Person, Shown)> {
    let row: Option<(PersonRow, ShownRow)> = sessions::table
        .inner_join(users::table)
        .filter(sessions::hash.eq(hash.as_slice()))
        .filter(sessions::seen_at.gt(now().plus(-IDLE)))
        .filter(sessions::created_at.gt(now().plus(-ABSOLUTE)))
        .filter(sessions::epoch.eq(users::session_epoch))
        .filter(users::enabled.eq(true))
        .select((person_columns(), shown_columns()))
        .get_result(conn)
        .optional()?;
    row.map(|(person, shown)| (person_of(person), shown_of(shown))).ok_or(Error::SignedOut)
}

fn by_slug(conn: &mut Conn, hash: &Hash, slug: &str) -> Result<Resolved> {
    let row: Option<((PersonRow, ShownRow), OrgRow, MembershipId, bool)> = sessions::table
        .inner_join(users::table)
        .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
        .inner_join(orgs::table.on(orgs::id.eq(memberships::org_id)))
        .filter(sessions::hash.eq(hash.as_slice()))
        .filter(sessions::seen_at.gt(now().plus(-IDLE)))
        .filter(sessions::created_at.gt(now().plus(-ABSOLUTE)))
        .filter(sessions::epoch.eq(users::session_epoch))
        .filter(orgs::slug.eq(slug))
        .filter(users::enabled.eq(true).and(orgs::enabled.eq(true)).and(memberships::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null().and(memberships::removed_at.is_null()))
        .select(((person_columns(), shown_columns()), org_columns(), memberships::id, memberships::admin))
        .get_result(conn)
        .optional()?;
    match row {
        Some(((person, shown), org, membership, admin)) => {
            Ok((By::Session(person_of(person), shown_of(shown)), org_of(org), membership, admin))
        }
        // a dead session leads to the sign-in; a live one must not learn whether the org exists
        None => session_person(conn, hash).and(Err(Error::not_found())),
    }
}

fn by_choice(conn: &mut Conn, hash: &Hash, wanted: Option<OrgId>) -> Result<Resolved> {
    let (person, shown) = session_person(conn, hash)?;
    let all: Vec<(OrgRow, MembershipId, bool)> = memberships::table
        .inner_join(orgs::table)
        .filter(memberships::user_id.eq(person.id))
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
    let (org, membership, admin) = chosen.ok_or(Error::not_found())?;
    Ok((By::Session(person, shown), org_of(org), membership, admin))
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
    let row: Option<(KeyRow, PersonRow, OrgRow, MembershipId, bool)> = keys::table
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
        ))
        .get_result(conn)
        .optional()?;
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
    Ok((By::Key(good.key, good.owner), good.org, good.membership, good.admin))
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
    Ok((By::Impersonation(good.key, person_of(person)), good.org, membership, admin))
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
