//! The audit events of orgs.

use serde_json::json;

use super::model::Org;
use crate::audit::{Event, Target};

/// An org was made. The first event of its own chain.
pub fn created(org: &Org) -> Event {
    let target = Target { kind: "org", id: org.id.number(), name: org.name.clone() };
    let after = Some(json!({"name": org.name, "slug": org.slug}));
    Event { org: Some(org.id), action: "org.created", target, before: None, after }
}
