//! New key, step one: whose it shall be.

use askama::Template;

use crate::web::page::Frame;

/// `GET /orgs/{slug}/keys/new`.
#[derive(Template)]
#[template(path = "keys/owner.html")]
pub struct ChooseOwnerPage {
    /// The frame.
    pub frame: Frame,
    /// What was searched for.
    pub q: String,
    /// What the table shows: "1 to 50 of 214 users, by name".
    pub caption: String,
    /// At most 50 users.
    pub rows: Vec<OwnerRow>,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// A user to choose.
pub struct OwnerRow {
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// How many keys they own here.
    pub keys: u64,
}
