//! What an event about an account states for `audit verify`: only the fields that its change has set, so that no event vouches for what
//! was changed by hand.

use serde_json::{Map, Value};

use super::change::Tx;
use super::event::Event;
use super::state_model::Kind;
use super::state_store;
use crate::error::Result;

/// Adds these fields of the account to an event about it, as they are now: `sessionEpoch`, `passwordFingerprint`, `twoFactor`.
///
/// # Errors
/// If the database fails.
pub fn stating(tx: &mut Tx, event: Event, fields: &[&str]) -> Result<Event> {
    let state = state_store::account(tx.conn(), event.target.id)?;
    let mut facts = match event.after {
        Some(Value::Object(facts)) => facts,
        _ => Map::new(),
    };
    facts.extend(state.into_iter().filter(|(field, _)| fields.contains(&field.as_str())));
    Ok(Event { after: Some(Value::Object(facts)), ..event })
}

/// Adds all fields of a new account to the event about it.
///
/// # Errors
/// If the database fails.
pub fn stating_all(tx: &mut Tx, event: Event) -> Result<Event> {
    stating(tx, event, Kind::Account.fields())
}
