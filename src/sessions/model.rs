//! What signing in deals with: types and rules, no I/O.

use std::fmt;

use super::device_model::Device;
use super::guess_model::Counted;
use crate::clock::Time;
use crate::error::Result;
use crate::secret::{hex, random, sha256};
use crate::text::is_local_path;
use crate::users::model::User;

/// Where to go after the sign-in: a path of this very site, never of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPath(String);

/// The longest path to come back to, in bytes.
const LONGEST: usize = 2000;

impl ReturnPath {
    /// Reads what a link or a form asks for; `None` if it leads, or could be made to lead, elsewhere.
    pub fn parse(text: &str) -> Option<ReturnPath> {
        (text.len() <= LONGEST && is_local_path(text)).then(|| ReturnPath(text.to_owned()))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The key of a session, which only the browser's cookie holds: 64 hexadecimal digits. Masked in logs, stored as its hash.
pub struct SessionKey(String);

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(hidden)")
    }
}

impl SessionKey {
    /// A new one, from the operating system's generator.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn new() -> Result<SessionKey> {
        Ok(SessionKey(hex(&random::<32>()?)))
    }

    /// The key itself, for the cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }
}

/// The browser that somebody signs in with.
#[derive(Debug, Clone)]
pub struct Browser {
    /// The hash of the session that it brought along, good or not.
    pub session: Option<[u8; 32]>,
    /// Where it is.
    pub address: String,
    /// What it calls itself; at most 200 characters.
    pub agent: String,
    /// What it is known as, if somebody signed in with it before.
    pub device: Option<Device>,
}

/// An account as it was when a password was compared with its hash.
pub struct Account {
    /// The account.
    pub user: User,
    /// The password's hash, if it has one.
    pub hash: Option<String>,
    /// The attempt, until it proves right.
    pub(super) counted: Counted,
}

/// The last sign-in of an account and the one before, each with the address that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIns {
    /// The last one.
    pub last: (Time, String),
    /// The one before.
    pub earlier: Option<(Time, String)>,
}

/// What a person sees of themselves.
pub struct Profile {
    /// Their account.
    pub user: User,
    /// When they signed in; `None` if a link let them in each time.
    pub sign_ins: Option<SignIns>,
    /// The orgs that they can open.
    pub memberships: Vec<OwnMembership>,
    /// Their two-factor sign-in.
    pub two_factor: OwnTwoFactor,
}

/// One's own two-factor sign-in.
#[derive(Debug, Clone)]
pub struct OwnTwoFactor {
    /// Since when it is on, if it is.
    pub since: Option<Time>,
    /// How many recovery codes are left.
    pub codes_left: i64,
    /// Whether this session has a second factor.
    pub in_session: bool,
    /// The orgs of one's own that require it: name and short name.
    pub required_by: Vec<(String, String)>,
    /// The account's email address.
    pub email: String,
}

/// An org of one's own.
#[derive(Debug, Clone)]
pub struct OwnMembership {
    /// The org's name.
    pub org: String,
    /// Its short name in addresses.
    pub slug: String,
    /// Whether one is its admin.
    pub admin: bool,
    /// Whom to ask there, by name; empty for an admin.
    pub admins: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_this_site_is_kept_to_the_letter() {
        for path in ["/", "/orgs/acme/users/1732/edit", "/orgs/acme/users?q=%C3%BC&after=a,b", "/links", "/a//b:c"] {
            assert_eq!(ReturnPath::parse(path).map(|path| path.0).as_deref(), Some(path));
        }
    }

    #[test]
    fn nothing_leads_to_another_site() {
        for wrong in [
            "",
            "orgs",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "/a\\b",
            "\\/evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\r\nSet-Cookie: a=b",
            "/a\nb",
            "/a b",
            "/\u{0}",
            "/ü",
            "\u{2028}/a",
            " /a",
        ] {
            assert_eq!(ReturnPath::parse(wrong), None, "{wrong:?}");
        }
        assert_eq!(ReturnPath::parse(&format!("/{}", "a".repeat(LONGEST))), None);
    }

    #[test]
    fn a_session_key_is_new_each_time_and_never_shows() {
        let (one, other) = (SessionKey::new().unwrap(), SessionKey::new().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), 64);
        assert!(!format!("{one:?}").contains(one.reveal()));
    }
}
