//! The first steps of a new org.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use crate::keys::model::Held;
use crate::keys::pages::list::KeyStatus;
use crate::setup::actions;
use crate::users::membership::Membership;
use crate::web::Answer;
use crate::web::page::{Frame, html};
use crate::web::site::Site;

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

impl ChecklistPage {
    fn accepted(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.accepted)
    }
}

/// The user of the first two steps.
pub struct FirstUser {
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Whether they accepted the invitation.
    pub accepted: bool,
}

/// The key of the last two steps.
pub struct FirstKey {
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Why it does not work yet; none if it works.
    pub waits: Option<String>,
}

impl From<Held> for FirstKey {
    fn from(held: Held) -> FirstKey {
        let waits = KeyStatus::of(&held.owner).waits(&held.owner.name);
        FirstKey { id: held.key.id.number(), name: held.key.name, waits }
    }
}

impl From<Membership> for FirstUser {
    fn from(membership: Membership) -> FirstUser {
        FirstUser {
            id: membership.user.number(),
            name: membership.name.to_string(),
            email: membership.email.to_string(),
            accepted: membership.accepted_at.is_some(),
        }
    }
}

/// Shows the first steps.
///
/// # Errors
/// As `Site::read`; `NotFound` for members who are no admins.
pub async fn show(site: Site, slug: Path<String>) -> Answer {
    let (steps, frame) = site.read(&slug, actions::first_steps).await?;
    let page = ChecklistPage {
        frame: Frame { title: "First steps".into(), ..frame },
        user: steps.user.map(FirstUser::from),
        key: steps.key.map(FirstKey::from),
        used: steps.used,
        public_url: site.state().public_url.clone(),
    };
    Ok(html(StatusCode::OK, &page))
}
