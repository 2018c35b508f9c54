//! Somebody whose right to be here was checked on this connection. Only this folder makes actors and scopes, so holding one
//! is the proof.

use super::caller::{Origin, Via};
use super::policy::{self, Act, Rights, Verdict};
use crate::clock::{MINUTE, Time, now};
use crate::error::{Error, Result};
use crate::id::{KeyId, MembershipId, OrgId, UserId};
use crate::secret::SealKey;

/// How long a shown password counts before something that asks for it again, in microseconds.
pub const CONFIRMED: i64 = 10 * MINUTE;

/// A person, as much as every page and event needs of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user id.
    pub id: UserId,
    /// First and last name.
    pub name: String,
    /// The email address.
    pub email: String,
    /// Whether the account is a super admin's. A right of signed-in sessions only.
    pub super_admin: bool,
}

/// An API key that acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActingKey {
    /// The key's id.
    pub id: KeyId,
    /// The key's name.
    pub name: String,
    /// Whose key it is.
    pub owner: UserId,
}

/// How somebody acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum By {
    Host,
    Visitor,
    Session(Person, Shown),
    Key(ActingKey, Person),
    Impersonation(ActingKey, Person),
}

/// What the person of a session has shown of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    /// When they last showed their password.
    pub(super) confirmed_at: Time,
    /// Whether the sign-in had a second factor.
    pub(super) second_factor: bool,
}

/// Whoever acts, with the origin of their request and the seal for their events.
#[derive(Debug, Clone)]
pub struct Actor {
    by: By,
    origin: Origin,
    chain: SealKey,
}

impl Actor {
    pub(super) fn new(by: By, origin: Origin, chain: SealKey) -> Actor {
        Actor { by, origin, chain }
    }

    pub(super) fn visitor(origin: Origin, chain: SealKey) -> Actor {
        Actor::new(By::Visitor, origin, chain)
    }

    pub(super) fn host(chain: SealKey) -> Actor {
        let origin = Origin { address: String::new(), request_id: String::new(), via: Via::Cli, operation: None };
        Actor::new(By::Host, origin, chain)
    }

    /// The person whose rights count: the signed-in one, the key's owner, or the impersonated one.
    ///
    /// # Errors
    /// `SignedOut` for visitors and the host.
    pub fn person(&self) -> Result<&Person> {
        match &self.by {
            By::Session(person, _) | By::Key(_, person) | By::Impersonation(_, person) => Ok(person),
            By::Host | By::Visitor => Err(Error::SignedOut),
        }
    }

    /// The user id of that person, if there is one.
    pub fn user(&self) -> Option<UserId> {
        self.person().ok().map(|person| person.id)
    }

    /// The key that acts, if one does.
    pub fn key(&self) -> Option<KeyId> {
        match &self.by {
            By::Key(key, _) | By::Impersonation(key, _) => Some(key.id),
            By::Host | By::Visitor | By::Session(..) => None,
        }
    }

    /// Whether super admin rights count here: a signed-in super admin, or the host.
    pub fn is_super_admin(&self) -> bool {
        match &self.by {
            By::Host => true,
            By::Session(person, _) => person.super_admin,
            By::Visitor | By::Key(..) | By::Impersonation(..) => false,
        }
    }

    /// Ends with an error if a signed-in person has not shown their password lately before something
    /// that a borrowed browser must not do. Keys and the host have none to show.
    ///
    /// # Errors
    /// `Unconfirmed`.
    pub fn require_confirmed(&self) -> Result<()> {
        match &self.by {
            By::Session(_, shown) if shown.confirmed_at.plus(CONFIRMED) < now() => Err(Error::Unconfirmed),
            By::Session(..) | By::Host | By::Visitor | By::Key(..) | By::Impersonation(..) => Ok(()),
        }
    }

    /// Whether this is a session whose sign-in had a second factor.
    pub fn has_second_factor(&self) -> bool {
        matches!(self.by, By::Session(_, shown) if shown.second_factor)
    }

    /// Ends with an error if a session without a second factor comes to an org that requires one. Keys have none to show.
    pub(super) fn require_second_factor_of(&self, org: &Org) -> Result<()> {
        match &self.by {
            By::Session(_, shown) if org.requires_two_factor && !shown.second_factor => {
                Err(Error::SecondFactorNeeded(org.slug.clone()))
            }
            By::Session(..) | By::Host | By::Visitor | By::Key(..) | By::Impersonation(..) => Ok(()),
        }
    }

    /// Whether this is the command line of the host.
    pub fn is_host(&self) -> bool {
        self.by == By::Host
    }

    /// Where the request came from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The seal of the audit chains.
    pub fn chain(&self) -> &SealKey {
        &self.chain
    }

    /// Who an audit event names: the kind, id and name of the actor, and of whom they impersonate.
    pub fn named(&self) -> Named<'_> {
        match &self.by {
            By::Host => Named { kind: "host", id: None, name: "The host's command line", as_whom: None },
            By::Visitor => Named { kind: "visitor", id: None, name: "Somebody not signed in", as_whom: None },
            By::Session(person, _) => {
                Named { kind: "user", id: Some(person.id.number()), name: &person.name, as_whom: None }
            }
            By::Key(key, _) => Named { kind: "key", id: Some(key.id.number()), name: &key.name, as_whom: None },
            By::Impersonation(key, person) => {
                Named { kind: "key", id: Some(key.id.number()), name: &key.name, as_whom: Some(person) }
            }
        }
    }

    /// The id under which operation ids are remembered: the person's, the key's, or 0 for visitors and the host.
    pub fn operator(&self) -> i64 {
        self.named().id.unwrap_or(0)
    }

    /// Ends with an error unless the policy allows this act of the installation, outside of any org.
    ///
    /// # Errors
    /// `Forbidden` or `NotFound`, as the policy says.
    pub fn require(&self, act: Act) -> Result<()> {
        ruling(policy::judge(&Rights { super_admin: self.is_super_admin(), ..Rights::default() }, act))
    }
}

/// An actor, as an audit event names them.
#[derive(Debug)]
pub struct Named<'a> {
    /// `host`, `visitor`, `user` or `key`.
    pub kind: &'static str,
    /// The user's or key's id.
    pub id: Option<i64>,
    /// The name, as it was then.
    pub name: &'a str,
    /// Whom they impersonate.
    pub as_whom: Option<&'a Person>,
}

/// An actor in an org where their membership was checked. Everything of the org is looked up through it.
#[derive(Debug, Clone)]
pub struct OrgScope {
    actor: Actor,
    org: Org,
    membership: MembershipId,
    rights: Rights,
}

/// The org of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// The org's id.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// Its short name in addresses.
    pub slug: String,
    /// Whether sessions need a second factor here.
    pub requires_two_factor: bool,
}

impl OrgScope {
    pub(super) fn new(actor: Actor, org: Org, membership: MembershipId, admin: bool) -> OrgScope {
        let rights = Rights { member: true, admin, super_admin: actor.is_super_admin() };
        OrgScope { actor, org, membership, rights }
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The org.
    pub fn org(&self) -> &Org {
        &self.org
    }

    /// The org's id.
    pub fn org_id(&self) -> OrgId {
        self.org.id
    }

    /// The membership of the person whose rights count.
    pub fn membership(&self) -> MembershipId {
        self.membership
    }

    /// Whether the actor has an admin's rights here.
    pub fn is_admin(&self) -> bool {
        self.rights.admin
    }

    /// What the policy says of this act.
    pub fn may(&self, act: Act) -> bool {
        policy::judge(&self.rights, act) == Verdict::Allowed
    }

    /// Ends with an error unless the policy allows this act.
    ///
    /// # Errors
    /// `Forbidden` or `NotFound`, as the policy says.
    pub fn require(&self, act: Act) -> Result<()> {
        ruling(policy::judge(&self.rights, act))
    }
}

fn ruling(verdict: Verdict) -> Result<()> {
    match verdict {
        Verdict::Allowed => Ok(()),
        Verdict::Forbidden(why) => Err(Error::Forbidden(why.into())),
        Verdict::Hidden => Err(Error::not_found()),
    }
}
