//! Swagger Docs: the API's own description as pages, with "Try it out!" on the server instead of in a script. What can be
//! called comes from the OpenAPI document alone; calls are carried out by whoever implements `ApiCall`, as the signed-in
//! admin, in the org of the page.

pub mod call;
pub mod document;
pub mod fill;
pub mod pages;
mod reply;
mod schema;
pub mod view;

pub use call::ApiCall;
pub use document::Docs;

use actix_web::{HttpResponse, web};

use crate::web::Answer;
use crate::web::route::{self, Route};

/// The routes of Swagger Docs.
pub fn routes() -> Vec<Route> {
    vec![
        route::get("/openapi.json", raw),
        route::get("/orgs/{slug}/docs", pages::resources::show),
        route::get("/orgs/{slug}/docs/{resource}", pages::interface::show),
        route::post("/orgs/{slug}/docs/{resource}", pages::interface::run),
    ]
}

/// The OpenAPI document itself, for programs.
async fn raw(docs: web::Data<Docs>) -> Answer {
    Ok(HttpResponse::Ok().content_type("application/json").body(docs.json.clone()))
}
