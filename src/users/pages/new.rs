//! New user.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;

/// `GET /orgs/{slug}/users/new`, and `POST /orgs/{slug}/users` when something was wrong.
#[derive(Template)]
#[template(path = "users/new.html")]
pub struct NewUserPage {
    /// The frame.
    pub frame: Frame,
    /// Fields `first`, `last`, `email`, `role` (`user` or `admin`; `user` if it is empty).
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}
