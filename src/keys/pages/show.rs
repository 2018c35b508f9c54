//! One key.

use askama::Template;

use super::list::KeyStatus;
use crate::web::page::Frame;
use crate::web::when::When;

/// `GET /orgs/{slug}/keys/{id}`.
#[derive(Template)]
#[template(path = "keys/show.html")]
pub struct KeyPage {
    /// The frame.
    pub frame: Frame,
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// Org membership ID of its owner.
    pub membership_id: i64,
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
    /// Whether it may act as other users.
    pub can_impersonate: bool,
    /// Whether it works.
    pub status: KeyStatus,
}
