//! The cookie of a browser that signed in before.

use actix_web::HttpResponse;

use crate::access::caller::{Caller, Credential};
use crate::error::{Error, Result};
use crate::sessions::actions;
use crate::sessions::device_model::Device;
use crate::sessions::model::SessionKey;
use crate::web::site::Site;
use crate::web::{cookie, seal};

const PURPOSE: &str = "device";
/// How long a browser is known after its last sign-in, in seconds: half a year.
const LIFE: i64 = 182 * 24 * 3600;

/// What this request's browser is known as.
pub fn of(site: &Site) -> Option<Device> {
    let sealed = cookie::value(site.request(), cookie::DEVICE)?;
    Device::parse(&seal::open(site.state().form_key(), PURPOSE, &sealed)?)
}

/// Has the browser whose session was just begun known from now on. If that cannot be done, the sign-in goes on all the same.
pub async fn remember(site: &Site, key: &SessionKey, response: &mut HttpResponse) {
    if let Err(error) = try_to_remember(site, key, response).await {
        tracing::warn!(%error, "a browser could not be made known");
    }
}

async fn try_to_remember(site: &Site, key: &SessionKey, response: &mut HttpResponse) -> Result<()> {
    let caller = Caller { credential: Some(Credential::Session(key.hash())), ..site.caller().clone() };
    let brought = of(site);
    let read = move |conn: &mut _, actor: &_| actions::own_device(conn, actor, brought);
    let device = site.state().access.read_own(caller, read).await?;
    let device = device.with_session(&key.hash());
    let sealed = seal::seal(site.state().form_key(), PURPOSE, device.text());
    let cookie = cookie::short(cookie::DEVICE, sealed, LIFE, site.state().https());
    response.add_cookie(&cookie).map_err(|error| Error::unexpected(error.to_string()))
}
