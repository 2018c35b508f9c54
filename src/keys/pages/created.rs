//! A new key, shown once.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::list::KeyStatus;
use crate::keys::model::{ApiKey, Recipient, Token};
use crate::web::page::{Frame, Section, html};
use crate::web::site::Site;

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
    /// Why it does not work yet; none if it works at once.
    pub waits: Option<String>,
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

/// The page of a key that was just made.
pub(super) fn page(site: &Site, mut frame: Frame, owner: Recipient, key: ApiKey, token: Option<Token>) -> HttpResponse {
    frame.section = Section::Keys;
    frame.title = format!("Copy key {} ({}) now", key.name, key.id);
    let page = KeyCreatedPage {
        frame,
        id: key.id.number(),
        name: key.name,
        access_key: key.access_key.to_string(),
        token: token.map(|token| token.reveal().to_owned()),
        waits: KeyStatus::owned(owner.enabled, owner.accepted).waits(&owner.name),
        owner: owner.name,
        owner_id: owner.user.number(),
        can_impersonate: key.can_impersonate,
        public_url: site.state().public_url.clone(),
    };
    html(StatusCode::OK, &page)
}
