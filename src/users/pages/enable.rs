//! Enable a user: the page that asks before it happens.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;
use crate::web::when::When;

/// `GET` and `POST /orgs/{slug}/users/{id}/enable`.
#[derive(Template)]
#[template(path = "users/enable.html")]
pub struct ConfirmEnablePage {
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
    /// The keys that start working again, the last used first; a few are enough.
    pub keys: Vec<EnableKey>,
    /// How many those are.
    pub keys_total: u64,
    /// No fields; for what forbids it, about the whole form.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// A key that goes along.
pub struct EnableKey {
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// When it was last accepted.
    pub last_used: Option<When>,
}
