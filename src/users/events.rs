//! The audit events of users and memberships. Those of an account are in the chain of the org where the actor acted, in the
//! installation's, and in that of each other org that shows the account.

use serde_json::{Value, json};

use super::membership::Membership;
use super::model::{Email, Name, User};
use super::report_model::Report;
use crate::access::Impersonation;
use crate::audit::{Event, Target};
use crate::clock::Time;
use crate::id::{MembershipId, OrgId, UserId};

fn of_user(
    org: OrgId,
    action: &'static str,
    id: UserId,
    name: &Name,
    before: Option<Value>,
    after: Option<Value>,
) -> Event {
    let target = Target { kind: "user", id: id.number(), name: name.to_string() };
    Event { org: Some(org), action, target, before, after }
}

fn of_membership(membership: &Membership, action: &'static str, before: Option<Value>, after: Option<Value>) -> Event {
    let target = Target { kind: "membership", id: membership.id.number(), name: membership.name.to_string() };
    Event { org: Some(membership.org), action, target, before, after }
}

/// An account was created, in the installation's chain.
pub fn account_created(user: &User) -> Event {
    let target = Target { kind: "user", id: user.id.number(), name: user.name.to_string() };
    Event { org: None, action: "account.created", target, before: None, after: None }
}

/// Somebody was added to an org, and an invitation link was made.
pub fn invited(org: OrgId, user: UserId, membership: MembershipId, name: &Name, email: &Email, admin: bool) -> Event {
    let after = json!({
        "admin": admin,
        "email": email.as_str(),
        "firstName": name.first(),
        "lastName": name.last(),
        "orgUserId": membership.number(),
    });
    of_user(org, "user.invited", user, name, None, Some(after))
}

/// Somebody became a user of an org at once: whoever makes an org and runs it.
pub fn joined(org: OrgId, user: UserId, membership: MembershipId, name: &Name, email: &Email, admin: bool) -> Event {
    Event { action: "user.joined", ..invited(org, user, membership, name, email, admin) }
}

/// A new link was made for somebody: `kind` is `invitation` or `password`.
pub fn link_made(membership: &Membership, kind: &str) -> Event {
    let after = Some(json!({"link": kind}));
    of_user(membership.org, "user.link_made", membership.user, &membership.name, None, after)
}

/// A person's name was changed.
pub fn renamed(membership: &Membership, name: &Name) -> Event {
    let before = name_facts(&membership.name);
    of_user(membership.org, "user.renamed", membership.user, &membership.name, before, name_facts(name))
}

/// A person's email address was changed.
pub fn email_changed(membership: &Membership, email: &Email) -> Event {
    let facts = |email: &Email| Some(json!({"email": email.as_str()}));
    let before = facts(&membership.email);
    of_user(membership.org, "user.email_changed", membership.user, &membership.name, before, facts(email))
}

fn of_account(action: &'static str, user: &User, wanted: &Email) -> Event {
    let target = Target { kind: "user", id: user.id.number(), name: user.name.to_string() };
    let facts = |email: &Email| Some(json!({"email": email.as_str()}));
    Event { org: None, action, target, before: facts(&user.email), after: facts(wanted) }
}

/// An account has another name, another email address, or both; in the installation's own chain.
pub fn account_changed(user: &User, name: &Name, email: &Email) -> Vec<Event> {
    let renamed = (*name != user.name).then(|| name_changed(user, name));
    let moved = (*email != user.email).then(|| of_account("user.email_changed", user, email));
    renamed.into_iter().chain(moved).collect()
}

/// A super admin or the host freed an address that an invited user reported.
pub const EMAIL_FREED: &str = "user.email_freed";

/// An invitation belongs to another account from now on, as its address was freed.
pub fn invitation_moved(membership: &Membership, to: UserId) -> Event {
    let after = json!({
        "admin": membership.admin,
        "email": membership.email.as_str(),
        "enabled": membership.enabled,
        "firstName": membership.name.first(),
        "lastName": membership.name.last(),
        "orgUserId": membership.id.number(),
    });
    let before = Some(json!({"userId": membership.user.number()}));
    of_user(membership.org, "user.invitation_moved", to, &membership.name, before, Some(after))
}

fn of_invitation(org: Option<OrgId>, action: &'static str, id: MembershipId, invited: &Name, after: Value) -> Event {
    let target = Target { kind: "membership", id: id.number(), name: invited.to_string() };
    Event { org, action, target, before: None, after: Some(after) }
}

/// An invited user reported that the account with their address is not theirs. The org is not told which account.
pub fn email_reported(org: Option<OrgId>, id: MembershipId, invited: &Name, account: &User) -> Event {
    let after = match org {
        Some(_) => json!({"email": account.email.as_str()}),
        None => json!({"email": account.email.as_str(), "userId": account.id.number()}),
    };
    of_invitation(org, "user.email_reported", id, invited, after)
}

/// A super admin dismissed that report.
pub fn report_dismissed(org: Option<OrgId>, report: &Report) -> Event {
    let after = json!({"email": report.email.as_str()});
    of_invitation(org, "user.email_report_dismissed", report.membership, &report.invited, after)
}

fn name_changed(user: &User, name: &Name) -> Event {
    let target = Target { kind: "user", id: user.id.number(), name: user.name.to_string() };
    Event { org: None, action: "user.renamed", target, before: name_facts(&user.name), after: name_facts(name) }
}

fn name_facts(name: &Name) -> Option<Value> {
    Some(json!({"firstName": name.first(), "lastName": name.last()}))
}

/// Somebody asked for another email address of their own.
pub fn email_asked_for(user: &User, email: &Email) -> Event {
    of_account("user.email_change_requested", user, email)
}

/// Somebody took that back.
pub fn email_withdrawn(user: &User, email: &Email) -> Event {
    of_account("user.email_change_withdrawn", user, email)
}

/// An admin declined it; in the installation's own chain, for the person.
pub fn email_declined(user: &User, email: &Email) -> Event {
    of_account("user.email_change_declined", user, email)
}

/// An admin confirmed or declined the email address that a user asked for, in the chain of the org where they did.
pub fn email_decided(membership: &Membership, email: &Email, confirmed: bool) -> Event {
    let action = if confirmed { "user.email_change_confirmed" } else { "user.email_change_declined" };
    Event { action, ..email_changed(membership, email) }
}

/// A user became an admin of the org, or stopped to be one.
pub fn admin_changed(membership: &Membership, admin: bool) -> Event {
    let action = if admin { "membership.admin_granted" } else { "membership.admin_revoked" };
    of_membership(membership, action, Some(json!({"admin": membership.admin})), Some(json!({"admin": admin})))
}

/// A user was enabled or disabled in the org.
pub fn enabled_changed(membership: &Membership, enabled: bool) -> Event {
    let action = if enabled { "membership.enabled" } else { "membership.disabled" };
    let after = Some(json!({"enabled": enabled, "keys": membership.keys}));
    of_membership(membership, action, Some(json!({"enabled": membership.enabled})), after)
}

/// The action of a removal. The deletions of the keys that follow name its actor.
pub const REMOVED: &str = "membership.removed";

/// A user was removed from the org.
pub fn removed(membership: &Membership) -> Event {
    let before = json!({
        "admin": membership.admin,
        "email": membership.email.as_str(),
        "enabled": membership.enabled,
        "keys": membership.keys,
        "userId": membership.user.number(),
    });
    of_membership(membership, REMOVED, Some(before), None)
}

/// Somebody's two-factor sign-in was turned off for them: by an admin of an org, or by the host, which belongs to no org.
pub fn two_factor_reset(org: Option<OrgId>, id: UserId, name: &Name) -> Event {
    let target = Target { kind: "user", id: id.number(), name: name.to_string() };
    Event { org, action: "two_factor.reset", target, before: None, after: None }
}

/// An admin began to act as somebody else, at the latest until then.
pub fn impersonated(target: &Membership, until: Time) -> Event {
    let after = Some(json!({"orgUserId": target.id.number(), "until": until.rfc3339()}));
    of_user(target.org, "user.impersonated", target.user, &target.name, None, after)
}

/// An admin stopped to act as somebody else, or was told that it had ended.
pub fn impersonation_ended(found: &Impersonation) -> Event {
    let target = Target { kind: "user", id: found.target.id.number(), name: found.target.name.clone() };
    let before = Some(json!({"orgUserId": found.membership.number()}));
    Event { org: Some(found.org.id), action: "user.impersonation_ended", target, before, after: None }
}
