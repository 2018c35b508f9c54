//! The browser that a request comes from.

use std::sync::Arc;

use actix_web::http::header::USER_AGENT;

use super::device;
use crate::access::caller::Credential;
use crate::error::{Error, Result};
use crate::sessions::hash_queue::{Place, Queue};
use crate::sessions::model::Browser;
use crate::web::site::Site;

/// The longest name of a browser that is kept, in characters.
const LONGEST: usize = 200;

/// A place in this node's queue for hashing passwords.
///
/// # Errors
/// `Unavailable` if there is none for this browser.
pub fn place(site: &Site, browser: &Browser) -> Result<Place> {
    let queue = site.request().app_data::<Arc<Queue>>().ok_or_else(|| Error::unexpected("no queue for passwords"))?;
    queue.place(browser)
}

/// The browser of this request, to begin a session with.
pub fn of(site: &Site) -> Browser {
    let caller = site.caller();
    let session = match &caller.credential {
        Some(Credential::Session(hash)) => Some(*hash),
        Some(Credential::Key { .. }) | None => None,
    };
    let agent = site.request().headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("");
    Browser {
        session,
        address: caller.origin.address.clone(),
        agent: agent.chars().take(LONGEST).collect(),
        device: device::of(site),
    }
}
