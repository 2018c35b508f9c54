//! Refused attempts: counted in memory, in a map that cannot grow beyond its bound, and written now and then. Nothing of it is
//! written inside the request, so an attacker makes no writes.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::id::{KeyId, OrgId, UserId};

/// Different attempts that are told apart until the next writing; all further ones are counted as "several".
const MOST: usize = 1024;
/// Attempts that are written at once at most, so that no other change waits long for them.
const PART: usize = 100;

/// What was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A sign-in.
    SignIn,
    /// An API key that is none, or none any more.
    Key,
    /// Something that the caller may not do.
    Forbidden,
    /// Something that is not there for the caller.
    Hidden,
    /// A form or call that did not come from our own pages.
    Foreign,
}

impl Kind {
    /// As it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Kind::SignIn => "sign_in",
            Kind::Key => "key",
            Kind::Forbidden => "forbidden",
            Kind::Hidden => "hidden",
            Kind::Foreign => "foreign",
        }
    }
}

/// Who was refused, as far as that is known. It has no `Debug`: some people type their password where the email address belongs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Nobody who can be named.
    Unknown,
    /// Whoever has this email address, if anybody has.
    Email(String),
    /// The key with this public part, if there is one.
    AccessKey(String),
    /// A person.
    User(UserId),
    /// A key.
    Key(KeyId),
    /// More than are told apart.
    Several,
}

/// An attempt that was refused, without the time.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// What was refused.
    pub kind: Kind,
    /// The org whose business it is; none if it is nobody's but the installation's.
    pub org: Option<OrgId>,
    /// Who was refused.
    pub subject: Subject,
    /// Whence.
    pub network: String,
}

/// Refused attempts and how many there were of each.
pub type Counted = HashMap<Refusal, i64>;

/// The same in parts, of which none is too large to be written at once.
pub fn parts(counted: Counted) -> Vec<Counted> {
    let mut rest = counted.into_iter();
    let part = || Some(rest.by_ref().take(PART).collect::<Counted>()).filter(|part| !part.is_empty());
    std::iter::from_fn(part).collect()
}

/// Gathers refused attempts until they are taken.
#[derive(Default)]
pub struct Refused(Mutex<Counted>);

impl Refused {
    /// Counts an attempt from this address.
    pub fn note(&self, kind: Kind, org: Option<OrgId>, subject: Subject, address: &str) {
        self.add(Refusal { kind, org, subject, network: network(address) }, 1);
    }

    fn add(&self, refusal: Refusal, count: i64) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = counted.len() >= MOST && !counted.contains_key(&refusal);
        let refusal = if full {
            Refusal { org: None, subject: Subject::Several, network: String::new(), ..refusal }
        } else {
            refusal
        };
        *counted.entry(refusal).or_insert(0) += count;
    }

    /// Everything counted since the last time.
    pub fn take(&self) -> Counted {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts again what could not be written.
    pub fn put_back(&self, kept: Counted) {
        kept.into_iter().for_each(|(refusal, count)| self.add(refusal, count));
    }
}

/// The network of an address: /24 of IPv4, /64 of IPv6.
pub fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_different_attempts_stays_within_the_bound() {
        let refused = Refused::default();
        for n in 0..3 * MOST {
            refused.note(Kind::Key, None, Subject::AccessKey(n.to_string()), "192.0.2.1");
        }
        let counted = refused.take();
        assert_eq!(counted.len(), MOST + 1);
        assert_eq!(counted.values().sum::<i64>(), 3 * MOST as i64);
        refused.put_back(counted);
        assert_eq!(refused.take().values().sum::<i64>(), 3 * MOST as i64);
        assert!(refused.take().is_empty());
    }

    #[test]
    fn what_is_written_at_once_is_never_much() {
        let refused = Refused::default();
        assert!(parts(refused.take()).is_empty());
        for n in 0..2 * PART + 1 {
            refused.note(Kind::Key, None, Subject::AccessKey(n.to_string()), "192.0.2.1");
        }
        let parts = parts(refused.take());
        assert_eq!(parts.iter().map(Counted::len).collect::<Vec<_>>(), [PART, PART, 1]);
        parts.into_iter().for_each(|part| refused.put_back(part));
        assert_eq!(refused.take().len(), 2 * PART + 1, "all of them, each once");
    }

    #[test]
    fn addresses_are_counted_by_their_network() {
        assert_eq!(network("192.0.2.44"), "192.0.2.0/24");
        assert_eq!(network("::ffff:192.0.2.44"), "192.0.2.0/24");
        assert_eq!(network("2a01:4f8:c17:b0f:1::2"), "2a01:4f8:c17:b0f::/64");
        assert_eq!(network("not an address"), "");
    }
}
