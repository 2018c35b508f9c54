//! The audit events of keys.

use serde_json::{Value, json};

use super::model::ApiKey;
use crate::audit::{Event, Target};
use crate::id::OrgId;

/// A key was made.
pub fn created(org: OrgId, key: &ApiKey) -> Event {
    Event { org: Some(org), action: "key.created", target: target(key), before: None, after: Some(facts(key)) }
}

/// A key was deleted.
pub fn deleted(org: OrgId, key: &ApiKey) -> Event {
    Event { org: Some(org), action: "key.deleted", target: target(key), before: Some(facts(key)), after: None }
}

fn target(key: &ApiKey) -> Target {
    Target { kind: "key", id: key.id.number(), name: key.name.clone() }
}

fn facts(key: &ApiKey) -> Value {
    json!({
        "accessKey": key.access_key.as_str(),
        "canImpersonate": key.can_impersonate,
        "name": key.name,
        "orgUserId": key.membership.number(),
    })
}
