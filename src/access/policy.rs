//! Who may what: one pure match. What it says is tested by routes x people; what an account may change of another account
//! depends on more than roles and stands with `users`.

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// List, make, change and enable the org's users, and see its pages at all.
    ManageUsers,
    /// Disable a user of the org.
    DisableUser,
    /// Take the admin role from a user of the org.
    DemoteUser,
    /// Remove a user from the org.
    RemoveUser,
    /// List and search the keys of the whole org.
    ListKeys,
    /// Read keys of one user; `own` if it is the caller's membership.
    ReadKeys {
        /// Whether they are the caller's own.
        own: bool,
    },
    /// Make a key for any user of the org.
    CreateKey,
    /// Make a key that can impersonate.
    GrantImpersonation,
    /// Delete a key; `own` if it is the caller's.
    DeleteKey {
        /// Whether it is the caller's own.
        own: bool,
    },
    /// Read an org membership; `own` if it is the caller's.
    ReadMembership {
        /// Whether it is the caller's own.
        own: bool,
    },
    /// Open Swagger Docs.
    Explore,
    /// Read and export the org's audit trail.
    ReadAudit,
    /// Give the org another name.
    RenameOrg,
    /// Act as another user of the org.
    Impersonate,
    /// Make an org, or enable one.
    ManageOrgs,
    /// Disable an org.
    DisableOrg,
    /// Enter an org without belonging to it.
    VisitOrg,
    /// See all accounts, enable them, free their email addresses, and make super admins.
    ManageAccounts,
    /// Disable an account.
    DisableAccount,
    /// Take the super admin role from an account.
    RemoveSuperAdmin,
    /// Read the audit events that belong to no org.
    ReadInstallation,
    /// Change the caller's own account, or confirm who the caller is.
    ChangeAccount,
    /// Change the caller's own password, which ends the account's other sessions.
    ChangePassword,
    /// Sign out, or end a session, a visit or an impersonation of the caller's own.
    EndSession,
    /// Show a password or a code without being signed in.
    SignIn,
    /// Use a one-time link without being signed in.
    UseLink,
}

impl Act {
    /// Whether the act takes access away. Such an act has places in the writer's queue that no other act may use.
    pub fn is_revocation(self) -> bool {
        match self {
            Act::DeleteKey { .. }
            | Act::DisableUser
            | Act::DemoteUser
            | Act::RemoveUser
            | Act::DisableOrg
            | Act::DisableAccount
            | Act::RemoveSuperAdmin
            | Act::ChangePassword
            | Act::EndSession => true,
            Act::ManageUsers
            | Act::ListKeys
            | Act::ReadKeys { .. }
            | Act::CreateKey
            | Act::GrantImpersonation
            | Act::ReadMembership { .. }
            | Act::Explore
            | Act::ReadAudit
            | Act::RenameOrg
            | Act::Impersonate
            | Act::ManageOrgs
            | Act::VisitOrg
            | Act::ManageAccounts
            | Act::ReadInstallation
            | Act::ChangeAccount
            | Act::SignIn
            | Act::UseLink => false,
        }
    }
}

/// What somebody is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rights {
    /// Has an accepted, enabled membership in the org, or visits it.
    pub member: bool,
    /// Is an admin of the org; for a key the lesser of its membership's role when it was made and now.
    pub admin: bool,
    /// Is a signed-in super admin, or the host.
    pub super_admin: bool,
    /// Is signed in, and acts as themselves and not by a visit.
    pub in_person: bool,
}

/// What the policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go ahead.
    Allowed,
    /// The caller may know that it is there, but not do it.
    Forbidden(&'static str),
    /// For this caller it does not exist.
    Hidden,
}

const ADMINS_MAKE: &str = "Only an admin of the org may make keys; ask one";
const ONE_ROLE: &str = "Only an admin who acts as themselves, in an org of their own, may impersonate somebody";
const SUPER_GRANTS: &str = "Only a signed-in super admin may make keys that can impersonate";

/// Judges one act.
pub fn judge(rights: &Rights, act: Act) -> Verdict {
    use Verdict::{Allowed, Forbidden, Hidden};
    match act {
        Act::SignIn | Act::UseLink => Allowed,
        Act::ChangeAccount | Act::ChangePassword | Act::EndSession => only(rights.in_person),
        Act::ManageOrgs
        | Act::DisableOrg
        | Act::VisitOrg
        | Act::ManageAccounts
        | Act::DisableAccount
        | Act::RemoveSuperAdmin
        | Act::ReadInstallation => only(rights.super_admin),
        _ if !rights.member => Hidden,
        Act::GrantImpersonation if rights.super_admin && rights.admin => Allowed,
        Act::GrantImpersonation => Forbidden(SUPER_GRANTS),
        Act::Impersonate if rights.admin && !rights.in_person => Forbidden(ONE_ROLE),
        _ if rights.admin => Allowed,
        Act::ReadKeys { own: true } | Act::DeleteKey { own: true } | Act::ReadMembership { own: true } => Allowed,
        Act::CreateKey => Forbidden(ADMINS_MAKE),
        Act::ManageUsers
        | Act::DisableUser
        | Act::DemoteUser
        | Act::RemoveUser
        | Act::ListKeys
        | Act::Explore
        | Act::ReadAudit
        | Act::RenameOrg
        | Act::Impersonate
        | Act::ReadKeys { own: false }
        | Act::ReadMembership { own: false }
        | Act::DeleteKey { own: false } => Hidden,
    }
}

fn only(allowed: bool) -> Verdict {
    if allowed { Verdict::Allowed } else { Verdict::Hidden }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSTALLATION: [Act; 7] = [
        Act::ManageOrgs,
        Act::DisableOrg,
        Act::VisitOrg,
        Act::ManageAccounts,
        Act::DisableAccount,
        Act::RemoveSuperAdmin,
        Act::ReadInstallation,
    ];
    const OWN: [Act; 3] = [Act::ChangeAccount, Act::ChangePassword, Act::EndSession];
    const ALL: [Act; 24] = [
        Act::ManageUsers,
        Act::DisableUser,
        Act::DemoteUser,
        Act::RemoveUser,
        Act::ListKeys,
        Act::ReadKeys { own: true },
        Act::ReadKeys { own: false },
        Act::CreateKey,
        Act::GrantImpersonation,
        Act::DeleteKey { own: true },
        Act::DeleteKey { own: false },
        Act::ReadMembership { own: true },
        Act::ReadMembership { own: false },
        Act::Explore,
        Act::ReadAudit,
        Act::RenameOrg,
        Act::Impersonate,
        Act::ReadInstallation,
        Act::ManageOrgs,
        Act::DisableOrg,
        Act::VisitOrg,
        Act::ManageAccounts,
        Act::DisableAccount,
        Act::RemoveSuperAdmin,
    ];

    #[test]
    fn an_outsider_gets_nothing_even_as_super_admin_but_may_run_the_installation() {
        let outsider = Rights { member: false, admin: true, super_admin: true, in_person: true };
        for act in ALL {
            let expected = if INSTALLATION.contains(&act) { Verdict::Allowed } else { Verdict::Hidden };
            assert_eq!(judge(&outsider, act), expected, "{act:?}");
        }
    }

    #[test]
    fn only_a_user_in_person_changes_their_own_account() {
        for act in OWN {
            assert_eq!(judge(&Rights { in_person: true, ..Rights::default() }, act), Verdict::Allowed, "{act:?}");
            let admin = Rights { member: true, admin: true, super_admin: true, in_person: false };
            assert_eq!(judge(&admin, act), Verdict::Hidden, "{act:?}");
        }
    }

    #[test]
    fn an_admin_does_not_run_the_installation() {
        let admin = Rights { member: true, admin: true, super_admin: false, in_person: true };
        for act in INSTALLATION {
            assert_eq!(judge(&admin, act), Verdict::Hidden, "{act:?}");
        }
        assert_eq!(judge(&admin, Act::RenameOrg), Verdict::Allowed);
    }

    #[test]
    fn an_admin_impersonates_in_person_only() {
        let admin = Rights { member: true, admin: true, super_admin: false, in_person: true };
        assert_eq!(judge(&admin, Act::Impersonate), Verdict::Allowed);
        assert!(matches!(judge(&Rights { in_person: false, ..admin }, Act::Impersonate), Verdict::Forbidden(_)));
        assert_eq!(judge(&Rights { admin: false, ..admin }, Act::Impersonate), Verdict::Hidden);
    }

    #[test]
    fn a_member_sees_what_is_their_own_and_deletes_their_own_keys() {
        let member = Rights { member: true, ..Rights::default() };
        let allowed: Vec<Act> = ALL.into_iter().filter(|act| judge(&member, *act) == Verdict::Allowed).collect();
        let own = [Act::ReadKeys { own: true }, Act::DeleteKey { own: true }, Act::ReadMembership { own: true }];
        assert_eq!(allowed, own);
    }

    #[test]
    fn only_a_super_admin_among_the_admins_makes_keys_that_impersonate() {
        let admin = Rights { member: true, admin: true, super_admin: false, in_person: true };
        assert!(matches!(judge(&admin, Act::GrantImpersonation), Verdict::Forbidden(_)));
        assert_eq!(judge(&Rights { super_admin: true, ..admin }, Act::GrantImpersonation), Verdict::Allowed);
    }
}
