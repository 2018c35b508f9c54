//! The pages of `users`, one file each: the template's struct and its handlers.

pub mod confirm;
pub mod demote;
pub mod disable;
pub mod edit;
pub mod email;
pub mod enable;
pub mod impersonate;
pub mod impersonation;
pub mod invited;
pub mod list;
pub mod new;
pub mod own_email;
pub mod remove;
pub mod save;
pub mod shown;
pub mod two_factor;

use crate::clock::{Time, now};
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::web::page::{Frame, Section, counted};
use crate::web::when::When;

/// The path of a user's page: the org's slug, the user's id as it stands there.
type UserPath = actix_web::web::Path<(String, String)>;

fn user_id(text: &str) -> Result<UserId> {
    UserId::parse(text).ok_or_else(Error::not_found)
}

fn when(at: Time) -> When {
    When::new(at.micros(), now().micros())
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

fn titled(frame: Frame, title: impl Into<String>) -> Frame {
    Frame { title: title.into(), section: Section::Users, ..frame }
}

fn edit_path(slug: &str, user: UserId) -> String {
    format!("/orgs/{slug}/users/{user}/edit")
}

/// "Their 3 keys stopped working."; nothing for somebody without keys.
fn of_keys(keys: i64, verb: &str) -> String {
    if keys == 0 { String::new() } else { format!("Their {} {verb}.", counted(number(keys), "key")) }
}
