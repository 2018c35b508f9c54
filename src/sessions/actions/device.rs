//! Browsers that signed in before.

use crate::access::Actor;
use crate::db::Conn;
use crate::error::Result;
use crate::sessions::device_model::Device;
use crate::users::model::User;
use crate::users::store as users;

/// What the browser of the signed-in person is known as: as before, or anew for another account or after a changed password.
///
/// # Errors
/// `SignedOut`; if there is no randomness to be had.
pub fn own_device(conn: &mut Conn, actor: &Actor, brought: Option<Device>) -> Result<Device> {
    let user = users::find(conn, actor.person()?.id)?;
    brought.filter(|device| knows(device, &user)).map_or_else(|| Device::new(user.id, user.session_epoch), Ok)
}

/// Whether this account signed in with this device since its password was last changed.
pub(super) fn knows(device: &Device, user: &User) -> bool {
    device.user == user.id && device.epoch == user.session_epoch
}
