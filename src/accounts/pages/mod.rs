//! The pages of `accounts`, one file each: the template's struct and its handlers. All are for super admins only.

pub mod add_super_admin;
pub mod free_email;
pub mod identity;
pub mod list;
pub mod show;
pub mod super_admins;
pub mod switch;

use actix_web::http::StatusCode;

use super::actions;
use super::model::{Account, Looked, Place};
use crate::error::{Error, Result};
use crate::id::{UserId, parse_digits};
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Badge, Frame, Tone};
use crate::web::site::Site;

/// The status and the form of a page that shows again, with why a change was refused.
fn refused(error: Error) -> Result<(StatusCode, Filled)> {
    let again = |form: Filled, why: String| form.wrong("", why + ".");
    match error {
        Error::Invalid(errors) => {
            let form = errors.into_iter().fold(Filled::new(), |form, error| again(form, error.message));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, form))
        }
        Error::Conflict(why) => Ok((StatusCode::CONFLICT, again(Filled::new(), why))),
        other => Err(other),
    }
}

fn user_id(text: &str) -> Result<UserId> {
    UserId::parse(text).ok_or_else(Error::not_found)
}

/// The account with this ID, and the frame of a page about it.
async fn look(site: &Site, id: UserId) -> Result<(Looked, Frame)> {
    site.read_own(move |conn, actor| actions::look(conn, actor, id)).await
}

/// The version of the account that the form was filled from.
fn version(form: &Form) -> Result<i64> {
    parse_digits(form.text("version")).ok_or_else(|| Error::Malformed("The form lacks what it was filled from".into()))
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

/// An account in a list.
pub struct AccountRow {
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Whether it is a super admin's.
    pub super_admin: bool,
    /// Its state.
    pub status: AccountStatus,
}

/// The states of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    /// The person can sign in.
    Active,
    /// The person has not set a password yet.
    NoPassword,
    /// Switched off.
    Disabled,
}

impl AccountStatus {
    fn of(account: &Account) -> Self {
        match (account.enabled, account.has_password) {
            (false, _) => Self::Disabled,
            (true, false) => Self::NoPassword,
            (true, true) => Self::Active,
        }
    }

    /// Its word and shape.
    pub fn badge(self) -> Badge {
        let (word, tone) = match self {
            Self::Active => ("Active", Tone::Ok),
            Self::NoPassword => ("No password yet", Tone::Warn),
            Self::Disabled => ("Disabled", Tone::Off),
        };
        Badge { word, tone }
    }
}

impl AccountRow {
    /// In words, for the page that asks for the password first.
    fn about(&self) -> String {
        format!("{}, user ID {}, {}", self.name, self.id, self.email)
    }
}

impl From<Account> for AccountRow {
    fn from(account: Account) -> AccountRow {
        AccountRow {
            id: account.id.number(),
            status: AccountStatus::of(&account),
            name: account.name.to_string(),
            email: account.email.to_string(),
            super_admin: account.super_admin,
        }
    }
}

/// An org of the person.
pub struct PlaceRow {
    /// The org's name.
    pub org: String,
    /// Whether they are an admin there.
    pub admin: bool,
    /// Whether they accepted, and are enabled there; whether they are invited only.
    pub status: PlaceStatus,
    /// How many keys they hold there.
    pub keys: u64,
    /// Whether nobody else who can sign in runs it.
    pub only_admin: bool,
}

/// The states of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceStatus {
    /// It gives access.
    Active,
    /// The user has not accepted: they do not belong to the org.
    Invited,
    /// It is switched off.
    Off,
}

impl PlaceStatus {
    fn of(place: &Place) -> Self {
        match (place.active, place.invited) {
            (true, _) => Self::Active,
            (false, true) => Self::Invited,
            (false, false) => Self::Off,
        }
    }

    /// Its word and shape.
    pub fn badge(self) -> Badge {
        let (word, tone) = match self {
            Self::Active => ("Active", Tone::Ok),
            Self::Invited => ("Invited only", Tone::Warn),
            Self::Off => ("Not active", Tone::Off),
        };
        Badge { word, tone }
    }
}

impl From<Place> for PlaceRow {
    fn from(place: Place) -> PlaceRow {
        PlaceRow {
            status: PlaceStatus::of(&place),
            org: place.name,
            admin: place.admin,
            keys: number(place.keys),
            only_admin: !place.other_admin,
        }
    }
}
