//! The audit events of orgs.

use serde_json::json;

use super::model::Org;
use crate::audit::{Event, Target};
use crate::id::OrgId;

/// An org was made. The first event of its own chain.
pub fn created(org: &Org) -> Event {
    let target = Target { kind: "org", id: org.id.number(), name: org.name.clone() };
    let after = Some(json!({"name": org.name, "slug": org.slug}));
    Event { org: Some(org.id), action: "org.created", target, before: None, after }
}

/// An org began to require two-factor sign-in, or stopped.
pub fn two_factor_required(id: OrgId, name: &str, required: bool) -> Event {
    let target = Target { kind: "org", id: id.number(), name: name.to_owned() };
    let facts = |required: bool| Some(json!({"twoFactorRequired": required}));
    Event { org: Some(id), action: "org.two_factor_changed", target, before: facts(!required), after: facts(required) }
}
