//! The audit events of the demo: one for each org, and one for everything that was made up.

use serde_json::json;

use super::cast::{Org, Size};
use crate::audit::{DEMO_FILLED, Event, Target};
use crate::id::OrgId;

/// An org was made up, with all that is in it.
pub(super) fn org_created(id: OrgId, org: &Org) -> Event {
    Event {
        org: Some(id),
        action: "org.created",
        target: Target { kind: "org", id: id.number(), name: org.name.as_str().to_owned() },
        before: None,
        after: Some(json!({"name": org.name.as_str(), "slug": org.slug.as_str(), "demo": true, "keys": org.keys})),
    }
}

/// The database was filled with rows that have no events of their own, whose ids lie between these two.
pub(super) fn filled(size: Size, (first, last): (i64, i64)) -> Event {
    Event {
        org: None,
        action: DEMO_FILLED,
        target: Target { kind: "installation", id: 1, name: "Demo data".into() },
        before: None,
        after: Some(json!({
            "orgs": size.orgs,
            "users": size.users,
            "keys": size.keys,
            "firstId": first,
            "lastId": last,
        })),
    }
}
