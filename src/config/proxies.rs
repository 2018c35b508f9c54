//! The proxies whose `X-Forwarded-For` counts: addresses, and ranges in the notation of RFC 4632.

use std::net::IpAddr;

/// Trusted proxies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Range>);

/// The addresses that share their first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    first: IpAddr,
    bits: u32,
}

impl Proxies {
    /// Reads addresses and ranges, separated by commas.
    ///
    /// # Errors
    /// A sentence about the first entry that is neither.
    pub fn parse(text: &str) -> Result<Proxies, String> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(Range::parse).collect::<Result<_, _>>().map(Proxies)
    }

    /// Whether an address is one of them. An IPv4 address that is mapped into IPv6 counts as the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|range| range.contains(address.to_canonical()))
    }
}

impl Range {
    fn parse(entry: &str) -> Result<Range, String> {
        let (address, bits) = entry.split_once('/').map_or((entry, None), |(address, bits)| (address, Some(bits)));
        let wrong = || format!("{entry:?} is not an IP address or a range such as 172.18.0.0/16 or fd00::/8");
        let first = address.parse::<IpAddr>().map_err(|_| wrong())?;
        if bits.is_some() && first.is_ipv6() && first.to_canonical().is_ipv4() {
            return Err(format!("{entry:?} is a range of IPv4 addresses; write it as such, like 172.18.0.0/16"));
        }
        let Some(bits) = bits else {
            let first = first.to_canonical();
            return Ok(Range { first, bits: width(first) });
        };
        let digits = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
        let bits = bits.parse().ok().filter(|bits| digits && *bits <= width(first)).ok_or_else(wrong)?;
        if bits == 0 {
            return Err(format!("{entry:?} is every address, so callers could forge theirs; name the proxies"));
        }
        let network = network(first, bits);
        if network != first {
            return Err(format!("{entry:?} has bits after the first {bits}; write {network}/{bits}"));
        }
        Ok(Range { first, bits })
    }

    fn contains(self, address: IpAddr) -> bool {
        address.is_ipv4() == self.first.is_ipv4() && network(address, self.bits) == self.first
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address with only its first bits, of which there is at least one.
fn network(address: IpAddr, bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4((v4.to_bits() & (u32::MAX << (32 - bits))).into()),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & (u128::MAX << (128 - bits))).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusts(setting: &str, address: &str) -> bool {
        Proxies::parse(setting).unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn addresses_and_ranges_are_trusted_up_to_their_last_address() {
        for inside in ["172.18.0.0", "172.18.255.255", "::ffff:172.18.4.5", "10.0.0.1", "fd00::1", "fdff:ffff::", "::1"]
        {
            assert!(trusts("172.18.0.0/16, 10.0.0.1 ,fd00::/8,::1", inside), "{inside}");
        }
        for outside in ["172.17.255.255", "172.19.0.0", "10.0.0.2", "fe00::", "fc00::1", "::2", "ac12::"] {
            assert!(!trusts("172.18.0.0/16, 10.0.0.1 ,fd00::/8,::1", outside), "{outside}");
        }
        assert!(trusts("203.0.113.7/32", "203.0.113.7") && !trusts("203.0.113.7/32", "203.0.113.6"));
        assert!(!trusts("", "127.0.0.1"));
    }

    #[test]
    fn a_wrong_range_is_answered_with_what_to_write() {
        for (wrong, told) in [
            ("172.18.0.1/16", "write 172.18.0.0/16"),
            ("fd00::1/8", "write fd00::/8"),
            ("10.0.0.0/33", "is not an IP address or a range"),
            ("10.0.0.0/", "is not an IP address or a range"),
            ("10.0.0.0/+8", "is not an IP address or a range"),
            ("10.0.0.0/255.0.0.0", "is not an IP address or a range"),
            ("proxy.example", "is not an IP address or a range"),
            ("0.0.0.0/0", "is every address"),
        ] {
            let message = Proxies::parse(&format!("127.0.0.1, {wrong}")).unwrap_err();
            assert!(message.contains(told), "{wrong}: {message}");
        }
    }
}
