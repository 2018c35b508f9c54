//! Hosts as settings and requests write them (RFC 9110, 4.2.3 and 7.2): the public URL and further names of this installation.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// A host in lower case, and its port if one is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The name or address; an IPv6 address is in brackets and in its short form.
    pub name: String,
    /// The port.
    pub port: Option<u16>,
}

impl Host {
    /// Reads a host with or without a port. An empty port counts as absent. Returns `None` for everything else, such as a user before the
    /// host.
    pub fn parse(text: &str) -> Option<Host> {
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => (name, port),
            _ => (text, ""),
        };
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = if port.is_empty() { None } else { Some(port.parse().ok().filter(|_| digits)?) };
        Some(Host { name: canonical(name)?, port })
    }

    /// The origin as browsers write it: without the port that the scheme implies.
    fn origin(&self, scheme: &str) -> String {
        let implied = if scheme == "https" { 443 } else { 80 };
        let port = self.port.filter(|port| *port != implied).map_or_else(String::new, |port| format!(":{port}"));
        format!("{scheme}://{}{port}", self.name)
    }
}

fn canonical(name: &str) -> Option<String> {
    if let Some(v6) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return v6.parse::<Ipv6Addr>().ok().map(|v6| format!("[{v6}]"));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let label = |part: &str| !part.is_empty() && part.bytes().all(plain);
    (name.len() <= 253 && name.split('.').all(label)).then(|| name.to_ascii_lowercase())
}

/// Where people reach Keyhouse when it listens on `bound` and no public URL is set.
pub(super) fn at(bound: SocketAddr) -> String {
    let host = Host::parse(&bound.to_string());
    host.map_or_else(|| format!("http://{bound}"), |host| host.origin("http"))
}

/// Checks `KEYHOUSE_PUBLIC_URL` and writes it as browsers write an origin.
///
/// # Errors
/// A sentence that says what the setting takes.
pub(super) fn public_url(
    text: Option<&str>,
    listen: Option<SocketAddr>,
    insecure: bool,
) -> Result<Option<String>, String> {
    let Some(url) = text else {
        return match listen {
            Some(listen) if !listen.ip().is_loopback() => {
                Err(format!("is needed when Keyhouse listens on {listen}: where do people reach it?"))
            }
            _ => Ok(None),
        };
    };
    let url = url.to_ascii_lowercase();
    let parts = url.split_once("://").filter(|(scheme, _)| ["http", "https"].contains(scheme));
    let (scheme, authority) = parts.ok_or("begins with https:// or http://")?;
    let host = Host::parse(authority).filter(|host| host.port != Some(0) && !authority.ends_with(':'));
    let host = host.ok_or(
        "takes a scheme, a host and perhaps a port, such as https://keys.example.com; no path, no final slash, no user",
    )?;
    let url = host.origin(scheme);
    if is_plain_and_far(&url) && !insecure {
        return Err("is plain http beyond this machine: passwords and keys would travel in clear. \
                    Use https, or allow it with --insecure-http"
            .into());
    }
    Ok(Some(url))
}

/// Checks `KEYHOUSE_EXTRA_HOSTS`; returns the names without their ports, which do not count.
///
/// # Errors
/// A sentence that names the first entry that is not a host.
pub(super) fn extra(text: Option<&str>) -> Result<Vec<String>, String> {
    let entries = text.unwrap_or("").split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let name = |entry: &str| {
        let host = Host::parse(entry).map(|host| host.name);
        host.ok_or_else(|| {
            format!("{entry:?} is not a host; write hosts such as keyhouse or keyhouse:8080, separated by commas")
        })
    };
    entries.map(name).collect()
}

/// Whether a public URL leads to this machine.
pub(super) fn is_near(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, authority)| authority);
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => authority.split(':').next().unwrap_or(""),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

pub(super) fn is_plain_and_far(url: &str) -> bool {
    url.starts_with("http://") && !is_near(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(url: &str) -> Result<Option<String>, String> {
        public_url(Some(url), None, false)
    }

    #[test]
    fn public_urls_are_origins() {
        for good in ["https://keys.example.com", "http://127.0.0.1:9000", "http://[::1]:81", "http://localhost:1"] {
            assert_eq!(checked(good), Ok(Some(good.to_owned())));
        }
        for wrong in [
            "keys.example.com",
            "https://keys.example.com/",
            "https://a@keys.example.com",
            "https://",
            "https://x:0",
            "https://x:",
            "https://x:+1",
            "https://x:99999",
            "https://x?y",
            "https://[::g]",
            "http://127.0.0.1.evil.example",
        ] {
            assert!(checked(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_public_url_is_written_as_browsers_write_it() {
        for (typed, origin) in [
            ("HTTPS://Keys.Example.com:443", "https://keys.example.com"),
            ("https://keys.example.com:80", "https://keys.example.com:80"),
            ("http://localhost:80", "http://localhost"),
            ("http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(checked(typed).unwrap().as_deref(), Some(origin));
        }
        assert_eq!(at("127.0.0.1:80".parse().unwrap()), "http://127.0.0.1");
        assert_eq!(at("[::1]:8080".parse().unwrap()), "http://[::1]:8080");
    }

    #[test]
    fn further_hosts_are_names_and_their_ports_do_not_count() {
        assert_eq!(extra(None), Ok(Vec::new()));
        assert_eq!(extra(Some("Keyhouse:8080, keyhouse.ops.svc ,")).unwrap(), ["keyhouse", "keyhouse.ops.svc"]);
        for wrong in ["*.example.com", "https://keyhouse", "a@b", "keyhouse/x", "a b"] {
            assert!(extra(Some(wrong)).unwrap_err().contains("is not a host"), "{wrong}");
        }
    }
}
