//! What every handler can reach: the way to the database, and the settings that pages and cookies depend on.

use super::hosts::Hosts;
use super::warned::Warned;
use crate::access::Access;
use crate::config::proxies::Proxies;
use crate::encryption::Encryption;
use crate::limits::Limits;
use crate::secret::{SealKey, Secrets};

/// The state of the running app, the same for every worker.
#[derive(Clone)]
pub struct State {
    /// The way to the database.
    pub access: Access,
    /// Where people reach Keyhouse, without a final slash: `https://keys.example.com`.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Proxies,
    /// The hosts that requests may name.
    pub hosts: Hosts,
    /// What the log has warned of.
    pub warned: Warned,
    /// Whether Keyhouse listens on loopback only, so that a foreign `Host` is an attack.
    pub loopback: bool,
    /// How many keys there can be.
    pub limits: Limits,
    /// What holds for the whole installation, shown as a line on every page.
    pub banners: Vec<String>,
    forms: SealKey,
    two_factor: Encryption,
}

impl State {
    /// The state of an app that is about to run.
    pub fn new(access: Access, secrets: &Secrets, public_url: String) -> State {
        let forms = secrets.key("forms");
        let two_factor = Encryption::new(secrets.key("two-factor"));
        State {
            access,
            hosts: Hosts::of(&public_url),
            public_url,
            trusted_proxies: Proxies::default(),
            warned: Warned::default(),
            loopback: false,
            limits: Limits::default(),
            banners: Vec::new(),
            forms,
            two_factor,
        }
    }

    /// Whether cookies are marked `Secure` and named `__Host-`.
    pub fn https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The key of form tokens and short cookies.
    pub fn form_key(&self) -> &SealKey {
        &self.forms
    }

    /// The encryption of two-factor secrets.
    pub fn two_factor(&self) -> Encryption {
        self.two_factor.clone()
    }
}
