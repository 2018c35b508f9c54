//! People and their memberships. A person is one, their memberships are many: name, email and password belong to the account,
//! `enabled` and `admin` to the membership in one org. Until an invitation is accepted the membership gives no access and
//! shows only what the admin typed.

pub mod account_model;
pub mod account_store;
pub mod actions;
pub mod api;
pub mod confirmer;
pub mod events;
mod impersonation_store;
mod list_store;
pub mod membership;
pub mod membership_store;
pub mod model;
pub mod pages;
pub mod permission;
mod removal_store;
pub mod report_model;
pub mod report_store;
mod standing_store;
pub mod store;

use crate::web::route::{Route, get, post};

/// The routes of users.
pub fn routes() -> Vec<Route> {
    vec![
        get("/orgs/{slug}/users", pages::list::list),
        post("/orgs/{slug}/users", pages::new::create).doing("add a user"),
        get("/orgs/{slug}/users/new", pages::new::new),
        get("/orgs/{slug}/users/{id}/edit", pages::edit::edit),
        get("/orgs/{slug}/users/{id}", pages::edit::whole),
        post("/orgs/{slug}/users/{id}", pages::save::save).doing("save what you changed of a user"),
        post("/orgs/{slug}/users/{id}/link", pages::invited::new_link).doing("make a new link for a user"),
        get("/orgs/{slug}/users/{id}/disable", pages::disable::confirm),
        post("/orgs/{slug}/users/{id}/disable", pages::disable::disable).doing("disable a user"),
        get("/orgs/{slug}/users/{id}/enable", pages::enable::confirm),
        post("/orgs/{slug}/users/{id}/enable", pages::enable::enable).doing("enable a user"),
        get("/orgs/{slug}/users/{id}/demote", pages::demote::confirm),
        post("/orgs/{slug}/users/{id}/demote", pages::demote::demote).doing("take an admin’s role away"),
        get("/orgs/{slug}/users/{id}/shown-keys", pages::shown::list),
        get("/orgs/{slug}/users/{id}/email", pages::email::ask),
        post("/orgs/{slug}/users/{id}/email", pages::email::confirm).doing("confirm a user’s email address"),
        post("/orgs/{slug}/users/{id}/email/decline", pages::email::decline).doing("decline a user’s email address"),
        get("/orgs/{slug}/users/{id}/remove", pages::remove::confirm),
        post("/orgs/{slug}/users/{id}/remove", pages::remove::remove).doing("remove a user from the org"),
        get("/profile/email", pages::own_email::show),
        post("/profile/email", pages::own_email::ask).doing("change your email address"),
        post("/profile/email/withdraw", pages::own_email::withdraw),
        get("/orgs/{slug}/users/{id}/two-factor", pages::two_factor::confirm),
        post("/orgs/{slug}/users/{id}/two-factor", pages::two_factor::reset)
            .doing("reset the two-factor sign-in of a user"),
        get("/orgs/{slug}/users/{id}/impersonate", pages::impersonate::confirm),
        post("/orgs/{slug}/users/{id}/impersonate", pages::impersonate::start).doing("act as another user"),
        get("/impersonation", pages::impersonation::show),
        post("/impersonation/stop", pages::impersonation::stop),
        get("/user/users/me", api::me),
        get("/user/org/{orgId}/user/{userId}", api::membership),
    ]
}
