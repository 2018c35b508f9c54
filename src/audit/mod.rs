//! The audit trail: nothing is written without its event (`change`), each org's events make a chain that is sealed (`chain`) and
//! can be checked (`verify`), and admins read, filter and export it (`pages`). Refused attempts are counted beside the chains.

pub mod actions;
mod baseline;
mod chain;
mod chain_store;
mod change;
mod compare;
pub mod event;
mod events;
pub mod export;
pub mod exports;
mod findings;
mod line_store;
mod list_store;
mod met;
pub mod model;
pub mod operation;
pub mod pages;
mod projection;
mod refusal_store;
mod row;
pub mod state_model;
mod state_store;
mod stating;
pub mod verify;
pub mod walker;
pub mod words;

pub use chain::newest;
pub use change::{Change, Earlier, Tx, change, change_on_reserve, change_to_let, go_on, unrecorded};
pub use event::{By, Echo, Event, Target};
pub use projection::DEMO_FILLED;
pub use stating::{stating, stating_all};

use crate::web::route::{Route, get, post};

/// The routes of the audit trail.
pub fn routes() -> Vec<Route> {
    use pages::{activity, ask_export, event, export, installation, list, refusals};
    vec![
        get("/orgs/{slug}/audit", list::show),
        get("/orgs/{slug}/audit/export", ask_export::ask),
        post("/orgs/{slug}/audit/export", export::export).doing("export the audit trail"),
        get("/orgs/{slug}/audit/refusals", refusals::of_org),
        get("/orgs/{slug}/audit/{event}", event::show),
        get("/audit", installation::list),
        get("/audit/refusals", refusals::of_installation),
        get("/audit/{event}", installation::show),
        get("/profile/activity", activity::show),
    ]
}
