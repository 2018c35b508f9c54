//! New key, step two: its name.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;

/// `GET /orgs/{slug}/users/{id}/keys/new`, and `POST /orgs/{slug}/users/{id}/keys` when something was wrong.
#[derive(Template)]
#[template(path = "keys/new.html")]
pub struct NewKeyPage {
    /// The frame.
    pub frame: Frame,
    /// User ID of the owner.
    pub owner_id: i64,
    /// First and last name of the owner.
    pub owner: String,
    /// Whether the owner runs the org, and so does the key.
    pub owner_admin: bool,
    /// Whether the owner is switched off or not there yet, so that the key will not work yet.
    pub owner_disabled: bool,
    /// Fields `name`, `impersonate`.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
    /// Whether whoever looks may tick "Can impersonate".
    pub may_impersonate: bool,
}
