//! The short cookie that carries the token of an opened link from its address to the page that uses it.

use actix_web::HttpResponse;

use crate::error::{Error, Result};
use crate::links::model::Token;
use crate::web::cookie;
use crate::web::site::Site;

/// How long an opened link waits to be used, in seconds.
const PATIENCE: i64 = 600;

/// Stands in the cookie in place of a token that was cut off or has more at its end.
pub(super) const DAMAGED: &str = "damaged";

/// Sets the cookie of the opened link; an empty token takes it away.
pub(super) fn set(site: &Site, response: &mut HttpResponse, token: String) -> Result<()> {
    let seconds = if token.is_empty() { 0 } else { PATIENCE };
    let cookie = cookie::short(cookie::LINK, token, seconds, site.state().https());
    response.add_cookie(&cookie).map_err(|error| Error::unexpected(error.to_string()))
}

/// Returns the token of the opened link.
pub(super) fn carried(site: &Site) -> Option<Token> {
    cookie::value(site.request(), cookie::LINK).and_then(|value| Token::parse(&value))
}

/// Whether the link that was opened has no token of the right shape.
pub(super) fn is_damaged(site: &Site) -> bool {
    cookie::value(site.request(), cookie::LINK).is_some_and(|value| value == DAMAGED)
}
