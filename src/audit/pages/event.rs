//! One event: everything that is recorded of it.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use serde_json::{Map, Value};

use super::entry::Party;
use super::{event_id, when};
use crate::audit::model::{Found, Whereabouts};
use crate::audit::{actions, words};
use crate::secret::hex;
use crate::web::Answer;
use crate::web::page::{Frame, Section, html};
use crate::web::site::Site;
use crate::web::when::When;

/// `GET /orgs/{slug}/audit/{event}`, and `GET /audit/{event}`.
#[derive(Template)]
#[template(path = "audit/event.html")]
pub struct EventPage {
    /// The frame.
    pub frame: Frame,
    /// The trail that it stands in.
    pub trail: &'static str,
    /// Where the trail is.
    pub path: String,
    /// What was done to what.
    pub heading: String,
    /// When it happened.
    pub at: When,
    /// Who did it.
    pub who: Party,
    /// Whom they impersonated.
    pub acting_as: Option<Party>,
    /// To what.
    pub target: Party,
    /// The action as it is stored.
    pub action: String,
    /// The caller's address; empty for the command line.
    pub from: String,
    /// By which way.
    pub via: String,
    /// The request, as the log names it.
    pub request_id: String,
    /// The operation id of the form or call.
    pub operation_id: Option<String>,
    /// The event's id.
    pub id: i64,
    /// Its place in the chain.
    pub seq: i64,
    /// The beginning of its seal.
    pub hash: String,
    /// The facts that changed.
    pub changes: Vec<ChangeRow>,
    /// Before and after as they are stored.
    pub raw: Vec<(&'static str, String)>,
    /// The next entry.
    pub newer: Option<String>,
    /// The entry before.
    pub older: Option<String>,
}

/// A fact that changed.
pub struct ChangeRow {
    /// What it is called.
    pub field: String,
    /// As it was.
    pub before: String,
    /// As it is.
    pub after: String,
}

/// `GET /orgs/{slug}/audit/{event}`.
///
/// # Errors
/// As the policy says; `NotFound`.
pub async fn show(site: Site, path: Path<(String, String)>) -> Answer {
    let (slug, id) = path.into_inner();
    let id = event_id(&id)?;
    let (found, frame) = site.read(&slug, move |conn, scope| actions::find(conn, scope, id)).await?;
    let frame = Frame { section: Section::Audit, ..frame };
    Ok(html(StatusCode::OK, &page(frame, &found, &format!("/orgs/{slug}/audit"), "Audit trail")))
}

/// The page; `path` is that of its trail.
pub(super) fn page(frame: Frame, found: &Found, path: &str, trail: &'static str) -> EventPage {
    let (entry, at) = (&found.entry, frame.at());
    let place = |place: Option<Whereabouts>| {
        place.map(|place| match place {
            Whereabouts::User(id) => format!("{at}/users/{id}/edit"),
            Whereabouts::Key(id) => format!("{at}/keys/{id}"),
            Whereabouts::Org => at.clone(),
        })
    };
    let acting_as = entry.as_name.as_deref().map(|name| Party::new(name, "user", entry.as_id));
    let target = Party::new(&entry.target_name, &entry.target_kind, entry.target_id);
    let heading = format!("{} {}", words::of(&entry.action), entry.target_name);
    EventPage {
        frame: Frame { title: format!("{heading} (entry {})", entry.seq), ..frame },
        trail,
        path: path.to_owned(),
        heading,
        at: when(entry.at),
        who: Party::new(&entry.actor_name, &entry.actor_kind, entry.actor_id).to(place(found.actor)),
        acting_as: acting_as.map(|party| party.to(place(found.acting_as))),
        target: target.to(place(found.target)),
        action: entry.action.clone(),
        from: entry.address.clone(),
        via: entry.via.clone(),
        request_id: entry.request_id.clone(),
        operation_id: entry.operation_id.clone(),
        id: entry.id,
        seq: entry.seq,
        hash: short(&entry.hash),
        changes: changes(entry.before.as_deref(), entry.after.as_deref()),
        raw: raw(entry.before.as_deref(), entry.after.as_deref()),
        newer: found.newer.map(|id| format!("{path}/{id}")),
        older: found.older.map(|id| format!("{path}/{id}")),
    }
}

/// The first half of a seal, in groups that the eye can compare.
fn short(hash: &[u8]) -> String {
    let digits = hex(hash.get(..16).unwrap_or(hash));
    let groups: Vec<&str> = (0..digits.len()).step_by(4).map(|at| &digits[at..digits.len().min(at + 4)]).collect();
    groups.join(" ")
}

fn changes(before: Option<&str>, after: Option<&str>) -> Vec<ChangeRow> {
    let read = |text: Option<&str>| -> Map<String, Value> {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    };
    let (before, after) = (read(before), read(after));
    let only_before = before.keys().filter(|name| !after.contains_key(*name));
    let row = |name: &String| ChangeRow {
        field: words::field(name),
        before: before.get(name).map_or_else(String::new, readable),
        after: after.get(name).map_or_else(String::new, readable),
    };
    let lists = |name: &&String| [&before, &after].iter().any(|facts| facts.get(*name).is_some_and(is_list));
    after.keys().chain(only_before).filter(|name| !lists(name)).map(row).collect()
}

/// The rows of a baseline are too many for the table; they are shown as they are stored.
fn is_list(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

fn readable(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn raw(before: Option<&str>, after: Option<&str>) -> Vec<(&'static str, String)> {
    let pretty = |text: &str| {
        let value: Option<Value> = serde_json::from_str(text).ok();
        value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| text.to_owned())
    };
    let both = [("Before", before), ("After", after)];
    both.into_iter().filter_map(|(name, text)| Some((name, pretty(text?)))).collect()
}

#[cfg(test)]
mod tests {
    use super::{changes, short};

    #[test]
    fn facts_of_either_side_are_rows() {
        let rows = changes(Some(r#"{"admin":true,"email":"a@x.example"}"#), Some(r#"{"admin":false,"keys":3}"#));
        let texts: Vec<_> = rows.iter().map(|row| [row.field.as_str(), &row.before, &row.after]).collect();
        assert_eq!(texts, [["Admin", "Yes", "No"], ["Keys", "", "3"], ["Email", "a@x.example", ""]]);
        assert!(changes(None, Some("no JSON")).is_empty());
        assert_eq!(changes(None, Some(r#"{"kind":"key","rows":[[1,2]]}"#)).len(), 1);
    }

    #[test]
    fn a_seal_is_shown_in_groups() {
        assert_eq!(short(&[0xab; 32]), ["abab"; 8].join(" "));
        assert_eq!(short(&[1]), "01");
    }
}
