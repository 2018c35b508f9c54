//! The first steps of a new org.

use askama::Template;

use crate::web::page::Frame;

/// `GET` of the checklist.
#[derive(Template)]
#[template(path = "setup/checklist.html")]
pub struct ChecklistPage {
    /// The frame.
    pub frame: Frame,
    /// Somebody to own keys, besides the admin who reads this.
    pub user: Option<FirstUser>,
    /// A key of the org.
    pub key: Option<FirstKey>,
    /// Whether any key of the org was ever accepted.
    pub used: bool,
    /// Scheme, host and port that programs use, without a slash at the end.
    pub public_url: String,
}

/// The user of step one.
pub struct FirstUser {
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
}

/// The key of step two.
pub struct FirstKey {
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
}
