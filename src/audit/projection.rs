//! What an event says of a stored row: the fields that it states, and whether the row begins with it.

use serde_json::Value;

use super::model::{BASELINE, Entry};
use super::state_model::{Kind, State};

/// What one event says of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    /// The row.
    pub row: i64,
    /// Whether this is all there is to say of it, so that earlier events count no more.
    pub whole: bool,
    /// The fields that it states.
    pub facts: State,
}

/// The actions after which an account has the email address that they name; others name one that was asked for.
const MOVES: [&str; 3] = ["account.created", "user.email_changed", "user.email_freed"];

/// Returns what an event says of a row of this kind.
pub(super) fn said(kind: Kind, entry: &Entry) -> Option<Said> {
    let (row, after) = (entry.target_id?, facts(entry.after.as_deref()));
    let action = entry.action.as_str();
    let said = match (kind, entry.target_kind.as_str()) {
        (Kind::Account, "user") => of_account(row, action, &after),
        (Kind::Org, "org") if action.starts_with("org.") => of_org(row, action, &after),
        (Kind::Membership, "user") => return joined(row, action, &after),
        (Kind::Membership, "membership") => of_membership(row, action, &after),
        (Kind::Key, "key") => of_key(row, action, &after),
        _ => return None,
    };
    Some(said).filter(|said| !said.facts.is_empty())
}

/// Returns the row that began with this event, if one did.
pub(super) fn begun(entry: &Entry) -> Option<(Kind, i64)> {
    let begins = |kind: Kind| said(kind, entry).filter(|said| said.whole).map(|said| (kind, said.row));
    Kind::ALL.into_iter().find_map(begins)
}

fn facts(text: Option<&str>) -> State {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn of_account(row: i64, action: &str, after: &State) -> Said {
    let mut facts = Kind::Account.stated(after);
    if !MOVES.contains(&action) {
        facts.remove("email");
    }
    Said { row, whole: action == "account.created", facts }
}

fn of_org(row: i64, action: &str, after: &State) -> Said {
    let mut facts = Kind::Org.stated(after);
    let whole = action == "org.created";
    if whole {
        facts.insert("enabled".to_owned(), true.into());
        facts.insert("twoFactorRequired".to_owned(), false.into());
    }
    Said { row, whole, facts }
}

/// An event about a user begins a membership if it states the role in it.
fn joined(user: i64, action: &str, after: &State) -> Option<Said> {
    let row = after.get("orgUserId")?.as_i64()?;
    let admin = after.get("admin")?.as_bool()?;
    let enabled = after.get("enabled").and_then(Value::as_bool).unwrap_or(true);
    let accepted = ["user.created", "user.joined"].contains(&action);
    let values = [user.into(), admin.into(), enabled.into(), accepted.into(), false.into()];
    Some(Said { row, whole: true, facts: Kind::Membership.state(values) })
}

fn of_membership(row: i64, action: &str, after: &State) -> Said {
    let mut facts = Kind::Membership.stated(after);
    if action == "membership.removed" {
        facts.insert("removed".to_owned(), true.into());
    }
    Said { row, whole: false, facts }
}

fn of_key(row: i64, action: &str, after: &State) -> Said {
    let (whole, deleted) = (action == "key.created", action == "key.deleted");
    let mut facts = Kind::Key.stated(after);
    if whole || deleted {
        facts.insert("deleted".to_owned(), deleted.into());
    }
    Said { row, whole, facts }
}

/// Returns the rows that an event of the baseline states.
pub(super) fn baseline(entry: &Entry) -> Option<(Kind, Vec<Said>)> {
    if entry.action != BASELINE {
        return None;
    }
    let after = facts(entry.after.as_deref());
    let kind = Kind::parse(after.get("kind")?.as_str()?)?;
    let row = |values: &Value| {
        let (id, values) = values.as_array()?.split_first()?;
        Some(Said { row: id.as_i64()?, whole: true, facts: kind.state(values.iter().cloned()) })
    };
    Some((kind, after.get("rows")?.as_array()?.iter().filter_map(row).collect()))
}

/// Returns the first and the last id of the rows that this event says were made up.
pub(super) fn demo(entry: &Entry) -> Option<(i64, i64)> {
    let after = facts(entry.after.as_deref().filter(|_| entry.org_id == 0 && entry.action == DEMO_FILLED));
    Some((after.get("firstId")?.as_i64()?, after.get("lastId")?.as_i64()?))
}

/// The action of the event about made-up rows.
pub const DEMO_FILLED: &str = "demo.filled";
