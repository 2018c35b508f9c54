//! What a one-time link is good for now, and whether its issuer may still give it.

use super::model::SessionKey;
use crate::id::{MembershipId, OrgId, UserId};
use crate::users::model::Name;

/// What somebody who opens a link finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// It belongs to the setup.
    Setup,
    /// A password can be set.
    SetPassword(Guest),
    /// The signed-in person can accept.
    Accept {
        /// The org's name.
        org: String,
    },
    /// The person it is for must sign in first.
    SignIn {
        /// The org's name.
        org: String,
        /// Whom it is for.
        email: String,
    },
    /// Nothing: used, replaced, too old, withdrawn, or never made.
    Dead,
}

/// Somebody who may set a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The org that invites, by name; none for a lost password.
    pub org: Option<String>,
    /// First and last name.
    pub name: String,
    /// The account's email address.
    pub email: String,
}

/// The membership that a link is about, while neither it nor its org is disabled or gone.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The membership.
    pub id: MembershipId,
    /// Whose it is.
    pub user: UserId,
    /// In which org.
    pub org: OrgId,
    /// The org's name.
    pub org_name: String,
    /// The org's short name in addresses.
    pub slug: String,
    /// What the admin typed.
    pub name: Name,
    /// The membership's version.
    pub version: i64,
    /// Whether it was accepted before.
    pub accepted: bool,
}

/// What using a link came to.
#[derive(Debug)]
pub struct Used {
    /// The new session.
    pub session: SessionKey,
    /// The org that was joined: its name and short name.
    pub org: Option<(String, String)>,
}

/// Who issued a link, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Issuer {
    /// The host's command line, or a super admin.
    Anything,
    /// Somebody who runs these orgs.
    AdminOf(Vec<OrgId>),
    /// Somebody whose account is gone or disabled.
    Nobody,
}

impl Issuer {
    /// Whether they may invite into this org.
    pub fn may_invite(&self, to: OrgId, issued_in: Option<OrgId>) -> bool {
        match self {
            Issuer::Anything => true,
            Issuer::AdminOf(orgs) => issued_in == Some(to) && orgs.contains(&to),
            Issuer::Nobody => false,
        }
    }

    /// Whether they may let somebody set a new password, who ever accepted memberships in these orgs.
    pub fn may_reset(&self, super_admin: bool, accepted: &[OrgId], issued_in: Option<OrgId>) -> bool {
        match self {
            Issuer::Anything => true,
            Issuer::AdminOf(orgs) => {
                let runs = |org: &OrgId| orgs.contains(org);
                !super_admin && issued_in.as_ref().is_some_and(runs) && accepted.iter().all(runs)
            }
            Issuer::Nobody => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACME: OrgId = OrgId::new(1);
    const OTHER: OrgId = OrgId::new(2);

    #[test]
    fn an_admin_invites_into_an_org_that_they_still_run() {
        let issuer = Issuer::AdminOf(vec![ACME]);
        assert!(issuer.may_invite(ACME, Some(ACME)));
        assert!(!issuer.may_invite(OTHER, Some(OTHER)) && !issuer.may_invite(ACME, Some(OTHER)));
        assert!(!issuer.may_invite(ACME, None) && !Issuer::AdminOf(vec![]).may_invite(ACME, Some(ACME)));
        assert!(Issuer::Anything.may_invite(ACME, None) && !Issuer::Nobody.may_invite(ACME, Some(ACME)));
    }

    #[test]
    fn nobody_resets_the_password_of_a_person_of_somebody_elses_org() {
        let issuer = Issuer::AdminOf(vec![ACME]);
        assert!(issuer.may_reset(false, &[ACME], Some(ACME)));
        assert!(!issuer.may_reset(false, &[ACME, OTHER], Some(ACME)));
        assert!(!issuer.may_reset(true, &[ACME], Some(ACME)), "a super admin is not theirs");
        assert!(!issuer.may_reset(false, &[], Some(OTHER)) && !issuer.may_reset(false, &[ACME], None));
        assert!(Issuer::AdminOf(vec![ACME, OTHER]).may_reset(false, &[ACME, OTHER], Some(ACME)));
        assert!(Issuer::Anything.may_reset(true, &[OTHER], None) && !Issuer::Nobody.may_reset(false, &[], None));
    }
}
