//! The audit events of `sessions`. Sign-ins and passwords belong to no org: they are in the installation's own chain.

use serde_json::json;

use super::link_model::Invited;
use super::session_model::OwnSession;
use crate::audit::{Event, Target};
use crate::users::model::{Name, User};

fn of_user(action: &'static str, user: &User) -> Event {
    let target = Target { kind: "user", id: user.id.number(), name: user.name.to_string() };
    Event { org: None, action, target, before: None, after: None }
}

/// Somebody signed in, with a second factor or without.
pub fn signed_in(user: &User, second_factor: bool) -> Event {
    Event { after: Some(json!({"secondFactor": second_factor})), ..of_user("session.signed_in", user) }
}

/// Somebody turned on their two-factor sign-in.
pub fn two_factor_enabled(user: &User) -> Event {
    of_user("two_factor.enabled", user)
}

/// Somebody turned off their two-factor sign-in.
pub fn two_factor_disabled(user: &User) -> Event {
    of_user("two_factor.disabled", user)
}

/// Somebody used a recovery code; so many are left.
pub fn recovery_used(user: &User, left: i64) -> Event {
    Event { after: Some(json!({"recoveryCodesLeft": left})), ..of_user("two_factor.recovery_used", user) }
}

/// Somebody made new recovery codes, in place of the old ones.
pub fn recovery_codes_renewed(user: &User) -> Event {
    of_user("two_factor.codes_renewed", user)
}

/// Somebody signed out.
pub fn signed_out(user: &User) -> Event {
    of_user("session.signed_out", user)
}

/// Somebody ended one of their sessions.
pub fn ended(user: &User, session: &OwnSession) -> Event {
    let facts = json!({"sessionId": session.id.number(), "browser": session.browser(), "address": session.address});
    Event { before: Some(facts), ..of_user("session.ended", user) }
}

/// Somebody ended so many of their sessions: all but the one that they act in, or really all.
pub fn ended_several(user: &User, count: usize, all: bool) -> Event {
    let action = if all { "session.all_ended" } else { "session.others_ended" };
    Event { before: Some(json!({"sessions": count})), ..of_user(action, user) }
}

/// Somebody showed their password again.
pub fn confirmed(user: &User) -> Event {
    of_user("session.confirmed", user)
}

/// The fields of an account that a new password sets.
pub const PASSWORD: [&str; 2] = ["sessionEpoch", "passwordFingerprint"];

/// The same password has a new hash, as the parameters of hashes changed.
pub fn password_hash_renewed(user: &User) -> Event {
    of_user("user.password_hash_renewed", user)
}

/// Somebody set a password by a link.
pub fn password_set(user: &User) -> Event {
    of_user("user.password_set", user)
}

/// Somebody was given a link to set a new password.
pub fn password_link_issued(user: &User) -> Event {
    of_user("user.password_link_issued", user)
}

/// Somebody's waiting invitation was given a new link, in the org's chain.
pub fn invitation_link_issued(invited: &Invited, user: &User) -> Event {
    Event { org: Some(invited.org), ..of_user("user.invitation_link_issued", user) }
}

/// Somebody changed their own password.
pub fn password_changed(user: &User) -> Event {
    of_user("user.password_changed", user)
}

/// Somebody accepted an invitation, in the org's chain.
pub fn accepted(invited: &Invited, user: &User) -> Event {
    let target = Target { kind: "membership", id: invited.id.number(), name: user.name.to_string() };
    let facts = |accepted: bool, name: &Name| {
        Some(json!({"userId": user.id.number(), "name": name.to_string(), "accepted": accepted}))
    };
    Event {
        org: Some(invited.org),
        action: "membership.accepted",
        target,
        before: facts(false, &invited.name),
        after: facts(true, &user.name),
    }
}
