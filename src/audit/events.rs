//! The audit trail's own events.

use serde_json::json;

use super::event::{Event, Target};
use super::model::Filter;
use crate::access::scope::Org;

/// The org's trail was exported, as far as the filter went.
pub(super) fn exported(org: &Org, filter: &Filter, format: &str) -> Event {
    let after = json!({
        "format": format,
        "who": filter.who,
        "what": filter.what,
        "target": filter.target,
        "from": filter.from.map(|time| time.rfc3339()),
        "before": filter.until.map(|time| time.rfc3339()),
    });
    let target = Target { kind: "org", id: org.id.number(), name: org.name.clone() };
    Event { org: Some(org.id), action: "audit.exported", target, before: None, after: Some(after) }
}
