//! A new key, shown once.

use askama::Template;

use crate::web::page::Frame;

/// The answer to the POST that made a key. Not to be stored.
#[derive(Template)]
#[template(path = "keys/created.html")]
pub struct KeyCreatedPage {
    /// The frame.
    pub frame: Frame,
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// The whole key; none when the page is loaded again, because only its hash was kept.
    pub token: Option<String>,
    /// First and last name of its owner.
    pub owner: String,
    /// User ID of its owner.
    pub owner_id: i64,
    /// Whether it may act as other users.
    pub can_impersonate: bool,
    /// Scheme, host and port that programs use, without a slash at the end.
    pub public_url: String,
}

impl KeyCreatedPage {
    /// The public and the secret half, between which a line may break.
    fn halves(&self) -> Option<(&str, &str)> {
        let token = self.token.as_deref()?;
        Some(token.split_at(token.rfind('_').unwrap_or(0)))
    }
}
