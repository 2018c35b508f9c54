//! The address of a client. Behind trusted proxies it is the rightmost entry of `X-Forwarded-For` that is not one of theirs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;

use super::state::State;
use crate::text::escaped;

const HEADER: &str = "x-forwarded-for";
/// Headers in which proxies forward the address of a client. Only the first is read.
const HEADERS: [&str; 3] = [HEADER, "forwarded", "x-real-ip"];

/// Returns the address of the client; empty for a request without a peer.
pub(super) fn address(request: &HttpRequest, state: &State) -> String {
    let Some(peer) = request.peer_addr().map(|peer| peer.ip().to_canonical()) else { return String::new() };
    if !state.trusted_proxies.contains(peer) {
        if HEADERS.iter().any(|header| request.headers().contains_key(*header))
            && state.warned.first("unlisted proxy", &peer.to_string())
        {
            tracing::warn!(%peer,
                "the address that a proxy forwards does not count, as the proxy is not in KEYHOUSE_TRUSTED_PROXIES. If this is your proxy, add it: \
                 until then all its clients share its address in sign-in limits and in the audit trail"
            );
        }
        return peer.to_string();
    }
    let forwarded = entries(request.headers());
    let other = HEADERS.iter().any(|header| request.headers().contains_key(*header));
    if forwarded.is_empty() && other && state.warned.first("other header", &peer.to_string()) {
        tracing::warn!(%peer,
            "a trusted proxy sends no X-Forwarded-For, so the proxy's own address counts. Have the proxy send the address of its \
             client in this header; Forwarded and X-Real-IP are not read"
        );
    }
    let mut nearest = peer;
    for entry in forwarded.iter().rev() {
        let Some(address) = read(entry) else {
            if state.warned.first("unreadable address", &peer.to_string()) {
                let entry = escaped(entry, 40);
                tracing::warn!(%peer, entry,
                    "a trusted proxy sends an X-Forwarded-For that is not an IP address with or without a port, so the proxy's \
                     own address counts. Have the proxy send the address of its client"
                );
            }
            break;
        };
        nearest = address;
        if !state.trusted_proxies.contains(address) {
            break;
        }
    }
    nearest.to_string()
}

/// The entries of all such headers, in their order.
fn entries(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(HEADER).map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
    let split = lines.flat_map(|line| line.split(',').map(|entry| entry.trim().to_owned()).collect::<Vec<_>>());
    split.filter(|entry| !entry.is_empty()).collect()
}

/// Reads an address as proxies write it: with or without a port, brackets, quotes or a zone.
fn read(entry: &str) -> Option<IpAddr> {
    let unquoted = entry.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(entry);
    if let Some(rest) = unquoted.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        return v6(address).filter(|_| port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    match unquoted.split_once(':') {
        Some((address, port)) if is_port(port) => address.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
        Some(_) => v6(unquoted),
        None => unquoted.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

fn v6(text: &str) -> Option<IpAddr> {
    let address = text.split('%').next()?.parse::<Ipv6Addr>().ok()?;
    Some(IpAddr::V6(address).to_canonical())
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_address_is_read_in_every_form_that_proxies_send() {
        for (sent, address) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:51008", "203.0.113.7"),
            ("\"203.0.113.7:51008\"", "203.0.113.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:DB8::7]", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("\"[2001:db8::7]:4711\"", "2001:db8::7"),
            ("fe80::1%eth0", "fe80::1"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("[::ffff:203.0.113.7]:80", "203.0.113.7"),
        ] {
            assert_eq!(read(sent).map(|ip| ip.to_string()).as_deref(), Some(address), "{sent}");
        }
    }

    #[test]
    fn no_address_is_read_where_there_is_none() {
        let wrong = [
            "",
            "unknown",
            "_hidden",
            "203.0.113",
            "203.0.113.7:",
            "203.0.113.7:x",
            "203.0.113.7:99999",
            "[203.0.113.7]",
            "[::1",
            "[::1]x",
            "\"203.0.113.7",
            "a.example:80",
        ];
        for wrong in wrong {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
