//! The first org and its first admin, made once: from a page that the printed link opens, or from the command line. Then the
//! first steps of the new org.

pub mod actions;
pub mod events;
pub mod pages;
mod store;

use crate::web::route::{Route, get, post};

/// The routes of setup.
pub fn routes() -> Vec<Route> {
    vec![
        get("/setup", pages::setup::show),
        post("/setup", pages::setup::submit),
        get("/orgs/{slug}/first-steps", pages::checklist::show),
    ]
}
