//! The session cookie, through actix-session. The store behind it does no I/O: a session's row is made and ended by actions,
//! inside their transactions, and looked at by `access` on every use. So a slow request can revive nothing, and no
//! visitor gets a row.

use std::collections::HashMap;

use actix_session::config::{CookieContentSecurity, PersistentSession, TtlExtensionPolicy};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};

use crate::access::caller::Hash;
use crate::secret::{Secrets, hex, sha256};

/// Hands the cookie's key on as the hash by which the row is found.
#[derive(Debug, Clone, Copy)]
pub struct Store;

const NEW_KEY: &str = "key";

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        // actix-session keeps its values as JSON
        let hash = format!("\"{}\"", hex(&hash(key.as_ref())));
        Ok(Some(HashMap::from([("hash".to_owned(), hash)])))
    }

    /// The state of a sign-in carries the key whose row the sign-in has just written.
    async fn save(&self, state: HashMap<String, String>, _: &Duration) -> Result<SessionKey, SaveError> {
        let key = state.get(NEW_KEY).map(|json| json.trim_matches('"').to_owned());
        let key = key.ok_or_else(|| SaveError::Other(anyhow::anyhow!("a session without a sign-in")))?;
        key.try_into().map_err(|error| SaveError::Other(anyhow::Error::new(error)))
    }

    async fn update(
        &self,
        key: SessionKey,
        _: HashMap<String, String>,
        _: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, _: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(())
    }
}

/// What is stored of a session's key.
pub fn hash(key: &str) -> Hash {
    sha256(key.as_bytes())
}

/// Gives the browser the key of the session that a sign-in made, in place of any other.
///
/// # Errors
/// If the key cannot be written as JSON, which is a defect.
pub fn begin(session: &Session, key: &str) -> crate::error::Result<()> {
    session.renew();
    session.insert(NEW_KEY, key).map_err(|error| crate::error::Error::unexpected(error.to_string()))
}

/// What the cookie is called: over https `__Host-session`, which no subdomain can set.
pub fn name(https: bool) -> &'static str {
    if https { "__Host-session" } else { "keyhouse-session" }
}

/// The middleware.
pub fn middleware(secrets: &Secrets, https: bool) -> SessionMiddleware<Store> {
    let lifecycle = PersistentSession::default()
        .session_ttl(Duration::hours(12))
        .session_ttl_extension_policy(TtlExtensionPolicy::OnStateChanges);
    SessionMiddleware::builder(Store, Key::from(&secrets.key("session cookie").double()))
        .cookie_name(name(https).to_owned())
        .cookie_secure(https)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .cookie_content_security(CookieContentSecurity::Private)
        .session_lifecycle(lifecycle)
        .build()
}
