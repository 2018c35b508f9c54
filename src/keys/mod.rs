//! API keys. A key belongs to a membership and works only while key, membership, account and org are all present and
//! enabled, which is looked at on every use. Admins make and delete keys, owners delete their own; the secret is shown once and only its hash
//! is stored; a delete is effective at once and on disk before it is acknowledged.

pub mod actions;
pub mod api;
pub mod events;
pub mod list_store;
pub mod model;
mod own_store;
pub mod pages;
pub mod store;
mod token;

use crate::web::route::{Route, delete, get, post};

/// The routes of keys.
pub fn routes() -> Vec<Route> {
    vec![
        get("/orgs/{slug}/keys", pages::list::list),
        post("/orgs/{slug}/keys/find", pages::list::look_up),
        get("/orgs/{slug}/keys/new", pages::owner::choose),
        get("/orgs/{slug}/users/{id}/keys/new", pages::new::ask),
        post("/orgs/{slug}/users/{id}/keys", pages::new::create).doing("create an API key"),
        get("/orgs/{slug}/keys/{id}", pages::show::show),
        get("/orgs/{slug}/keys/{id}/delete", pages::delete::ask),
        post("/orgs/{slug}/keys/{id}/delete", pages::delete::delete).doing("delete an API key"),
        get("/profile/keys", pages::own::list),
        get("/profile/keys/{id}/delete", pages::own::ask_to_delete),
        post("/profile/keys/{id}/delete", pages::own::delete).doing("delete an API key"),
        post("/user/apiKey", api::create),
        get("/user/apiKey/user/{userId}", api::by_user),
        delete("/user/apiKey/{id}", api::delete),
        get("/user/apiKey/{id}", api::by_id),
    ]
}
