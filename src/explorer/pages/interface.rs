//! The Swagger interface: every service, every operation, and "Try it out!".

use askama::Template;

use crate::explorer::view::{FormMethod, ParameterKind, Service};
use crate::web::page::Frame;

/// `GET` and `POST /orgs/{slug}/docs/{resource}`.
#[derive(Template)]
#[template(path = "explorer/interface.html")]
pub struct InterfacePage {
    /// The frame.
    pub frame: Frame,
    /// Every service, whichever resource was clicked.
    pub services: Vec<Service>,
    /// Makes the changing calls harmless to send twice.
    pub operation_id: String,
}
