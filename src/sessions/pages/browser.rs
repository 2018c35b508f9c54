//! The browser that a request comes from.

use actix_web::http::header::USER_AGENT;

use crate::access::caller::Credential;
use crate::sessions::model::Browser;
use crate::web::site::Site;

/// The longest name of a browser that is kept, in characters.
const LONGEST: usize = 200;

/// The browser of this request, to begin a session with.
pub fn of(site: &Site) -> Browser {
    let caller = site.caller();
    let session = match &caller.credential {
        Some(Credential::Session(hash)) => Some(*hash),
        Some(Credential::Key { .. }) | None => None,
    };
    let agent = site.request().headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("");
    Browser { session, address: caller.origin.address.clone(), agent: agent.chars().take(LONGEST).collect() }
}
