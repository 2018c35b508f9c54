//! The audit events of keys.

use serde_json::{Value, json};

use super::model::ApiKey;
use crate::audit::state_model::{fingerprint, role};
use crate::audit::{Event, Target};
use crate::id::OrgId;

/// A key was created; `hash` is what is stored of its secret, and `admin` whether its owner was an admin.
pub fn created(org: OrgId, key: &ApiKey, hash: &[u8], admin: bool) -> Event {
    let mut after = facts(key);
    after["roleAtCreation"] = role(admin).into();
    after["hashFingerprint"] = fingerprint(hash).into();
    Event { org: Some(org), action: "key.created", target: target(key), before: None, after: Some(after) }
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
