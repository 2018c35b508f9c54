//! Remove a user: the page that asks before it happens.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;
use crate::web::when::When;

/// `GET` and `POST /orgs/{slug}/users/{id}/remove`.
#[derive(Template)]
#[template(path = "users/remove.html")]
pub struct ConfirmRemovePage {
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
    /// The keys that are deleted, the last used first; a few are enough.
    pub keys: Vec<RemoveKey>,
    /// How many those are.
    pub keys_total: u64,
    /// No fields; for what forbids it, about the whole form.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// A key that goes along.
pub struct RemoveKey {
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// When it was last accepted.
    pub last_used: Option<When>,
}
