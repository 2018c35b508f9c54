//! The stored rows that the trail vouches for, and which of their fields: what `audit verify` compares.

use serde_json::{Map, Value};

use crate::secret::{hex, sha256};

/// The fields of a row by name, as events state them.
pub type State = Map<String, Value>;

/// A kind of row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What a person signs in to.
    Account,
    /// An org.
    Org,
    /// A user's place in an org.
    Membership,
    /// An API key, live or deleted.
    Key,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Account, Kind::Org, Kind::Membership, Kind::Key];

    /// The word for one row.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Account => "account",
            Kind::Org => "org",
            Kind::Membership => "membership",
            Kind::Key => "key",
        }
    }

    /// The kind that this word means.
    pub fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The fields that are compared, in the order of a baseline's rows.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Kind::Account => &["email", "superAdmin", "enabled", "sessionEpoch", "passwordFingerprint", "twoFactor"],
            Kind::Org => &["name", "slug", "enabled", "twoFactorRequired"],
            Kind::Membership => &["userId", "admin", "enabled", "accepted", "removed"],
            Kind::Key => &["orgUserId", "canImpersonate", "roleAtCreation", "hashFingerprint", "deleted"],
        }
    }

    /// The state with these values, in the order of `fields`.
    pub fn state(self, values: impl IntoIterator<Item = Value>) -> State {
        self.fields().iter().map(|field| (*field).to_owned()).zip(values).collect()
    }

    /// Those fields of a row that an event states.
    pub fn stated(self, facts: &State) -> State {
        let stated = |field: &&str| Some(((*field).to_owned(), facts.get(*field)?.clone()));
        self.fields().iter().filter_map(stated).collect()
    }
}

/// What differs between the state of a row and what the trail says of it; a field that the trail does not state differs.
pub fn difference(is: &State, said: &State) -> Option<String> {
    let differs = |(field, value): (&String, &Value)| {
        let said = said.get(field);
        let shown = || said.map_or_else(|| "nothing".to_owned(), Value::to_string);
        (said != Some(value)).then(|| format!("{field} is {value}, but the audit trail says {}", shown()))
    };
    let all: Vec<String> = is.iter().filter_map(differs).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// A row as it is now.
pub struct Stored {
    /// Its id.
    pub id: i64,
    /// The org whose chain vouches for it; 0 for accounts.
    pub chain: i64,
    /// The user that a membership says it belongs to.
    pub user: Option<i64>,
    /// Its fields.
    pub state: State,
}

/// The beginning of a digest: it tells whether a stored hash was replaced, and reveals nothing of what was hashed.
pub fn fingerprint(hash: &[u8]) -> String {
    hex(&sha256(hash)[..16])
}

/// The word for the role of a key's owner at its creation.
pub fn role(admin: bool) -> &'static str {
    if admin { "admin" } else { "user" }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Kind, State, difference};

    fn org(values: serde_json::Value) -> State {
        Kind::Org.state(values.as_array().cloned().unwrap_or_default())
    }

    #[test]
    fn each_field_that_differs_is_named() {
        let (is, said) = (org(json!(["Acme", "acme", true, false])), org(json!(["Acme", "acme", false, true])));
        assert_eq!(difference(&is, &is), None);
        let told = difference(&is, &said).unwrap_or_default();
        assert!(told.contains("enabled is true, but the audit trail says false"), "{told}");
        assert!(told.contains("twoFactorRequired is false, but the audit trail says true"), "{told}");
    }

    #[test]
    fn a_field_that_no_event_states_differs() {
        let told = difference(&org(json!(["Acme", "acme", true, false])), &org(json!(["Acme", "acme", true])));
        assert_eq!(told.as_deref(), Some("twoFactorRequired is false, but the audit trail says nothing"));
    }
}
