//! The overview of an org.

use askama::Template;

use crate::web::page::Frame;
use crate::web::when::When;

/// `GET /orgs/{slug}`.
#[derive(Template)]
#[template(path = "orgs/overview.html")]
pub struct OverviewPage {
    /// The frame.
    pub frame: Frame,
    /// How many keys the org has.
    pub keys: u64,
    /// How many users it has.
    pub users: u64,
    /// Who runs it.
    pub admins: Vec<OverviewAdmin>,
    /// The last five keys that were made.
    pub newest: Vec<NewestKey>,
    /// Where the first steps are, while they are not all done.
    pub first_steps: Option<String>,
}

/// An admin of the org.
pub struct OverviewAdmin {
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
}

/// A key that was made lately.
pub struct NewestKey {
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// First and last name of its owner.
    pub owner: String,
    /// User ID of its owner.
    pub owner_id: i64,
    /// When it was made.
    pub created: When,
    /// When it was last accepted.
    pub last_used: Option<When>,
}
