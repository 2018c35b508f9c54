//! The pages of the audit trail, one file each: the template's struct and its handlers.

pub mod activity;
pub mod ask_export;
mod asked;
pub mod entry;
pub mod event;
pub mod export;
pub mod installation;
pub mod list;
pub mod refusals;
mod stream;

use crate::clock::{Time, now};
use crate::error::{Error, Result};
use crate::id::parse_digits;
use crate::web::when::When;

fn when(at: Time) -> When {
    When::new(at.micros(), now().micros())
}

fn event_id(text: &str) -> Result<i64> {
    parse_digits(text).ok_or_else(Error::not_found)
}
