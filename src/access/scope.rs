//! An actor in an org where their right to be was checked. Everything of the org is looked up through it.

use super::actor::{Actor, ruling};
use super::caller::Acting;
use super::policy::{self, Act, Rights, Verdict};
use crate::error::{Error, Result};
use crate::id::{MembershipId, OrgId};

/// An actor in an org where their membership, or their visit, was checked.
#[derive(Debug, Clone)]
pub struct OrgScope {
    actor: Actor,
    org: Org,
    membership: Option<MembershipId>,
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

impl Org {
    /// Ends with an error if a session without a second factor comes to an org that requires one: to its own, to visit it or as
    /// somebody else. Keys have none to show.
    pub(super) fn require_second_factor(&self, actor: &Actor) -> Result<()> {
        match actor.shown() {
            Some(shown) if self.requires_two_factor && !shown.second_factor => {
                Err(Error::SecondFactorNeeded(self.slug.clone()))
            }
            _ => Ok(()),
        }
    }
}

impl OrgScope {
    pub(super) fn new(actor: Actor, org: Org, membership: Option<MembershipId>, admin: bool) -> OrgScope {
        let (super_admin, in_person) = (actor.is_super_admin(), actor.is_in_person());
        OrgScope { actor, org, membership, rights: Rights { member: true, admin, super_admin, in_person } }
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

    /// The membership of the person whose rights count; `None` for a super admin who visits the org.
    pub fn membership(&self) -> Option<MembershipId> {
        self.membership
    }

    /// Whether this is the membership of the person whose rights count.
    pub fn is_own(&self, membership: MembershipId) -> bool {
        self.membership == Some(membership)
    }

    /// Whether the actor has an admin's rights here.
    pub fn is_admin(&self) -> bool {
        self.rights.admin
    }

    /// As what the actor acts here, if not as themselves by a membership of their own.
    pub(super) fn acting(&self) -> Option<Acting> {
        if let Some(target) = self.actor.acts_as() {
            return Some(Acting::Impersonating(target.name.clone()));
        }
        let visitor = self.actor.person().ok().filter(|_| self.actor.is_visiting())?;
        let (org, slug) = (self.org.name.clone(), self.org.slug.clone());
        Some(Acting::Visiting { person: visitor.name.clone(), org, slug })
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
