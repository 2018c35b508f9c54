//! Encryption of what must be read again, such as the secrets of two-factor sign-in: AES-256-GCM under keys from the
//! installation's secrets. What is encrypted is bound to what it belongs to, so a copy of it opens nowhere else.

use std::sync::Arc;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};

use crate::error::{Error, Result};
use crate::secret::{SealKey, Secrets, random};

/// Random per message: with one key, billions of messages are safe.
const NONCE: usize = 12;

/// Keys that encrypt for one purpose: the first encrypts, all decrypt.
#[derive(Debug, Clone)]
pub struct Encryption(Arc<[SealKey]>);

/// What was encrypted.
pub struct Decrypted {
    /// The bytes.
    pub plain: Vec<u8>,
    /// Whether a key decrypted them that does not encrypt any more: encrypt them anew.
    pub old: bool,
}

impl Encryption {
    /// For one purpose, under the installation's secrets.
    pub fn new(secrets: &Secrets, purpose: &str) -> Encryption {
        Encryption(secrets.keys(purpose).into())
    }

    /// Encrypts bytes that belong to `owner`.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn encrypt(&self, owner: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = random::<NONCE>()?;
        let payload = Payload { msg: plain, aad: owner };
        let sealed = cipher(&self.0[0]).encrypt(Nonce::from_slice(&nonce), payload);
        let sealed = sealed.map_err(|_| Error::unexpected("there is more to encrypt than AES-GCM takes"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what belongs to `owner`; `None` if it was changed, belongs to another, or no key is left that opens it.
    pub fn decrypt(&self, owner: &[u8], sealed: &[u8]) -> Option<Decrypted> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let nonce = Nonce::from_slice(nonce);
        self.0.iter().enumerate().find_map(|(at, key)| {
            let plain = cipher(key).decrypt(nonce, Payload { msg: sealed, aad: owner }).ok()?;
            Some(Decrypted { plain, old: at > 0 })
        })
    }
}

fn cipher(key: &SealKey) -> Aes256Gcm {
    Aes256Gcm::new(&key.mac(&[b"encryption"]).into())
}

#[cfg(test)]
mod tests {
    use super::Encryption;
    use crate::secret::Secrets;

    const OLD: &str = "one-secret-of-more-than-thirty-two-characters";

    #[test]
    fn what_is_encrypted_opens_for_its_owner_only_and_unchanged_only() {
        let keys = Encryption::new(&Secrets::parse(OLD).unwrap(), "two-factor");
        let sealed = keys.encrypt(b"ann", b"secret").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealed, keys.encrypt(b"ann", b"secret").unwrap());
        assert_eq!(keys.decrypt(b"ann", &sealed).unwrap().plain, b"secret");
        assert!(keys.decrypt(b"bob", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(keys.decrypt(b"ann", &changed).is_none() && keys.decrypt(b"ann", &sealed[..at]).is_none());
        }
    }

    #[test]
    fn an_old_secret_still_opens_and_says_that_it_is_old() {
        let old = Secrets::parse(OLD).unwrap();
        let both = Secrets::parse(&format!("another-secret-of-more-than-32-characters\n{OLD}")).unwrap();
        let sealed = Encryption::new(&old, "two-factor").encrypt(b"ann", b"secret").unwrap();
        let opened = Encryption::new(&both, "two-factor").decrypt(b"ann", &sealed).unwrap();
        assert!(opened.old && opened.plain == b"secret");
        assert!(Encryption::new(&both, "forms").decrypt(b"ann", &sealed).is_none());
        let sealed = Encryption::new(&both, "two-factor").encrypt(b"ann", b"secret").unwrap();
        assert!(!Encryption::new(&both, "two-factor").decrypt(b"ann", &sealed).unwrap().old);
        assert!(Encryption::new(&old, "two-factor").decrypt(b"ann", &sealed).is_none());
    }
}
