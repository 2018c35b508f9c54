//! Swagger Docs: the resources of the API.

use askama::Template;

use crate::web::page::Frame;

/// `GET /orgs/{slug}/docs`.
#[derive(Template)]
#[template(path = "explorer/resources.html")]
pub struct ResourcesPage {
    /// The frame.
    pub frame: Frame,
    /// What was searched for.
    pub q: String,
    /// The resources that fit.
    pub rows: Vec<ResourceRow>,
}

/// One resource.
pub struct ResourceRow {
    /// As paths call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How many operations it has.
    pub operations: u64,
}
