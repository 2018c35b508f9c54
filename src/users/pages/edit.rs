//! Edit User: the details, the keys, and what can go wrong.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;
use crate::web::when::When;

/// `GET /orgs/{slug}/users/{id}/edit`, and `POST /orgs/{slug}/users/{id}` when something was wrong or changed meanwhile.
#[derive(Template)]
#[template(path = "users/edit.html")]
pub struct EditUserPage {
    /// The frame.
    pub frame: Frame,
    /// User ID.
    pub id: i64,
    /// Org ID.
    pub org_id: i64,
    /// Org membership ID.
    pub membership_id: i64,
    /// First and last name as they are stored, whatever was typed.
    pub name: String,
    /// Fields `first`, `last`, `email`, `enabled`, `admin`.
    pub form: Filled,
    /// What the form was filled from.
    pub version: String,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
    /// Why name and email are shown as text, and who can change them; none if they are fields.
    pub locked: Option<String>,
    /// Whether the user is the one who looks at the page.
    pub own: bool,
    /// Whether the membership is switched on, as it is stored.
    pub enabled: bool,
    /// The link that may be made for this user.
    pub link: Option<UserLink>,
    /// At most 50 of the user's keys in this org.
    pub keys: Vec<UserKey>,
    /// How many there are.
    pub keys_total: u64,
    /// The keys before.
    pub keys_prev: Option<String>,
    /// The keys after.
    pub keys_next: Option<String>,
    /// What somebody else changed while this form was open (409); usually empty.
    pub conflict: Vec<ConflictRow>,
}

/// A one-time link that may be made for a user: `POST /orgs/{slug}/users/{id}/link`.
pub struct UserLink {
    /// Whether the user has not accepted the invitation yet; else it is a password link.
    pub invited: bool,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// A key of the user.
pub struct UserKey {
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// When it was made.
    pub created: When,
    /// When it was last accepted.
    pub last_used: Option<When>,
    /// Whether it works; if not, because its owner does not.
    pub works: bool,
}

/// A field that two people changed at once.
pub struct ConflictRow {
    /// The field's label.
    pub field: String,
    /// What was typed here.
    pub yours: String,
    /// What is stored now.
    pub now: String,
}
