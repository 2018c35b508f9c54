//! The names under which an installation answers, and what a request names.
//!
//! Only names are compared, in lower case. Ports differ behind proxies: nginx's `$host` has none, and `$host:$server_port` has its
//! own. A page that rebinds DNS chooses the port, but never a name that is not its own.

use actix_web::HttpRequest;
use actix_web::http::header::HOST;

use crate::config::host::Host;
use crate::text::escaped;

const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The names of an installation.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// The name in the public URL.
    pub public: String,
    /// Names that serve the REST API, and whose pages lead to the public URL.
    pub extra: Vec<String>,
}

/// The host that a request names.
pub(super) enum Named {
    /// The public URL's, or this machine.
    Ours,
    /// A further name from the settings.
    Extra,
    /// Another host, escaped for the log and for a page.
    Foreign(String),
}

impl Hosts {
    /// The names of an installation with this public URL, and no further ones.
    pub fn of(public_url: &str) -> Hosts {
        let authority = public_url.split_once("://").map_or(public_url, |(_, authority)| authority);
        let public = Host::parse(authority).map_or_else(String::new, |host| host.name);
        Hosts { public, extra: Vec::new() }
    }

    /// Whether a host, with or without a port, has the name of the public URL.
    pub fn is_public(&self, host: &str) -> bool {
        Host::parse(host).is_some_and(|host| host.name == self.public)
    }

    fn named(&self, host: &[u8]) -> Named {
        // every browser sends a host; a program that speaks HTTP/1.0 may not
        if host.is_empty() {
            return Named::Ours;
        }
        let name = std::str::from_utf8(host).ok().and_then(Host::parse).map(|host| host.name);
        match name {
            Some(name) if name == self.public || LOOPBACK.contains(&name.as_str()) => Named::Ours,
            Some(name) if self.extra.contains(&name) => Named::Extra,
            _ => Named::Foreign(escaped(&String::from_utf8_lossy(host), 100)),
        }
    }

    /// Returns the host that both the header and the request's own address (`GET http://host/`) name.
    pub(super) fn of_request(&self, request: &HttpRequest) -> Named {
        let own = request.uri().authority().map_or("", |authority| authority.as_str());
        let header = request.headers().get(HOST).map_or(&[][..], |host| host.as_bytes());
        match (self.named(own.as_bytes()), self.named(header)) {
            (Named::Foreign(host), _) | (_, Named::Foreign(host)) => Named::Foreign(host),
            (Named::Extra, _) | (_, Named::Extra) => Named::Extra,
            (Named::Ours, Named::Ours) => Named::Ours,
        }
    }
}
