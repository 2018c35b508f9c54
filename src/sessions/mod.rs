//! Signing in and out, one-time links, passwords, two-factor sign-in, and one's own profile. A session is a row of its own table; the cookie
//! carries its key and the row only the key's hash. A password is hashed and compared outside of any transaction; what was
//! compared with is looked at again inside the one that signs in.

pub mod actions;
mod attempt_memory;
mod attempt_model;
mod attempt_store;
pub mod code_model;
pub mod cookie;
pub mod device_model;
mod events;
mod guess_model;
#[cfg(test)]
mod guess_simulation;
mod guess_store;
pub mod hash_queue;
pub mod link_model;
mod link_store;
pub mod model;
pub mod pages;
pub mod password;
mod profile_store;
pub mod session_model;
mod sign_in_store;
mod store;
pub mod strength;

use crate::web::route::{Route, get, post};

/// The feature's routes.
pub fn routes() -> Vec<Route> {
    use pages::{
        code, confirm, link, link_report, login, own_sessions, profile, recovery_codes, two_factor, two_factor_off,
    };
    vec![
        get("/login", login::show),
        post("/login", login::sign_in),
        get("/login/code", code::show),
        post("/login/code", code::enter),
        post("/logout", login::sign_out),
        get("/confirm", confirm::show),
        post("/confirm", confirm::confirm),
        get("/links/report", link_report::ask),
        post("/links/report", link_report::report),
        get("/links/{token}", link::carry),
        get("/links/{token}/{rest:.*}", link::refuse_damaged),
        get("/links", link::show),
        post("/links", link::act),
        get("/profile", profile::show),
        post("/profile", profile::rename).doing("change your name"),
        post("/profile/password", profile::change_password),
        get("/profile/two-factor", two_factor::show),
        post("/profile/two-factor", two_factor::enable).doing("turn on two-factor sign-in"),
        get("/profile/two-factor/off", two_factor_off::confirm),
        post("/profile/two-factor/off", two_factor_off::disable).doing("turn off two-factor sign-in"),
        get("/profile/two-factor/codes", recovery_codes::confirm),
        post("/profile/two-factor/codes", recovery_codes::renew).doing("make new recovery codes"),
        post("/profile/sessions/{id}/end", own_sessions::end),
        post("/profile/sessions/end-others", own_sessions::end_others),
        post("/profile/sessions/end-all", own_sessions::end_all),
    ]
}
