//! "Confirm it’s you": the password once more, before something that matters.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;

/// `GET` and `POST /confirm`.
#[derive(Template)]
#[template(path = "sessions/confirm.html")]
pub struct ConfirmPage {
    /// The frame.
    pub frame: Frame,
    /// The field `password`, for its error only.
    pub form: Filled,
    /// What the person is about to do: "You are about to make an admin."
    pub why: String,
    /// Whose password.
    pub email: String,
    /// Where to go on.
    pub next: String,
    /// Where to go back to.
    pub cancel: String,
}
