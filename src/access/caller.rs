//! Whoever asks, before the database was looked at: a credential as the request carried it, and where the request came from.

use std::sync::{Arc, OnceLock};

use crate::id::{OrgId, UserId};

/// SHA-256 of a secret that a client holds: a session id, a whole API key, a link.
pub type Hash = [u8; 32];

/// What a request offers to show who it is. Only hashes: the secrets themselves end in the middleware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A session cookie.
    Session(Hash),
    /// An API key whose checksum is right.
    Key {
        /// The public part.
        access_key: String,
        /// SHA-256 of the whole key.
        hash: Hash,
        /// From the header `impersonate-user-id`.
        impersonate: Option<UserId>,
    },
}

/// By which way a change came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A page's form.
    Page,
    /// The REST API.
    Api,
    /// Swagger Docs' "Try it out!".
    Explorer,
    /// The command line.
    Cli,
}

impl Via {
    /// The word that audit events carry.
    pub fn word(self) -> &'static str {
        match self {
            Via::Page => "page",
            Via::Api => "api",
            Via::Explorer => "explorer",
            Via::Cli => "cli",
        }
    }
}

/// Where a request came from, as audit events record it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The caller's address; empty for the command line.
    pub address: String,
    /// The request's id, which error pages and the log show too.
    pub request_id: String,
    /// The way in.
    pub via: Via,
    /// The operation id of the form, or the `Idempotency-Key` of the call.
    pub operation: Option<String>,
}

/// A request's credential and origin.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Nobody, if `None`.
    pub credential: Option<Credential>,
    /// Where the request came from.
    pub origin: Origin,
    /// For a page's form, as whom its person acted on that page: `Some(None)` as themselves.
    pub typed_as: Option<Option<UserId>>,
    /// As what they were found to act.
    pub acts_as: ActsAs,
}

/// As what somebody acts, if not as themselves in an org of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acting {
    /// As somebody else, who is called so.
    Impersonating(String),
    /// As a super admin who visits an org.
    Visiting {
        /// What the super admin is called.
        person: String,
        /// What the org is called.
        org: String,
        /// Its short name in addresses.
        slug: String,
    },
}

/// As what somebody was found to act, for a page about what failed, which is made without another look at the database. All clones
/// are one.
#[derive(Debug, Clone, Default)]
pub struct ActsAs(Arc<OnceLock<Acting>>);

impl ActsAs {
    /// Notes what was found.
    pub(super) fn note(&self, acting: Acting) {
        self.0.get_or_init(|| acting);
    }

    /// What was found; `None` as themselves, or if nobody has looked yet.
    pub fn found(&self) -> Option<&Acting> {
        self.0.get()
    }
}

impl Caller {
    /// The hash of the session whose cookie the request carries, good or not.
    pub fn session(&self) -> Option<Hash> {
        match &self.credential {
            Some(Credential::Session(hash)) => Some(*hash),
            Some(Credential::Key { .. }) | None => None,
        }
    }
}

/// Which org a request is about.
#[derive(Debug, Clone)]
pub enum Place {
    /// The org in a page's path.
    Slug(String),
    /// The org that a REST call names by `x-org-id`; for a key, always the key's own.
    Header(Option<OrgId>),
}
