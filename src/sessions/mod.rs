//! Signing in and out, one-time links, passwords, and one's own profile. A session is a row of its own table; the cookie
//! carries its key and the row only the key's hash. A password is hashed and compared outside of any transaction; what was
//! compared with is looked at again inside the one that signs in.

pub mod actions;
mod attempt_model;
mod attempt_store;
pub mod cookie;
mod events;
pub mod link_model;
mod link_store;
pub mod model;
pub mod pages;
pub mod password;
mod profile_store;
mod sign_in_store;
mod store;

use crate::web::route::{Route, get, post};

/// The feature's routes.
pub fn routes() -> Vec<Route> {
    use pages::{confirm, link, login, profile};
    vec![
        get("/login", login::show),
        post("/login", login::sign_in),
        post("/logout", login::sign_out),
        get("/confirm", confirm::show),
        post("/confirm", confirm::confirm),
        get("/links/{token}", link::carry),
        get("/links", link::show),
        post("/links", link::act),
        get("/profile", profile::show),
        post("/profile", profile::rename),
        post("/profile/password", profile::change_password),
    ]
}
