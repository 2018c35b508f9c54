//! HTTP with no product knowledge: how pages and JSON answers are made, how forms are read, and what guards every request.

pub mod assets;
pub mod confirm;
pub mod confirm_page;
pub mod connections;
pub mod cookie;
pub mod csrf;
pub mod error_page;
mod facts;
pub mod filled;
pub mod form;
mod forwarded;
mod frame;
pub mod guard;
pub mod headers;
pub mod health;
pub mod hosts;
pub mod identify;
pub mod json;
mod judged;
pub mod location;
mod misdirected;
pub mod page;
pub mod paths;
pub mod posted;
mod redirect;
pub mod refusal;
pub mod respond;
pub mod route;
mod scheme;
pub mod seal;
pub mod site;
pub mod state;
pub mod warned;
pub mod when;
mod whole_key;

use actix_web::HttpResponse;

use crate::error::Error;

/// What every handler answers. An error becomes a page or a problem document in `refusal`.
pub type Answer = Result<HttpResponse, Error>;
