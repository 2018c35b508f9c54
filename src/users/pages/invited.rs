//! The one-time link of a user, shown once to the admin who made it.

use askama::Template;

use crate::web::page::Frame;

/// The answer to a POST that made a link: a new user, a new invitation link, a new password link. Not to be stored.
#[derive(Template)]
#[template(path = "users/invited.html")]
pub struct InvitedPage {
    /// The frame.
    pub frame: Frame,
    /// User ID of the person.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// The whole address; none when the page is loaded again, because only its hash was kept.
    pub link: Option<String>,
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// To join the org.
    Invitation,
    /// To set a new password.
    Password,
}

impl LinkPurpose {
    fn noun(self) -> &'static str {
        match self {
            Self::Invitation => "invitation link",
            Self::Password => "password link",
        }
    }
}
