//! The actions in words. Every action that the code emits stands here, which a test checks.

/// An action, and what it says of its target: "Deleted the key" *billing-prod*.
pub type Words = (&'static str, &'static str);

/// What stands in the chains of orgs.
pub const ORG: &[Words] = &[
    ("key.created", "Made the key"),
    ("key.deleted", "Deleted the key"),
    ("user.created", "Made the user"),
    ("user.invited", "Invited the user"),
    ("user.invitation_link_issued", "Made a new invitation link for the user"),
    ("user.joined", "Added the user"),
    ("user.link_made", "Made a link for the user"),
    ("user.renamed", "Renamed the user"),
    ("user.email_changed", "Changed the email address of the user"),
    ("user.email_change_declined", "Declined the change of email address of"),
    ("user.email_change_confirmed", "Confirmed the change of email address of"),
    ("user.email_freed", "Freed the email address of"),
    ("user.email_reported", "Reported that another account has the email address of"),
    ("user.email_report_dismissed", "Dismissed the report about the email address of"),
    ("user.invitation_moved", "Moved to a new account: invitation of"),
    ("membership.accepted", "Accepted the invitation of"),
    ("membership.admin_granted", "Made an admin of the user"),
    ("membership.admin_revoked", "Took the admin role from the user"),
    ("membership.enabled", "Enabled the user"),
    ("membership.disabled", "Disabled the user"),
    ("membership.removed", "Removed the user"),
    ("user.impersonated", "Started impersonating"),
    ("user.impersonation_ended", "Stopped impersonating"),
    ("account.enabled", "Enabled the account of"),
    ("account.disabled", "Disabled the account of"),
    ("two_factor.reset", "Reset the two-factor sign-in of"),
    ("org.created", "Made the org"),
    ("org.renamed", "Renamed the org"),
    ("org.enabled", "Enabled the org"),
    ("org.disabled", "Disabled the org"),
    ("org.entered", "Entered org (super admin):"),
    ("org.left", "Left org (super admin):"),
    ("org.two_factor_changed", "Changed whether two-factor sign-in is required by"),
    ("audit.exported", "Exported the audit trail of"),
    ("clock.trusted", "Went on after the clock was wrong in"),
    ("secret.rotated", "Rotated the secret that seals the trail of"),
    ("secret.lost", "Went on after the loss of the secret in"),
    ("audit.baseline", "Recorded the present state of"),
];

/// What stands in the installation's own chain.
pub const INSTALLATION: &[Words] = &[
    ("session.signed_in", "Signed in as"),
    ("session.signed_out", "Signed out as"),
    ("session.confirmed", "Re-entered the password of"),
    ("session.ended", "Ended a session of"),
    ("session.others_ended", "Ended all other sessions of"),
    ("session.all_ended", "Ended all sessions of"),
    ("user.email_change_requested", "Asked for another email address for"),
    ("user.email_change_withdrawn", "Withdrew the change of email address of"),
    ("user.email_change_declined", "Declined the change of email address of"),
    ("user.email_changed", "Changed the email address of the user"),
    ("user.email_freed", "Freed the email address of"),
    ("user.email_reported", "Reported that another account has the email address of"),
    ("user.email_report_dismissed", "Dismissed the report about the email address of"),
    ("user.password_changed", "Changed the password of"),
    ("user.password_hash_renewed", "Renewed the stored hash of the password of"),
    ("user.password_link_issued", "Made a password link for"),
    ("user.password_set", "Set a password by link for"),
    ("user.renamed", "Renamed the user"),
    ("two_factor.enabled", "Turned on the two-factor sign-in of"),
    ("two_factor.disabled", "Turned off the two-factor sign-in of"),
    ("two_factor.codes_renewed", "Made new recovery codes for"),
    ("two_factor.recovery_used", "Used a recovery code of"),
    ("two_factor.reset", "Reset the two-factor sign-in of"),
    ("account.created", "Created the account of"),
    ("account.enabled", "Enabled the account of"),
    ("account.disabled", "Disabled the account of"),
    ("account.super_admin_granted", "Made a super admin of"),
    ("account.super_admin_revoked", "Took the super admin role from"),
    ("demo.filled", "Filled the installation with"),
    ("clock.trusted", "Went on after the clock was wrong in"),
    ("secret.rotated", "Rotated the secret that seals the trail of"),
    ("secret.lost", "Went on after the loss of the secret in"),
    ("audit.baseline", "Recorded the present state of"),
];

/// What an action says of its target; an action of a newer Keyhouse as it is stored.
pub fn of(action: &str) -> &str {
    known(action).unwrap_or(action)
}

/// What an action says of its target, if it is one of this Keyhouse's.
pub fn known(action: &str) -> Option<&'static str> {
    ORG.iter().chain(INSTALLATION).find(|(name, _)| *name == action).map(|(_, words)| *words)
}

/// A fact's name in JSON as a person reads it: "First name" for `firstName`.
pub fn field(name: &str) -> String {
    match name {
        "orgUserId" => return "Org membership ID".to_owned(),
        "userId" => return "User ID".to_owned(),
        _ => {}
    }
    let mut words = String::with_capacity(name.len() + 4);
    for (at, letter) in name.char_indices() {
        match letter {
            letter if at == 0 => words.extend(letter.to_uppercase()),
            letter if letter.is_uppercase() => {
                words.push(' ');
                words.extend(letter.to_lowercase());
            }
            letter => words.push(letter),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_facts_read_well() {
        assert_eq!(field("firstName"), "First name");
        assert_eq!(field("orgUserId"), "Org membership ID");
        assert_eq!((field("").as_str(), field("éA").as_str()), ("", "É a"));
    }

    #[test]
    fn an_unknown_action_stands_as_it_is() {
        assert_eq!((of("key.deleted"), of("moon.landed")), ("Deleted the key", "moon.landed"));
    }
}
