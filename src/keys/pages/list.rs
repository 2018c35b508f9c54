//! The keys of an org.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::{Badge, Frame, Tone};
use crate::web::when::When;

/// `GET /orgs/{slug}/keys`, and `POST /orgs/{slug}/keys/find` when it found nothing.
#[derive(Template)]
#[template(path = "keys/list.html")]
pub struct KeysPage {
    /// The frame.
    pub frame: Frame,
    /// What was searched for.
    pub q: String,
    /// How many keys the org has.
    pub total: u64,
    /// What the table shows: "1 to 50 of 387 keys, newest first".
    pub caption: String,
    /// At most 50 of them.
    pub rows: Vec<KeyRow>,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// The field `token`, for its error only: a whole key is never shown again.
    pub lookup: Filled,
}

/// One key.
pub struct KeyRow {
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
    /// When it was made.
    pub created: When,
    /// When it was last accepted.
    pub last_used: Option<When>,
    /// Whether it works.
    pub status: KeyStatus,
}

/// The states of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStatus {
    /// Works.
    Active,
    /// Does not work, because its owner is switched off.
    OwnerDisabled,
    /// Does not work yet, because its owner has not accepted the invitation.
    OwnerInvited,
}

impl KeyStatus {
    /// Its word and shape.
    pub fn badge(self) -> Badge {
        let (word, tone) = match self {
            Self::Active => ("Active", Tone::Ok),
            Self::OwnerDisabled => ("Owner disabled", Tone::Off),
            Self::OwnerInvited => ("Owner invited", Tone::Warn),
        };
        Badge { word, tone }
    }
}
