//! Orgs: which there are, which of them a person can open, and making further ones. An org's slug is never changed and never
//! given to another.

pub mod actions;
pub mod events;
mod list_store;
pub mod model;
pub mod pages;
pub mod store;
mod visit_store;

use crate::web::route::{Route, get, post};

/// The routes of orgs.
pub fn routes() -> Vec<Route> {
    vec![
        get("/", pages::choose::start),
        get("/orgs", pages::choose::choose),
        post("/orgs", pages::create::create).doing("create an org and invite its first admin"),
        get("/orgs/{slug}", pages::overview::overview),
        get("/orgs/{slug}/two-factor", pages::two_factor::show),
        post("/orgs/{slug}/two-factor", pages::two_factor::change)
            .doing("change whether two-factor sign-in is required"),
        get("/orgs/{slug}/rename", pages::rename::ask),
        post("/orgs/{slug}/rename", pages::rename::rename).doing("rename an org"),
        get("/orgs/{slug}/enter", pages::visit::ask),
        post("/orgs/{slug}/enter", pages::visit::enter).doing("enter an org as super admin"),
        post("/orgs/{slug}/leave", pages::visit::leave),
        get("/orgs/{slug}/disable", pages::switch::ask_to_disable),
        post("/orgs/{slug}/disable", pages::switch::disable).doing("disable an org"),
        get("/orgs/{slug}/enable", pages::switch::ask_to_enable),
        post("/orgs/{slug}/enable", pages::switch::enable).doing("enable an org"),
    ]
}
