//! The first page of all: it makes the first org and its first admin.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;

/// `GET` and `POST /setup`.
#[derive(Template)]
#[template(path = "setup/setup.html")]
pub struct SetupPage {
    /// The frame, without org and person.
    pub frame: Frame,
    /// Fields `org`, `slug`, `first`, `last`, `email`, `password`.
    pub form: Filled,
}
