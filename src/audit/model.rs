//! What is read of the audit trail: an event as it is stored, and what a list of events is narrowed to.

use chrono::{DateTime, NaiveDate};
use diesel::deserialize::Queryable;

use crate::clock::{DAY, Time};
use crate::error::{Error, FieldErrors, Result};
use crate::id::parse_digits;
use crate::secret::{SealKey, hex, same};
use crate::text::without_invisible;

/// What a chain says of itself at the first start of a Keyhouse that keeps to one line of the secret file.
pub(super) const BASELINE: &str = "audit.baseline";
/// What a chain says of itself at the first start with a new first line of the secret file.
pub(super) const SECRET_ROTATED: &str = "secret.rotated";
/// What a chain says of itself when the secret was lost that sealed it before.
pub(super) const SECRET_LOST: &str = "secret.lost";
/// What a chain says of itself when the clock was wrong, so that its times do not ascend.
pub(super) const CLOCK_TRUSTED: &str = "clock.trusted";

/// An event, as it is stored.
#[derive(Debug, Clone, Queryable)]
pub struct Entry {
    /// Its id.
    pub id: i64,
    /// The org whose chain it belongs to; 0 is the installation's.
    pub org_id: i64,
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// When it happened.
    pub at: Time,
    /// `host`, `visitor`, `user`, `super_admin`, `key`, or `admin` for one of another org.
    pub actor_kind: String,
    /// The user's or key's id.
    pub actor_id: Option<i64>,
    /// What the actor was called then.
    pub actor_name: String,
    /// Whom the actor impersonated, a user.
    pub as_id: Option<i64>,
    /// What that user was called then.
    pub as_name: Option<String>,
    /// What was done, `noun.verb`.
    pub action: String,
    /// What kind of thing it was done to.
    pub target_kind: String,
    /// The id of that thing.
    pub target_id: Option<i64>,
    /// What it was called then.
    pub target_name: String,
    /// The facts that changed, as they were, in JSON.
    pub before: Option<String>,
    /// The facts that changed, as they are, in JSON.
    pub after: Option<String>,
    /// The caller's address.
    pub address: String,
    /// The request.
    pub request_id: String,
    /// By which way it came in.
    pub via: String,
    /// The operation id of the form or call.
    pub operation_id: Option<String>,
    /// The version of the bytes that are sealed.
    pub format: i64,
    /// The seal.
    pub hash: Vec<u8>,
}

/// The newest event of a chain, as the head remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The org; 0 is the installation.
    pub org: i64,
    /// Its place.
    pub seq: i64,
    /// Its seal.
    pub hash: Vec<u8>,
}

impl Head {
    /// The seal of this head in its row.
    pub(super) fn sealed(&self, key: &SealKey) -> [u8; 32] {
        key.mac(&[b"head", &self.org.to_be_bytes(), &self.seq.to_be_bytes(), &self.hash])
    }

    /// As the log and the command line write it: `seq:hash`.
    pub fn noted(&self) -> String {
        format!("{}:{}", self.seq, hex(&self.hash))
    }
}

/// A head as it is stored, with its seal; one that a Keyhouse of before has moved has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredHead {
    /// The newest event of the chain.
    pub head: Head,
    /// The seal over the head.
    pub seal: Option<Vec<u8>>,
}

impl StoredHead {
    /// Whether this key sealed it.
    pub fn fits(&self, key: &SealKey) -> bool {
        self.seal.as_ref().is_some_and(|seal| same(seal, &self.head.sealed(key)))
    }
}

/// What a list of events is narrowed to; everything together counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The id of who did it, or was impersonated.
    pub who: Option<i64>,
    /// What was done: an action.
    pub what: Option<String>,
    /// The id of what it was done to; for a user their memberships too.
    pub target: Option<i64>,
    /// Not before this time.
    pub from: Option<Time>,
    /// Before this time.
    pub until: Option<Time>,
}

impl Filter {
    /// Whether this time is within the dates.
    pub fn has(&self, at: Time) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// From what was typed; empty texts narrow nothing. `from` and `to` are dates, both included.
    ///
    /// # Errors
    /// `Invalid`, with each field that is wrong.
    pub fn parse(who: &str, what: &str, target: &str, from: &str, to: &str) -> Result<Filter> {
        let mut errors = FieldErrors::new();
        let filter = Filter {
            who: errors.take(id("who", who)).flatten(),
            what: errors.take(action(what)).flatten(),
            target: errors.take(id("target", target)).flatten(),
            from: errors.take(date("from", from)).flatten(),
            until: errors.take(date("to", to)).flatten().map(|day| day.plus(DAY)),
        };
        if filter.from.zip(filter.until).is_some_and(|(from, until)| until <= from) {
            errors.take::<()>(Err(Error::field("to", "Enter the same day as From, or a later one")));
        }
        errors.finish()?;
        Ok(filter)
    }

    /// Whether it narrows nothing.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }
}

fn id(field: &'static str, text: &str) -> Result<Option<i64>> {
    let text = without_invisible(text);
    if text.is_empty() {
        return Ok(None);
    }
    parse_digits(&text).map(Some).ok_or_else(|| Error::field(field, "Enter an ID, a number such as 1732"))
}

fn action(text: &str) -> Result<Option<String>> {
    let good = text.len() <= 64 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'_');
    match text {
        "" => Ok(None),
        text if good => Ok(Some(text.to_owned())),
        _ => Err(Error::field("what", "Choose one of the list")),
    }
}

/// The beginning of a day, UTC.
fn date(field: &'static str, text: &str) -> Result<Option<Time>> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
    let day = read.map(|date| date.signed_duration_since(DateTime::UNIX_EPOCH.date_naive()).num_days());
    let day = day.filter(|day| (0..=2_932_896).contains(day));
    let wrong = || Error::field(field, "Enter a date like 2026-11-23");
    day.map(|day| Some(Time::from_micros(day * DAY))).ok_or_else(wrong)
}

/// The page of a person or key that an event names, where it still has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// A user of the org, by user ID.
    User(i64),
    /// A live key of the org.
    Key(i64),
    /// The org itself.
    Org,
}

/// An event with what its page leads to.
#[derive(Debug, Clone)]
pub struct Found {
    /// The event.
    pub entry: Entry,
    /// Where the actor is.
    pub actor: Option<Whereabouts>,
    /// Where the impersonated user is.
    pub acting_as: Option<Whereabouts>,
    /// Where the target is.
    pub target: Option<Whereabouts>,
    /// The id of the next event of the chain.
    pub newer: Option<i64>,
    /// The id of the event before.
    pub older: Option<i64>,
}

/// Refused attempts of one hour to be counted, with whom they are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The org; 0 for the installation.
    pub org: i64,
    /// What was refused.
    pub kind: &'static str,
    /// `user`, `key`, `unknown` or `several`.
    pub subject_kind: &'static str,
    /// The user's or key's id, else 0.
    pub subject_id: i64,
    /// Whence.
    pub network: String,
    /// How many.
    pub attempts: i64,
}

/// Refused attempts of one hour, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct RefusedRow {
    /// The row's id.
    pub id: i64,
    /// The org; 0 for the installation.
    pub org_id: i64,
    /// The beginning of the hour.
    pub hour: Time,
    /// What was refused.
    pub kind: String,
    /// `user`, `key`, `unknown` or `several`.
    pub subject_kind: String,
    /// The user's or key's id, else 0.
    pub subject_id: i64,
    /// Whence.
    pub network: String,
    /// How many.
    pub attempts: i64,
}

/// Refused attempts of one hour, with what the subject is called now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals {
    /// What is stored.
    pub row: RefusedRow,
    /// The name of the key or user.
    pub name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_reads_ids_and_whole_days() {
        let filter = Filter::parse("7", "key.deleted", "", "2026-11-23", "2026-11-23").unwrap();
        assert_eq!((filter.who, filter.what.as_deref(), filter.target), (Some(7), Some("key.deleted"), None));
        let from = filter.from.unwrap();
        assert_eq!(from.rfc3339(), "2026-11-23T00:00:00.000Z");
        assert_eq!(filter.until, Some(from.plus(DAY)));
        assert!(Filter::parse("", "", "", "", "").unwrap().is_empty());
    }

    #[test]
    fn each_wrong_field_is_named() {
        let wrong = Filter::parse("x", "Key Deleted", "-1", "23.11.2026", "2026-13-01").unwrap_err();
        let Error::Invalid(fields) = wrong else { panic!("{wrong:?}") };
        let names: Vec<&str> = fields.iter().map(|error| error.field).collect();
        assert_eq!(names, ["who", "what", "target", "from", "to"]);
        assert!(Filter::parse("", "", "", "2026-11-24", "2026-11-23").is_err(), "no day is both");
        for date in ["2026-1-1", "99999-01-01", "+2026-01-01", "2026-02-30", "1969-12-31", "2026-11-23T00:00"] {
            assert!(Filter::parse("", "", "", date, "").is_err(), "{date}");
        }
    }
}
