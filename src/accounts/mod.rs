//! Accounts as super admins see them, whatever the org: which there are, whether they are enabled, and who is super admin. An
//! account that is disabled works nowhere; the installation always keeps one super admin who can sign in.

pub mod actions;
mod events;
mod list_store;
pub mod model;
pub mod pages;

use crate::web::route::{Route, get, post};

/// The routes of accounts.
pub fn routes() -> Vec<Route> {
    use pages::{add_super_admin, free_email, list, show, super_admins, switch};
    vec![
        get("/accounts", list::list),
        get("/accounts/{id}", show::show),
        get("/accounts/{id}/disable", switch::ask_to_disable),
        post("/accounts/{id}/disable", switch::disable).doing("disable an account"),
        get("/accounts/{id}/enable", switch::ask_to_enable),
        post("/accounts/{id}/enable", switch::enable).doing("enable an account"),
        get("/accounts/{id}/free-email", free_email::ask),
        post("/accounts/{id}/free-email", free_email::free).doing("free an email address"),
        post("/accounts/{id}/dismiss-reports", free_email::dismiss).doing("dismiss reports about an email address"),
        get("/super-admins", super_admins::list),
        post("/super-admins", super_admins::find).doing("look up an account"),
        get("/super-admins/{id}/add", add_super_admin::ask),
        post("/super-admins/{id}/add", add_super_admin::add).doing("add a super admin"),
        get("/super-admins/{id}/remove", super_admins::ask),
        post("/super-admins/{id}/remove", super_admins::remove).doing("take super admin away"),
    ]
}
