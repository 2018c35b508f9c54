//! The audit trail's own events.

use serde_json::{Value, json};

use super::event::{Event, Target};
use super::model::{BASELINE, CLOCK_TRUSTED, Filter, SECRET_LOST, SECRET_ROTATED};
use super::state_model::{Kind, Stored};
use crate::access::scope::Org;
use crate::id::OrgId;
use crate::secret::Line;

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

/// From now on this chain keeps to one line of the secret file; `org` is the org's id and name.
pub(super) fn baseline(org: Option<(OrgId, String)>, line: &Line) -> Event {
    Event { after: facts(line), ..of_chain(BASELINE, org) }
}

/// What rows of this chain are now; `audit verify` goes on from there.
pub(super) fn stored(org: Option<(OrgId, String)>, kind: Kind, rows: &[Stored]) -> Event {
    let row = |row: &Stored| std::iter::once(row.id.into()).chain(row.state.values().cloned()).collect::<Vec<Value>>();
    let after = json!({
        "kind": kind.word(),
        "firstId": rows.first().map(|row| row.id),
        "lastId": rows.last().map(|row| row.id),
        "fields": kind.fields(),
        "rows": rows.iter().map(row).collect::<Vec<_>>(),
    });
    Event { after: Some(after), ..of_chain(BASELINE, org) }
}

/// The first line of the secret file is a new one.
pub(super) fn secret_rotated(org: Option<(OrgId, String)>, old: &Line, new: &Line) -> Event {
    Event { before: facts(old), after: facts(new), ..of_chain(SECRET_ROTATED, org) }
}

/// What was sealed in this chain before can no longer be proven, as the secret is lost; `old` is the lost line, if it is known.
pub(super) fn secret_lost(org: Option<(OrgId, String)>, old: Option<&Line>, new: &Line) -> Event {
    Event { before: old.and_then(facts), after: facts(new), ..of_chain(SECRET_LOST, org) }
}

fn facts(line: &Line) -> Option<Value> {
    Some(json!({"secretLine": line.as_str()}))
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
