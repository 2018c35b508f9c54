//! Somebody whose right to be here was checked on this connection. Only this folder makes actors and scopes, so holding one
//! is the proof.

use super::caller::{Hash, Origin, Via};
use super::policy::{self, Act, Rights, Verdict};
use crate::clock::{MINUTE, Time, now};
use crate::error::{Error, Result};
use crate::id::{KeyId, UserId};
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
    /// The same as a super admin in an org that they do not belong to.
    Visit(Person, Shown),
    /// The same of an admin who acts as somebody else, the second person.
    Assumed(Person, Shown, Person),
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
    session: Option<Hash>,
}

impl Actor {
    pub(super) fn new(by: By, origin: Origin, chain: SealKey) -> Actor {
        Actor { by, origin, chain, session: None }
    }

    pub(super) fn of_session(self, session: Option<Hash>) -> Actor {
        Actor { session, ..self }
    }

    pub(super) fn visitor(origin: Origin, chain: SealKey) -> Actor {
        Actor::new(By::Visitor, origin, chain)
    }

    pub(super) fn host(chain: SealKey) -> Actor {
        let origin = Origin { address: String::new(), request_id: String::new(), via: Via::Cli, operation: None };
        Actor::new(By::Host, origin, chain)
    }

    /// The person whose rights count: the signed-in one, the key's owner, or whom either acts as.
    ///
    /// # Errors
    /// `SignedOut` for visitors and the host.
    pub fn person(&self) -> Result<&Person> {
        match &self.by {
            By::Session(person, _) | By::Visit(person, _) | By::Key(_, person) => Ok(person),
            By::Assumed(_, _, person) | By::Impersonation(_, person) => Ok(person),
            By::Host | By::Visitor => Err(Error::SignedOut),
        }
    }

    /// As whom the signed-in person acts; `None` as themselves.
    pub fn acts_as(&self) -> Option<&Person> {
        match &self.by {
            By::Assumed(_, _, target) => Some(target),
            _ => None,
        }
    }

    /// The user id of that person, if there is one.
    pub fn user(&self) -> Option<UserId> {
        self.person().ok().map(|person| person.id)
    }

    /// Whose eyes see what this actor is shown: the signed-in person or the key's owner, whomever they act as.
    pub fn behind(&self) -> Option<UserId> {
        match &self.by {
            By::Session(person, _) | By::Visit(person, _) | By::Assumed(person, ..) => Some(person.id),
            By::Key(key, _) | By::Impersonation(key, _) => Some(key.owner),
            By::Host | By::Visitor => None,
        }
    }

    /// The hash of the signed-in person's session.
    ///
    /// # Errors
    /// `SignedOut` for everybody without one.
    pub fn session(&self) -> Result<&Hash> {
        self.session.as_ref().ok_or(Error::SignedOut)
    }

    /// Whether a signed-in person acts as themselves in an org of their own, or in none: not by a key, a visit or as somebody else.
    pub fn is_in_person(&self) -> bool {
        matches!(self.by, By::Session(..))
    }

    /// Whether a super admin acts in an org that they do not belong to.
    pub fn is_visiting(&self) -> bool {
        matches!(self.by, By::Visit(..))
    }

    /// Whether somebody acts as somebody else, by a key or signed in.
    pub fn is_impersonating(&self) -> bool {
        matches!(self.by, By::Assumed(..) | By::Impersonation(..))
    }

    /// The key that acts, if one does.
    pub fn key(&self) -> Option<KeyId> {
        match &self.by {
            By::Key(key, _) | By::Impersonation(key, _) => Some(key.id),
            By::Host | By::Visitor | By::Session(..) | By::Visit(..) | By::Assumed(..) => None,
        }
    }

    /// Whether super admin rights count here: a signed-in super admin, or the host.
    pub fn is_super_admin(&self) -> bool {
        match &self.by {
            By::Host => true,
            By::Session(person, _) | By::Visit(person, _) => person.super_admin,
            By::Visitor | By::Assumed(..) | By::Key(..) | By::Impersonation(..) => false,
        }
    }

    /// Ends with an error if a signed-in person has not shown their password lately before something
    /// that a borrowed browser must not do. Keys and the host have none to show.
    ///
    /// # Errors
    /// `Unconfirmed`.
    pub fn require_confirmed(&self) -> Result<()> {
        match &self.by {
            By::Session(_, shown) | By::Visit(_, shown) | By::Assumed(_, shown, _)
                if shown.confirmed_at.plus(CONFIRMED) < now() =>
            {
                Err(Error::Unconfirmed)
            }
            By::Session(..) | By::Visit(..) | By::Assumed(..) => Ok(()),
            By::Host | By::Visitor | By::Key(..) | By::Impersonation(..) => Ok(()),
        }
    }

    /// How the session of whoever sits there was begun and confirmed; `None` without a session.
    pub(super) fn shown(&self) -> Option<Shown> {
        match &self.by {
            By::Session(_, shown) | By::Visit(_, shown) | By::Assumed(_, shown, _) => Some(*shown),
            By::Host | By::Visitor | By::Key(..) | By::Impersonation(..) => None,
        }
    }

    /// Whether this is a session whose sign-in had a second factor.
    pub fn has_second_factor(&self) -> bool {
        self.shown().is_some_and(|shown| shown.second_factor)
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
            By::Visitor => Named { kind: "visitor", id: None, name: "A visitor", as_whom: None },
            By::Session(person, _) => of_person("user", person),
            By::Visit(person, _) => of_person("super_admin", person),
            By::Assumed(person, _, target) => Named { as_whom: Some(target), ..of_person("user", person) },
            By::Key(key, _) => of_key(key, None),
            By::Impersonation(key, person) => of_key(key, Some(person)),
        }
    }

    /// The same actor for a part of the operation that is not its end.
    pub fn without_operation(&self) -> Actor {
        Actor { origin: Origin { operation: None, ..self.origin.clone() }, ..self.clone() }
    }

    /// The id under which operation ids are remembered: the person's, the key's, or 0 for visitors and the host.
    pub fn operator(&self) -> i64 {
        self.named().id.unwrap_or(0)
    }

    /// Rejects the act outside of any org unless the policy allows it.
    ///
    /// # Errors
    /// `Forbidden` or `NotFound`, as the policy says.
    pub fn require(&self, act: Act) -> Result<()> {
        let (super_admin, in_person) = (self.is_super_admin(), self.is_in_person());
        ruling(policy::judge(&Rights { super_admin, in_person, ..Rights::default() }, act))
    }
}

/// An actor, as an audit event names them.
#[derive(Debug)]
pub struct Named<'a> {
    /// `host`, `visitor` (not signed in), `user`, `super_admin` (one who visits the org), `key`, or `admin` for one of another org.
    pub kind: &'static str,
    /// The user's or key's id.
    pub id: Option<i64>,
    /// The name, as it was then.
    pub name: &'a str,
    /// Whom they impersonate.
    pub as_whom: Option<&'a Person>,
}

fn of_person<'a>(kind: &'static str, person: &'a Person) -> Named<'a> {
    Named { kind, id: Some(person.id.number()), name: &person.name, as_whom: None }
}

fn of_key<'a>(key: &'a ActingKey, as_whom: Option<&'a Person>) -> Named<'a> {
    Named { kind: "key", id: Some(key.id.number()), name: &key.name, as_whom }
}

pub(super) fn ruling(verdict: Verdict) -> Result<()> {
    match verdict {
        Verdict::Allowed => Ok(()),
        Verdict::Forbidden(why) => Err(Error::Forbidden(why.into())),
        Verdict::Hidden => Err(Error::not_found()),
    }
}
