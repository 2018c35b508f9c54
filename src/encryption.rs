//! Encryption of what must be read again, such as the secrets of two-factor sign-in: AES-256-GCM under keys from the
//! installation's secrets. What is encrypted is bound to what it belongs to, so a copy of it opens nowhere else.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};

use crate::error::{Error, Result};
use crate::secret::{SealKey, random};

/// Random per message: with one key, billions of messages are safe.
const NONCE: usize = 12;

/// A key that encrypts for one purpose.
#[derive(Debug, Clone)]
pub struct Encryption(SealKey);

impl Encryption {
    /// For the purpose that this key is for.
    pub fn new(key: SealKey) -> Encryption {
        Encryption(key)
    }

    /// Encrypts bytes that belong to `owner`.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn encrypt(&self, owner: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = random::<NONCE>()?;
        let payload = Payload { msg: plain, aad: owner };
        let sealed = cipher(&self.0).encrypt(Nonce::from_slice(&nonce), payload);
        let sealed = sealed.map_err(|_| Error::unexpected("there is more to encrypt than AES-GCM takes"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what belongs to `owner`; `None` if it was changed, belongs to another, or was encrypted under another key.
    pub fn decrypt(&self, owner: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        cipher(&self.0).decrypt(Nonce::from_slice(nonce), Payload { msg: sealed, aad: owner }).ok()
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

    fn of(secrets: &str, purpose: &str) -> Encryption {
        Encryption::new(Secrets::parse(secrets).unwrap().key(purpose))
    }

    #[test]
    fn what_is_encrypted_opens_for_its_owner_only_and_unchanged_only() {
        let keys = of(OLD, "two-factor");
        let sealed = keys.encrypt(b"ann", b"secret").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealed, keys.encrypt(b"ann", b"secret").unwrap());
        assert_eq!(keys.decrypt(b"ann", &sealed).unwrap(), b"secret");
        assert!(keys.decrypt(b"bob", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(keys.decrypt(b"ann", &changed).is_none() && keys.decrypt(b"ann", &sealed[..at]).is_none());
        }
    }

    #[test]
    fn a_key_opens_nothing_of_another_line_or_purpose() {
        let both = format!("another-secret-of-more-than-32-characters\n{OLD}");
        let sealed = of(OLD, "two-factor").encrypt(b"ann", b"secret").unwrap();
        for other in [of(&both, "two-factor"), of(OLD, "forms")] {
            assert!(other.decrypt(b"ann", &sealed).is_none());
        }
    }
}
