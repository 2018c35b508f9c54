//! Delete a key: the page that asks before it happens, and the one that says it happened before.

use askama::Template;

use crate::web::page::Frame;
use crate::web::when::When;

/// `GET /orgs/{slug}/keys/{id}/delete`.
#[derive(Template)]
#[template(path = "keys/delete.html")]
pub struct DeleteKeyPage {
    /// The frame.
    pub frame: Frame,
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// First and last name of its owner.
    pub owner: String,
    /// User ID of its owner.
    pub owner_id: i64,
    /// Email address of its owner.
    pub owner_email: String,
    /// When it was made.
    pub created: When,
    /// Who made it, if that is known.
    pub created_by: Option<String>,
    /// When it was last accepted.
    pub last_used: Option<When>,
    /// Whether that was in the last 24 hours, so that something will miss it.
    pub in_use: bool,
    /// Where "Keep key" leads, and the form's field `next`.
    pub cancel: String,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// What the same address says once the key is gone.
#[derive(Template)]
#[template(path = "keys/deleted.html")]
pub struct AlreadyDeletedPage {
    /// The frame.
    pub frame: Frame,
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// When it was deleted, if that is known.
    pub deleted: Option<When>,
}
