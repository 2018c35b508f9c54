//! What a list of events is asked for: the filter as it was typed and as it was read, the page, and both in words.

use crate::audit::model::Filter;
use crate::audit::words;
use crate::error::{Error, Result};
use crate::paging::Cursor;
use crate::web::filled::Filled;
use crate::web::form::Query;
use crate::web::page::with_query;

/// The fields of a filter.
pub(super) const FIELDS: [&str; 5] = ["who", "what", "target", "from", "to"];

/// A list that was asked for.
pub(super) struct Asked {
    pub filter: Filter,
    pub cursor: Cursor,
    /// As it was typed, with what is wrong with it.
    pub form: Filled,
}

impl Asked {
    pub(super) fn read(query: &Query) -> Result<Asked> {
        let [who, what, target, from, to] = FIELDS.map(|field| query.text(field));
        let form = FIELDS.iter().fold(Filled::new(), |form, field| form.with(field, query.text(field)));
        let cursor = query.cursor()?;
        match Filter::parse(who, what, target, from, to) {
            Ok(filter) => Ok(Asked { filter, cursor, form }),
            Err(Error::Invalid(wrong)) => {
                let form = wrong.into_iter().fold(form, |form, error| form.wrong(error.field, error.message));
                Ok(Asked { filter: Filter::default(), cursor, form })
            }
            Err(other) => Err(other),
        }
    }

    /// This address with the filter.
    pub(super) fn at(&self, path: &str) -> String {
        with_query(path, &FIELDS.map(|field| (field, self.form.value(field))))
    }

    /// The filter in words, with a colon in front; empty if there is none.
    pub(super) fn words(&self) -> String {
        let typed = |field| Some(self.form.value(field)).filter(|text| !text.is_empty());
        let parts = [
            typed("who").map(|id| format!("by {id}")),
            typed("what").map(|action| words::of(action).to_owned()),
            typed("target").map(|id| format!("about {id}")),
            typed("from").map(|date| format!("from {date}")),
            typed("to").map(|date| format!("to {date}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) }
    }

    /// Which page, in words; empty for the first.
    pub(super) fn place(&self) -> String {
        match &self.cursor {
            Cursor::First => String::new(),
            Cursor::After(at) => format!(", before entry {}", at.id),
            Cursor::Before(at) => format!(", after entry {}", at.id),
        }
    }
}
