//! The sign-in page.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;

/// `GET /login`, and `POST /login` when it was refused: one sentence for every cause, as an error about the whole form.
#[derive(Template)]
#[template(path = "sessions/login.html")]
pub struct LoginPage {
    /// The frame, without org and person.
    pub frame: Frame,
    /// Field `email`.
    pub form: Filled,
    /// The path to go to afterwards; empty for the start page.
    pub next: String,
}
