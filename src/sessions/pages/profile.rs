//! The profile: one's own name, password, keys and orgs.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;
use crate::web::when::When;

/// `GET /profile`; `POST /profile` and `POST /profile/password` when something was wrong.
#[derive(Template)]
#[template(path = "sessions/profile.html")]
pub struct ProfilePage {
    /// The frame.
    pub frame: Frame,
    /// The person's id.
    pub user_id: i64,
    /// Their email address, which they cannot change here.
    pub email: String,
    /// Fields `first` and `last`.
    pub name_form: Filled,
    /// Makes the name form harmless to send twice.
    pub name_operation_id: String,
    /// Fields `current` and `new`, for their errors only.
    pub password_form: Filled,
    /// Makes the password form harmless to send twice.
    pub password_operation_id: String,
    /// The person's keys in all their orgs.
    pub keys: Vec<OwnKey>,
    /// The person's orgs.
    pub memberships: Vec<OwnMembership>,
}

/// A key of one's own.
pub struct OwnKey {
    /// The org it works in.
    pub org: String,
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// When it was made.
    pub created: When,
    /// When it was last accepted.
    pub last_used: Option<When>,
}

/// An org one belongs to.
pub struct OwnMembership {
    /// The org's name.
    pub org: String,
    /// Where its pages are: the slug.
    pub slug: String,
    /// Whether one is its admin.
    pub admin: bool,
    /// Whom to ask there, by name; empty for an admin.
    pub admins: Vec<String>,
}
