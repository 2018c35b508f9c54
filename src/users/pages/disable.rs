//! Disable a user: the page that asks before it happens.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;
use crate::web::when::When;

/// `GET` and `POST /orgs/{slug}/users/{id}/disable`.
#[derive(Template)]
#[template(path = "users/disable.html")]
pub struct ConfirmDisablePage {
    /// The frame.
    pub frame: Frame,
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// When they last opened this org.
    pub last_seen: Option<When>,
    /// The keys that stop working, the last used first; a few are enough.
    pub keys: Vec<DisableKey>,
    /// How many those are.
    pub keys_total: u64,
    /// No fields; for what forbids it, about the whole form.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// A key that goes along.
pub struct DisableKey {
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// When it was last accepted.
    pub last_used: Option<When>,
}
