//! Swagger Docs: the resources of the API.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use crate::access::Act;
use crate::explorer::Docs;
use crate::explorer::view::Service;
use crate::web::Answer;
use crate::web::form::Query;
use crate::web::page::{self, Frame, Section};
use crate::web::site::Site;

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

impl From<&Service> for ResourceRow {
    fn from(service: &Service) -> ResourceRow {
        ResourceRow {
            name: service.name.clone(),
            description: service.description.clone(),
            operations: service.operations.len() as u64,
        }
    }
}

/// Lists them, or those that a search finds.
///
/// # Errors
/// As the policy says.
pub async fn show(site: Site, slug: web::Path<String>, query: Query, docs: web::Data<Docs>) -> Answer {
    let ((), frame) = site.read(&slug, |_, scope| scope.require(Act::Explore)).await?;
    if let Some(shorter) = query.canonical(site.request().path()) {
        return Ok(site.see(&shorter));
    }
    let q = query.text("q").to_owned();
    let rows = docs.search(&q).map(Into::into).collect();
    let title = if q.is_empty() { "Swagger Docs".to_owned() } else { format!("Swagger Docs: “{q}”") };
    let frame = Frame { title, section: Section::Docs, ..frame };
    Ok(page::html(StatusCode::OK, &ResourcesPage { frame, q, rows }))
}
