//! Operations: did it happen? When nobody could tell whether a change was kept, its operation id can, from the page that
//! says so.

pub mod actions;
pub mod pages;
mod store;

use crate::web::route::{self, Route};

/// The routes of operations.
pub fn routes() -> Vec<Route> {
    vec![route::get("/operations/{id}", pages::show)]
}
