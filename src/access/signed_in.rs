//! Whose session it is, while it is alive, and the rows that persons and orgs are made of.

use diesel::prelude::*;

use super::actor::{Actor, By, Person, Shown};
use super::caller::{Caller, Hash};
use super::scope::Org;
use crate::clock::{HOUR, MINUTE, Time, now};
use crate::db::Conn;
use crate::db::schema::{impersonations, orgs, sessions, users};
use crate::error::{Error, Result};
use crate::id::{MembershipId, OrgId, UserId};
use crate::secret::SealKey;

/// A session ends after this long without a request, in microseconds (ASVS v5.0.0-7.3.1).
pub const IDLE: i64 = 30 * MINUTE;
/// A session ends this long after the sign-in, whatever happens, in microseconds (ASVS v5.0.0-7.3.2).
pub const ABSOLUTE: i64 = 12 * HOUR;

pub(super) type PersonRow = (UserId, String, String, String, bool);
pub(super) type OrgRow = (OrgId, String, String, bool);
pub(super) type ShownRow = (Time, bool);

pub(super) fn person_columns() -> (users::id, users::first_name, users::last_name, users::email, users::super_admin) {
    (users::id, users::first_name, users::last_name, users::email, users::super_admin)
}

pub(super) fn person_of((id, first, last, email, super_admin): PersonRow) -> Person {
    Person { id, name: full_name(&first, &last), email, super_admin }
}

fn full_name(first: &str, last: &str) -> String {
    if last.is_empty() { first.to_owned() } else { format!("{first} {last}") }
}

pub(super) fn shown_columns() -> (sessions::confirmed_at, sessions::second_factor) {
    (sessions::confirmed_at, sessions::second_factor)
}

pub(super) fn org_columns() -> (orgs::id, orgs::name, orgs::slug, orgs::requires_two_factor) {
    (orgs::id, orgs::name, orgs::slug, orgs::requires_two_factor)
}

pub(super) fn org_of((id, name, slug, requires_two_factor): OrgRow) -> Org {
    Org { id, name, slug, requires_two_factor }
}

/// What a credential comes to: who acts by what, in which org, with which membership (none: by a visit), as an admin or not.
pub(super) type Resolved = (By, Org, Option<MembershipId>, bool);

/// Whose session it is.
pub(super) struct SignedIn {
    pub(super) person: Person,
    pub(super) shown: Shown,
    /// Whether the session acts as somebody else, or did and was not told yet that this has ended.
    pub(super) assumes: bool,
}

impl SignedIn {
    pub(super) fn actor(self, caller: &Caller, chain: &SealKey) -> Actor {
        let by = By::Session(self.person, self.shown);
        Actor::new(by, caller.origin.clone(), chain.clone()).of_session(caller.session())
    }
}

pub(super) type SignedInRow = (PersonRow, ShownRow, Option<Time>);

pub(super) fn signed_in_of((person, (confirmed_at, second_factor), assumed_at): SignedInRow) -> SignedIn {
    let shown = Shown { confirmed_at, second_factor };
    SignedIn { person: person_of(person), shown, assumes: assumed_at.is_some() }
}

pub(super) fn signed_in(conn: &mut Conn, hash: &Hash) -> Result<SignedIn> {
    let row: Option<SignedInRow> = sessions::table
        .inner_join(users::table)
        .left_join(impersonations::table.on(impersonations::session_hash.eq(sessions::hash)))
        .filter(sessions::hash.eq(hash.as_slice()))
        .filter(sessions::seen_at.gt(now().plus(-IDLE)))
        .filter(sessions::created_at.gt(now().plus(-ABSOLUTE)))
        .filter(sessions::epoch.eq(users::session_epoch))
        .filter(users::enabled.eq(true))
        .select((person_columns(), shown_columns(), impersonations::started_at.nullable()))
        .get_result(conn)
        .optional()?;
    row.map(signed_in_of).ok_or(Error::SignedOut)
}
