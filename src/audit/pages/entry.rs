//! An event as a row of a table, for every page that lists some.

use super::when;
use crate::audit::model::Entry;
use crate::audit::words;
use crate::web::page::with_query;
use crate::web::when::When;

/// An event.
pub struct EntryRow {
    /// Its page.
    pub href: Option<String>,
    /// When it happened.
    pub at: When,
    /// Who did it.
    pub who: Party,
    /// Whom they impersonated.
    pub acting_as: Option<Party>,
    /// What was done.
    pub what: String,
    /// To what.
    pub target: Party,
    /// The caller's address.
    pub from: String,
    /// By which way.
    pub via: String,
}

/// Somebody or something that an event names, as it was called then.
pub struct Party {
    /// The name.
    pub name: String,
    /// Its kind and id: "user 1701"; empty for what has none.
    pub label: String,
    /// Where it leads.
    pub href: Option<String>,
}

impl Party {
    /// Leading nowhere.
    pub fn new(name: &str, kind: &str, id: Option<i64>) -> Party {
        let label = id
            .filter(|_| kind != "installation")
            .map_or(String::new(), |id| format!("{} {id}", kind.replace('_', " ")));
        Party { name: name.to_owned(), label, href: None }
    }

    /// Leading to this address.
    pub fn to(self, href: Option<String>) -> Party {
        Party { href, ..self }
    }
}

impl EntryRow {
    /// A row that leads nowhere.
    pub fn plain(entry: &Entry) -> EntryRow {
        EntryRow {
            href: None,
            at: when(entry.at),
            who: Party::new(&entry.actor_name, &entry.actor_kind, entry.actor_id),
            acting_as: entry.as_name.as_deref().map(|name| Party::new(name, "user", entry.as_id)),
            what: words::of(&entry.action).to_owned(),
            target: Party::new(&entry.target_name, &entry.target_kind, entry.target_id),
            from: entry.address.clone(),
            via: entry.via.clone(),
        }
    }

    /// A row of the trail at this path: it leads to its event's page, and its names to all that they did or that was done to them.
    pub fn of(entry: &Entry, path: &str) -> EntryRow {
        let all = |name: &str, id: Option<i64>| id.map(|id| with_query(path, &[(name, &id.to_string())]));
        let row = EntryRow::plain(entry);
        EntryRow {
            href: Some(format!("{path}/{}", entry.id)),
            who: row.who.to(all("who", entry.actor_id)),
            acting_as: row.acting_as.map(|party| party.to(all("who", entry.as_id))),
            target: row.target.to(all("target", entry.target_id)),
            ..row
        }
    }
}
