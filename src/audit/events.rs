//! The audit trail's own events.

use serde_json::json;

use super::event::{Event, Target};
use super::model::{CLOCK_TRUSTED, Filter, SECRET_LOST};
use crate::access::scope::Org;
use crate::id::OrgId;

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

/// What was sealed in this chain before can no longer be proven, as the secret is lost; `org` is the org's id and name.
pub(super) fn secret_lost(org: Option<(OrgId, String)>) -> Event {
    of_chain(SECRET_LOST, org)
}

/// Events of this chain are dated ahead, as the clock was wrong; it is right now.
pub(super) fn clock_trusted(org: Option<(OrgId, String)>) -> Event {
    of_chain(CLOCK_TRUSTED, org)
}

fn of_chain(action: &'static str, org: Option<(OrgId, String)>) -> Event {
    let (org, target) = match org {
        Some((id, name)) => (Some(id), Target { kind: "org", id: id.number(), name }),
        None => (None, Target { kind: "installation", id: 1, name: "Keyhouse".to_owned() }),
    };
    Event { org, action, target, before: None, after: None }
}
