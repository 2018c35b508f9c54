//! Checks the chains: each event's seal, that none is missing or out of order, that each head is at the tip, that a head noted
//! earlier is still in its chain, and that present roles are what the last events about them say. It reads in short blocks and
//! may run while everything goes on: a chain that grows meanwhile is followed to its new end.

use std::collections::BTreeMap;

use super::chain_store as store;
use super::chain_store::{AccountStanding, Standing};
use super::model::{Head, SECRET_LOST};
use super::roles::Roles;
use super::walker::{Noted, Walker};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::id::parse_digits;
use crate::secret::KeysAtRest;

/// Memberships or accounts that are read at once.
const BLOCK: i64 = 1000;
/// How often a role that differs is looked at again, as somebody may be changing it.
const LOOKS: usize = 3;

/// A chain that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The org; 0 is the installation.
    pub org: i64,
    /// What the org is called in addresses.
    pub slug: String,
    /// How far it was found good.
    pub good: Head,
    /// The event behind which the check began; 0 for the chain's beginning.
    pub from: i64,
    /// The first thing that is wrong with it.
    pub wrong: Option<String>,
}

/// What to check.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only the chain of this org; 0 is the installation. Roles are compared only if all are checked.
    pub org: Option<i64>,
    /// A head that must still be in one of the chains.
    pub noted: Option<Noted>,
    /// Only what came after the secret was lost, in chains that say so. What the events before it would say of roles is not known then.
    pub since_loss: bool,
}

struct Check<'a> {
    db: &'a Db,
    seals: &'a KeysAtRest,
    noted: Option<Noted>,
    since_loss: bool,
    from: BTreeMap<i64, i64>,
    walkers: BTreeMap<i64, Walker>,
    roles: Roles,
}

/// Checks the chains and tells each when it is done; answers with what else is wrong.
///
/// # Errors
/// If the database fails.
pub fn verify(db: &Db, seals: &KeysAtRest, wanted: Wanted, mut tell: impl FnMut(&Checked)) -> Result<Vec<String>> {
    let Wanted { noted, since_loss, .. } = wanted;
    let (from, walkers, roles) = (BTreeMap::new(), BTreeMap::new(), Roles::default());
    let mut check = Check { db, seals, noted, since_loss, from, walkers, roles };
    let mut next = Some(wanted.org.unwrap_or(0));
    while let Some(org) = next {
        check.chain(org)?;
        tell(&check.checked(org));
        next = if wanted.org.is_some() { None } else { db.read_now(|conn| store::next_org(conn, org))? };
    }
    let mut wrong = check.noted_is_gone();
    if wanted.org.is_none() {
        wrong.extend(check.memberships()?);
        wrong.extend(check.accounts()?);
    }
    Ok(wrong)
}

/// The org that an id or short name means: one that is there, or of which a head or events are left.
///
/// # Errors
/// If the database fails.
pub fn org(db: &Db, text: &str) -> Result<Option<i64>> {
    match text {
        "0" => Ok(Some(0)),
        text => db.read_now(|conn| match parse_digits(text) {
            Some(id) => Ok(store::next_org(conn, id - 1)?.filter(|found| *found == id)),
            None => store::by_slug(conn, text),
        }),
    }
}

impl Check<'_> {
    fn chain(&mut self, org: i64) -> Result<()> {
        let slug = self.db.read_now(|conn| store::slug(conn, org))?;
        let lost = |conn: &mut Conn| store::before_last(conn, org, SECRET_LOST);
        let behind = if self.since_loss { self.db.read_now(lost)? } else { None };
        self.from.insert(org, behind.as_ref().map_or(0, |head| head.seq));
        self.walkers.insert(org, Walker::new(org, slug, behind));
        self.follow(org)
    }

    fn follow(&mut self, org: i64) -> Result<()> {
        let Some(walker) = self.walkers.get_mut(&org) else { return Ok(()) };
        walker.follow(self.db, self.seals, self.noted.as_ref(), |entry| self.roles.apply(entry))
    }

    fn checked(&self, org: i64) -> Checked {
        let walker = &self.walkers[&org];
        Checked {
            org,
            slug: walker.slug.clone(),
            good: walker.at.clone(),
            from: self.from.get(&org).copied().unwrap_or(0),
            wrong: walker.wrong.clone(),
        }
    }

    fn noted_is_gone(&self) -> Vec<String> {
        let Some(noted) = &self.noted else { return Vec::new() };
        if self.walkers.values().any(|walker| walker.met) {
            return Vec::new();
        }
        vec![format!("no chain contains the head {noted} any more")]
    }

    fn memberships(&mut self) -> Result<Vec<String>> {
        let demo = self.since_loss || self.db.read_now(store::is_demo)?;
        let (mut after, mut wrong) = (0, Vec::new());
        loop {
            let rows = self.db.read_now(|conn| store::memberships(conn, after, BLOCK))?;
            let Some((_, last)) = rows.last() else { return Ok(wrong) };
            after = last.id;
            for (org, standing) in rows {
                let sound = self.walkers.get(&org).is_some_and(|walker| walker.wrong.is_none());
                if sound && self.membership_differs(&standing, demo).is_some() {
                    wrong.extend(self.look_again(org, &standing, demo)?);
                }
            }
        }
    }

    /// The sentence about a membership that still differs after the chain was read to its end.
    fn look_again(&mut self, org: i64, standing: &Standing, demo: bool) -> Result<Option<String>> {
        let mut found = None;
        for _ in 0..LOOKS {
            let now = self.db.read_now(|conn| store::standing(conn, standing.id))?;
            self.follow(org)?;
            found = now.and_then(|(_, now)| self.membership_differs(&now, demo));
            if found.is_none() {
                return Ok(None);
            }
        }
        let slug = self.walkers.get(&org).map_or("", |walker| walker.slug.as_str());
        Ok(found.map(|what| format!("org {org} ({slug}): {what}")))
    }

    fn membership_differs(&self, now: &Standing, demo: bool) -> Option<String> {
        let what = format!("the membership {} of the user {}", now.id, now.user);
        let Some(said) = self.roles.membership(now.id) else {
            return (!demo).then(|| format!("{what} was made without an event"));
        };
        let removed = !said.there && !now.there;
        if removed || (said.admin, said.enabled, said.there) == (now.admin, now.enabled, now.there) {
            return None;
        }
        let words = |admin: bool, enabled: bool, there: bool| {
            let role = if admin { "admin" } else { "no admin" };
            let state = if enabled { "enabled" } else { "disabled" };
            format!("{role}, {state}{}", if there { "" } else { ", removed" })
        };
        let (is, was) = (words(now.admin, now.enabled, now.there), words(said.admin, said.enabled, said.there));
        Some(format!("{what} is {is}, but by the last event about it ({}) it is {was}", said.by))
    }

    fn accounts(&mut self) -> Result<Vec<String>> {
        let demo = self.since_loss || self.db.read_now(store::is_demo)?;
        let (mut after, mut wrong) = (0, Vec::new());
        loop {
            let rows = self.db.read_now(|conn| store::accounts(conn, after, BLOCK))?;
            let Some(last) = rows.last() else { return Ok(wrong) };
            after = last.id;
            for standing in rows {
                if self.account_differs(&standing, demo).is_some() {
                    wrong.extend(self.look_at_account_again(&standing, demo)?);
                }
            }
        }
    }

    fn look_at_account_again(&mut self, standing: &AccountStanding, demo: bool) -> Result<Option<String>> {
        let mut found = None;
        for _ in 0..LOOKS {
            let now = self.db.read_now(|conn| store::account(conn, standing.id))?;
            for org in self.walkers.keys().copied().collect::<Vec<_>>() {
                self.follow(org)?;
            }
            found = now.and_then(|now| self.account_differs(&now, demo));
            if found.is_none() {
                return Ok(None);
            }
        }
        Ok(found)
    }

    fn account_differs(&self, now: &AccountStanding, demo: bool) -> Option<String> {
        let said = self.roles.account(now.id);
        let differs = |is: bool, said: Option<(bool, i64)>, usual: bool| {
            let silent = said.is_none() && (demo || is == usual);
            !silent && said.map_or(usual, |(was, _)| was) != is
        };
        let by = |said: Option<(bool, i64)>| said.map_or_else(|| "none".to_owned(), |(_, by)| by.to_string());
        if differs(now.super_admin, said.super_admin, false) {
            let is = if now.super_admin { "a super admin" } else { "no super admin" };
            let by = by(said.super_admin);
            return Some(format!("the user {} is {is}, against the last event about it ({by})", now.id));
        }
        if differs(now.enabled, said.enabled, true) {
            let is = if now.enabled { "enabled" } else { "disabled" };
            let by = by(said.enabled);
            return Some(format!("the account of the user {} is {is}, against the last event about it ({by})", now.id));
        }
        None
    }
}
