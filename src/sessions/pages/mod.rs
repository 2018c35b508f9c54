//! The pages of `sessions`, one file each: the template's struct and its handlers.

pub mod browser;
pub mod code;
pub mod confirm;
pub mod device;
mod failed;
pub mod interrupted;
pub mod link;
mod link_cookie;
pub mod link_report;
mod link_used;
pub mod login;
pub mod news;
pub mod own_sessions;
pub mod profile;
pub mod recovery_codes;
pub mod review;
pub mod two_factor;
pub mod two_factor_card;
pub mod two_factor_off;

use actix_web::HttpResponse;
use actix_web::http::header::RETRY_AFTER;

/// The response with the header that says when to come back.
fn wait(mut response: HttpResponse, seconds: u32) -> HttpResponse {
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}
