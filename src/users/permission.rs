//! Which admin may change a person's account: its name, email address and password. A pure rule; the facts are read inside the
//! transaction that acts.

/// What the rule depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is the admin's own account.
    pub own: bool,
    /// Whether the admin acts with super admin rights.
    pub by_super_admin: bool,
    /// Whether the account is a super admin's.
    pub of_super_admin: bool,
    /// Whether the person accepted this org's invitation.
    pub accepted_here: bool,
    /// Whether the admin runs every org where the person ever accepted a membership.
    pub runs_all: bool,
}

/// `None` if the admin may change the account; else why not, and who can. Of everybody who has not accepted it is the same, so that
/// it does not tell whether they had an account before.
pub fn obstacle(standing: &Standing) -> Option<&'static str> {
    let Standing { own, by_super_admin, of_super_admin, accepted_here, runs_all } = *standing;
    if !accepted_here {
        return Some(NOT_ACCEPTED);
    }
    if own && (by_super_admin || runs_all) {
        return None;
    }
    if of_super_admin && !by_super_admin {
        return Some("They are a super admin. They themselves can change this, or another super admin.");
    }
    if by_super_admin || runs_all {
        return None;
    }
    Some(if own {
        "You also belong to an org that you do not run. You can change your name on your profile; for the rest ask a super admin."
    } else {
        "They also belong to an org that you do not run. They themselves can change this, or a super admin."
    })
}

const NOT_ACCEPTED: &str = "They have not accepted the invitation yet. Until then this stays as it was typed; to correct it, remove \
     them and invite them again.";

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: Standing =
        Standing { own: false, by_super_admin: false, of_super_admin: false, accepted_here: true, runs_all: true };

    #[test]
    fn an_admin_changes_people_of_their_own_orgs_only() {
        assert_eq!(obstacle(&OURS), None);
        assert!(obstacle(&Standing { runs_all: false, ..OURS }).is_some());
        assert_eq!(obstacle(&Standing { runs_all: false, by_super_admin: true, ..OURS }), None);
    }

    #[test]
    fn a_super_admin_is_changed_by_themselves_and_their_like() {
        let theirs = Standing { of_super_admin: true, ..OURS };
        assert!(obstacle(&theirs).is_some());
        assert_eq!(obstacle(&Standing { by_super_admin: true, runs_all: false, ..theirs }), None);
        assert_eq!(obstacle(&Standing { own: true, by_super_admin: true, runs_all: false, ..theirs }), None);
    }

    #[test]
    fn an_account_is_left_alone_until_its_person_accepts() {
        let invited = Standing { accepted_here: false, ..OURS };
        assert!(obstacle(&invited).is_some());
        assert!(obstacle(&Standing { by_super_admin: true, ..invited }).is_some());
    }

    #[test]
    fn who_also_belongs_elsewhere_does_not_change_their_own_email_here() {
        assert!(obstacle(&Standing { own: true, runs_all: false, ..OURS }).is_some());
    }
}
