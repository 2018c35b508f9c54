//! What can be done with orgs: choose one, look at it, make one.

pub mod switch;
pub mod visit;

use super::model::{Listed, Org, OrgName, Shut, Slug, slug_prefix};
use super::{events, list_store, store, visit_store};
use crate::access::{self, Act, Actor, OrgScope};
use crate::audit::{self, Change, Event, Tx};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::keys::actions as keys;
use crate::keys::model::Held;
use crate::paging::{Cursor, Position, ROWS, Rows};
use crate::text::fold;
use crate::users::actions::{self as users, Invited, NewUser, invite_into};
use crate::users::membership::{Counts, Membership};
use crate::users::model::{Email, Name};
use crate::users::{events as user_events, membership_store, store as user_store};

/// Counting all orgs stops here.
const COUNTED: i64 = 1001;
/// How many admins and keys the overview shows.
const SHOWN: usize = 5;

/// Where a person belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// To this org, the only one that they can open.
    Only(String),
    /// To one of several, or to none: they have to look.
    Choice,
}

/// Where the start page leads: for who acts as somebody else, to the only org where they do.
///
/// # Errors
/// If nobody is signed in.
pub fn start(conn: &mut Conn, actor: &Actor) -> Result<Home> {
    match access::impersonation(conn, actor)? {
        Some(found) => Ok(Home::Only(found.org.slug)),
        None => home(conn, actor),
    }
}

/// Where a person belongs.
///
/// # Errors
/// If nobody is signed in.
pub fn home(conn: &mut Conn, actor: &Actor) -> Result<Home> {
    let own = list_store::of_person(conn, actor.person()?.id)?;
    Ok(match own.as_slice() {
        [only] => Home::Only(only.org.slug.clone()),
        _ => Home::Choice,
    })
}

/// Orgs to choose from.
pub struct Choices {
    /// A page of them.
    pub rows: Rows<Listed>,
    /// How many there are without the search; for a super admin counted up to 1,001.
    pub total: u64,
    /// Whether they are all orgs there are, because a super admin looks.
    pub all: bool,
    /// To whom no org is open: those that are shut to them.
    pub shut: Vec<Shut>,
}

/// The orgs that a person can open, by name; for a super admin all orgs, by slug. With a prefix those that begin with it.
///
/// # Errors
/// If nobody is signed in.
pub fn choices(conn: &mut Conn, actor: &Actor, prefix: &str, cursor: &Cursor) -> Result<Choices> {
    let own = list_store::of_person(conn, actor.person()?.id)?;
    if actor.is_super_admin() {
        let rows = list_store::page(conn, &slug_prefix(prefix), cursor, ROWS)?;
        let rows = as_seen_by_super_admin(conn, actor, &own, rows)?;
        return Ok(Choices { rows, total: list_store::count(conn, COUNTED)?, all: true, shut: Vec::new() });
    }
    let shut = if own.is_empty() { list_store::shut_to(conn, actor.person()?.id)? } else { Vec::new() };
    let total = own.len() as u64;
    Ok(Choices { rows: own_page(own, prefix, cursor), total, all: false, shut })
}

/// With what they are there, and whether somebody who can sign in runs it.
fn as_seen_by_super_admin(conn: &mut Conn, actor: &Actor, own: &[Listed], rows: Rows<Listed>) -> Result<Rows<Listed>> {
    let ids: Vec<OrgId> = rows.rows.iter().map(|listed| listed.org.id).collect();
    let run = list_store::with_an_admin(conn, &ids)?;
    let visited = visit_store::of_session(conn, actor.session()?)?;
    let role = |id: OrgId| own.iter().find(|mine| mine.org.id == id)?.admin;
    Ok(rows.map(|listed| {
        let id = listed.org.id;
        let admins = if run.contains(&id) { listed.admins } else { 0 };
        Listed { admin: role(id), visited: visited.contains(&id), admins, ..listed }
    }))
}

/// Where an org stands in a list.
pub fn position(listed: &Listed, all: bool) -> Position {
    let key = if all { listed.org.slug.clone() } else { fold(&listed.org.name) };
    Position { key, id: listed.org.id.number() }
}

fn own_page(own: Vec<Listed>, prefix: &str, cursor: &Cursor) -> Rows<Listed> {
    let place = |listed: &Listed| {
        let Position { key, id } = position(listed, false);
        (key, id)
    };
    let at = |position: &Position| (position.key.clone(), position.id);
    let prefix = fold(prefix);
    let mut rows: Vec<Listed> = own.into_iter().filter(|listed| place(listed).0.starts_with(&prefix)).collect();
    rows.sort_by_key(&place);
    match cursor {
        Cursor::First => {}
        Cursor::After(after) => rows.retain(|listed| place(listed) > at(after)),
        Cursor::Before(before) => {
            rows.retain(|listed| place(listed) < at(before));
            rows.reverse();
        }
    }
    rows.truncate(ROWS + 1);
    Rows::from_query(rows, cursor, ROWS)
}

/// What the overview of an org shows.
pub struct Overview {
    /// How many users, admins and keys it has.
    pub counts: Counts,
    /// The first of its admins.
    pub admins: Vec<Membership>,
    /// The keys that were made last.
    pub newest: Vec<Held>,
    /// Whether any key was ever used.
    pub used: bool,
    /// Whether it requires two-factor sign-in.
    pub requires_two_factor: bool,
}

/// What somebody sees of an org they open.
pub enum Opened {
    /// The overview, for an admin.
    Admin(Overview),
    /// Nothing: an ordinary member has a profile instead.
    Member,
    /// What of a member's profile belongs to this org, for an admin who acts as them: their keys.
    AsMember(Vec<Held>),
}

/// What the caller sees of an org that they open.
///
/// # Errors
/// If the database fails.
pub fn open(conn: &mut Conn, scope: &OrgScope) -> Result<Opened> {
    if scope.is_admin() {
        return overview(conn, scope).map(Opened::Admin);
    }
    match scope.membership().filter(|_| scope.actor().is_impersonating()) {
        Some(own) => Ok(Opened::AsMember(keys::of_user(conn, scope, own, &Cursor::First, ROWS)?.rows)),
        None => Ok(Opened::Member),
    }
}

fn overview(conn: &mut Conn, scope: &OrgScope) -> Result<Overview> {
    let counts = users::counts(conn, scope)?;
    let admins = users::admins(conn, scope, SHOWN as i64)?;
    let mut newest = keys::list(conn, scope, "", &Cursor::First)?.rows;
    newest.truncate(SHOWN);
    let requires_two_factor = scope.org().requires_two_factor;
    Ok(Overview { counts, admins, newest, used: keys::any_used(conn, scope)?, requires_two_factor })
}

/// An org to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrg {
    /// Its name.
    pub name: OrgName,
    /// Its slug, for good.
    pub slug: Slug,
    /// Who shall run it: oneself, or somebody who is invited.
    pub admin: Email,
}

/// An org that was just made.
pub struct Created {
    /// The org.
    pub org: Org,
    /// Its first admin's invitation; `None` if that is whoever made it.
    pub invited: Option<Invited>,
}

/// Makes an org with its first admin.
///
/// # Errors
/// `Unconfirmed`; `Invalid` for a taken slug; `Repeated` if this operation was done before; `NotFound` for who is no super admin.
pub fn create(conn: &mut Conn, actor: &Actor, new: &NewOrg) -> Result<Created> {
    actor.require(Act::ManageOrgs)?;
    // it makes an admin
    actor.require_confirmed()?;
    audit::change(conn, actor, |tx| {
        let org = store::create(tx, &new.name, &new.slug)?;
        let made = events::created(&org);
        let person = actor.person()?;
        let (invited, told) = if new.admin.as_str() == person.email {
            (None, vec![join(tx, &org, actor)?])
        } else {
            let new = NewUser { name: called_after(&new.admin)?, email: new.admin.clone(), admin: true };
            let (invited, told) = invite_into(tx, org.id, actor, &new)?;
            (Some(invited), told)
        };
        Ok(Change::Changed(Created { org, invited }, std::iter::once(made).chain(told).collect()))
    })
}

fn join(tx: &mut Tx, org: &Org, actor: &Actor) -> Result<Event> {
    let account = user_store::find(tx.conn(), actor.person()?.id)?;
    let id = membership_store::create(tx, org.id, account.id, &account.name, &account.email, true, true)?;
    Ok(user_events::joined(org.id, account.id, id, &account.name, &account.email, true))
}

/// A name for somebody of whom only the email address is known: what stands before the @.
fn called_after(email: &Email) -> Result<Name> {
    let local = email.as_str().split('@').next().unwrap_or_default();
    Name::parse(local, "")
}

/// Makes the org require two-factor sign-in of every session, or not; `false` if it is so already. Keys are not asked.
///
/// # Errors
/// `Invalid` if the admin's own session has no second factor, because it would shut them out; `Unconfirmed`, `Repeated`; as the
/// policy says.
pub fn require_two_factor(conn: &mut Conn, scope: &OrgScope, required: bool) -> Result<bool> {
    scope.require(Act::ManageUsers)?;
    scope.actor().require_confirmed()?;
    if required && !scope.actor().has_second_factor() {
        return Err(Error::field(
            "",
            "Turn on two-factor sign-in for yourself first; else you would shut yourself out",
        ));
    }
    audit::change(conn, scope.actor(), |tx| {
        let org = scope.org();
        if store::requires_two_factor(tx.conn(), org.id)? == required {
            return Ok(Change::Unchanged(false));
        }
        store::set_requires_two_factor(tx, org.id, required)?;
        Ok(Change::one(true, events::two_factor_required(org.id, &org.name, required)))
    })
}

/// Whether the org requires two-factor sign-in, and whether the admin who asks could make it.
///
/// # Errors
/// As the policy says.
pub fn two_factor_rule(_: &mut Conn, scope: &OrgScope) -> Result<(bool, bool)> {
    scope.require(Act::ManageUsers)?;
    Ok((scope.org().requires_two_factor, scope.actor().has_second_factor()))
}

/// The org that an earlier sending of the same form made.
///
/// # Errors
/// `NotFound` if there is none; as `create`.
pub fn made_before(conn: &mut Conn, actor: &Actor, id: OrgId) -> Result<Org> {
    actor.require(Act::ManageOrgs)?;
    store::find(conn, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orgs(count: i64) -> Vec<Listed> {
        let org = |n| Org { id: OrgId::new(n), name: format!("Org {n:03}"), slug: format!("org-{n}"), enabled: true };
        (1..=count)
            .rev()
            .map(|n| Listed { org: org(n), admin: Some(true), visited: false, users: 1, keys: 0, admins: 1 })
            .collect()
    }

    #[test]
    fn ones_own_orgs_come_by_name_and_page_by_page() {
        let first = own_page(orgs(120), "", &Cursor::First);
        assert_eq!((first.rows.len(), first.rows[0].org.name.as_str(), first.later), (ROWS, "Org 001", true));
        let after = Cursor::After(position(&first.rows[ROWS - 1], false));
        let second = own_page(orgs(120), "", &after);
        assert_eq!((second.rows[0].org.name.as_str(), second.earlier, second.later), ("Org 051", true, true));
        let back = own_page(orgs(120), "", &Cursor::Before(position(&second.rows[0], false)));
        assert_eq!(back.rows, first.rows);
    }

    #[test]
    fn a_search_looks_at_the_start_of_names() {
        assert_eq!(own_page(orgs(120), "oRG 11", &Cursor::First).rows.len(), 10);
        assert!(own_page(orgs(120), "11", &Cursor::First).rows.is_empty());
    }
}
