//! A device: a browser that somebody signed in with before. It has a counter of failures of its own, so that an attack on the
//! account from elsewhere does not lock its owner out.

use crate::error::Result;
use crate::id::UserId;
use crate::secret::{hex, random};

/// The hash of a session's key.
type Hash = [u8; 32];

/// A browser that signed in before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id, 32 hexadecimal digits.
    pub id: String,
    /// The account that signed in with it last.
    pub user: UserId,
    /// What the account's epoch was then: a changed password ends what a device is good for.
    pub epoch: i64,
    /// The session that this sign-in began, as `mark` shortens it.
    pub session: String,
}

impl Device {
    /// A browser that signs in for the first time.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn new(user: UserId, epoch: i64) -> Result<Device> {
        Ok(Device { id: hex(&random::<16>()?), user, epoch, session: String::new() })
    }

    /// The same device after this session began.
    #[must_use]
    pub fn with_session(self, hash: &Hash) -> Device {
        Device { session: mark(hash), ..self }
    }

    /// Whether it was made known by the sign-in that began this session, so that the session was its account's.
    pub fn began(&self, hash: &Hash) -> bool {
        self.session == mark(hash)
    }

    /// As it stands in its cookie, before that is sealed.
    pub fn text(&self) -> String {
        format!("1.{}.{}.{}.{}", self.id, self.user, self.epoch, self.session)
    }

    /// Reads what stood in a cookie.
    pub fn parse(text: &str) -> Option<Device> {
        let mut parts = text.strip_prefix("1.")?.splitn(4, '.');
        let (id, user, epoch, session) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let good = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let device = || {
            let (id, session) = (id.to_owned(), session.to_owned());
            Some(Device { id, user: UserId::parse(user)?, epoch: epoch.parse().ok()?, session })
        };
        good.then(device).flatten()
    }
}

/// Enough of a session's hash to tell it from others.
fn mark(hash: &Hash) -> String {
    hex(&hash[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_read_as_it_was_written() {
        let device = Device::new(UserId::new(7), 3).unwrap().with_session(&[5; 32]);
        assert!(device.began(&[5; 32]) && !device.began(&[6; 32]));
        assert_eq!(Device::parse(&device.text()), Some(device.clone()));
        for wrong in ["", "1....", "2.a.7.3.5", "1.x.7.3.5", &device.text()[..20], &device.text().replace(".7.", ".x.")]
        {
            assert_eq!(Device::parse(wrong), None, "{wrong}");
        }
    }
}
