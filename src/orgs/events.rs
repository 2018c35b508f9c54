//! The audit events of orgs.

use serde_json::json;

use super::model::{Listed, Org, OrgName, Reason};
use crate::audit::{Event, Target};
use crate::clock::Time;
use crate::id::OrgId;

/// An org was made. The first event of its own chain.
pub fn created(org: &Org) -> Event {
    Event { after: Some(json!({"name": org.name, "slug": org.slug})), ..of_org(org, "org.created") }
}

fn of_org(org: &Org, action: &'static str) -> Event {
    let target = Target { kind: "org", id: org.id.number(), name: org.name.clone() };
    Event { org: Some(org.id), action, target, before: None, after: None }
}

/// A super admin entered the org, at the latest until then.
pub fn entered(org: &Org, reason: &Reason, until: Time) -> Event {
    let after = Some(json!({"reason": reason.as_str(), "until": until.rfc3339()}));
    Event { after, ..of_org(org, "org.entered") }
}

/// A super admin left the org.
pub fn left(org: &Org) -> Event {
    of_org(org, "org.left")
}

/// An org was enabled or disabled.
pub fn enabled_changed(listed: &Listed, enabled: bool) -> Event {
    let before = Some(json!({"enabled": listed.org.enabled}));
    let after = Some(json!({"enabled": enabled, "users": listed.users, "keys": listed.keys}));
    let action = if enabled { "org.enabled" } else { "org.disabled" };
    Event { before, after, ..of_org(&listed.org, action) }
}

/// An org got another name.
pub fn renamed(org: &Org, name: &OrgName) -> Event {
    let (before, after) = (Some(json!({"name": org.name})), Some(json!({"name": name.as_str()})));
    Event { before, after, ..of_org(org, "org.renamed") }
}

/// An org began to require two-factor sign-in, or stopped.
pub fn two_factor_required(id: OrgId, name: &str, required: bool) -> Event {
    let target = Target { kind: "org", id: id.number(), name: name.to_owned() };
    let facts = |required: bool| Some(json!({"twoFactorRequired": required}));
    Event { org: Some(id), action: "org.two_factor_changed", target, before: facts(!required), after: facts(required) }
}
