//! How wrong passwords and codes slow a network down: after a few the next attempt has to wait, twice as long each time, and at most a
//! minute. What all networks together may try is in `guess_model`.

use std::net::IpAddr;

use super::device_model::Device;
use crate::clock::{AHEAD, HOUR, SECOND, Time};
use crate::secret::{hex, sha256};
use crate::users::model::Email;

/// Failures are forgotten after this long, in microseconds.
pub const MEMORY: i64 = 24 * HOUR;
/// The longest wait.
const LONGEST_SECONDS: u32 = 60;
/// Failures of a network on one account that cost no wait.
pub const FREE_OF_NETWORK: i64 = 5;
/// Failures of a known device that cost no wait. More than a network’s, because nobody else has it.
pub const FREE_OF_DEVICE: i64 = 10;
/// Failures of an address on all accounts that cost no wait. More than a network’s, because an office may share one.
pub const FREE_OF_ADDRESS: i64 = 20;
/// So many subjects are remembered after a sweep; between two, hashing takes too long for many more. The sweep forgets those of the
/// fewest failures first: a flood of networks that fail once flushes none that has to wait.
pub const MOST: i64 = 100_000;

/// What attempts are counted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// As it is stored.
    pub name: String,
}

impl Subject {
    /// A network that tries to sign in to an account, which may not exist: an IPv4 address, or the /48 of an IPv6 address.
    pub fn network(account: &str, address: &str) -> Subject {
        Subject { name: format!("{account}@{}", network(address)) }
    }

    /// A browser that signed in to the account before.
    pub fn device(device: &Device) -> Subject {
        Subject { name: format!("device:{}", device.id) }
    }

    /// Whether one good attempt shows that all failures before were honest ones. An address may have good and bad people.
    pub fn is_cleared_by_one(&self) -> bool {
        !self.name.starts_with("address:")
    }

    /// Where attempts come from: an IPv4 address, or the /64 of an IPv6 address.
    pub fn address(address: &str) -> Subject {
        Subject { name: format!("address:{}", block(address, 4)) }
    }
}

/// The name of an account by its email address, whether it exists or not. The address cannot be read from it.
pub fn account(email: &Email) -> String {
    format!("account:{}", hex(&sha256(email.as_str().as_bytes())))
}

/// The network of an address: an IPv4 address, or the /48 of an IPv6 address.
pub fn network(address: &str) -> String {
    block(address, 3)
}

/// An IPv4 address, or the first groups of an IPv6 address.
fn block(address: &str, groups: usize) -> String {
    match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V6(ip)) => {
            let groups: String = ip.segments()[..groups].iter().map(|group| format!("{group:x}:")).collect();
            format!("{groups}:/{}", groups.matches(':').count() * 16)
        }
        Ok(IpAddr::V4(ip)) => ip.to_string(),
        Err(_) => "unknown".to_owned(),
    }
}

/// Attempts that have not proved good (yet).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub failures: i64,
    /// When the last one was.
    pub last_at: Time,
}

impl Tally {
    /// How many of them still count.
    pub fn counted(&self, now: Time) -> i64 {
        if self.last_at.plus(MEMORY) <= now { 0 } else { self.failures }
    }

    /// How many seconds the next attempt has to wait; `None` if it may be made now. One that lies further ahead than clocks may
    /// differ was counted by a clock that was wrong, and is not waited for.
    pub fn wait(&self, free: i64, now: Time) -> Option<u32> {
        let beyond = self.counted(now).checked_sub(free).filter(|beyond| *beyond >= 0)?;
        let seconds = 2_u32.saturating_pow(u32::try_from(beyond).unwrap_or(u32::MAX)).min(LONGEST_SECONDS);
        if self.last_at > now.plus(AHEAD) {
            return None;
        }
        let left = self.last_at.plus(i64::from(seconds) * SECOND).micros() - now.micros();
        let left = u32::try_from((left + SECOND - 1) / SECOND).ok()?;
        (left > 0).then(|| left.min(LONGEST_SECONDS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEN: Time = Time::from_micros(1_000 * SECOND);

    fn wait(failures: i64, later: i64) -> Option<u32> {
        Tally { failures, last_at: THEN }.wait(5, THEN.plus(later))
    }

    #[test]
    fn five_are_free_then_the_wait_doubles_up_to_a_minute() {
        let waits: Vec<Option<u32>> = (4..14).map(|failures| wait(failures, 0)).collect();
        let expected = [0, 1, 2, 4, 8, 16, 32, 60, 60, 60].map(|seconds| (seconds > 0).then_some(seconds));
        assert_eq!(waits, expected);
        assert_eq!(wait(i64::MAX, 0), Some(60));
    }

    #[test]
    fn waiting_ends_to_the_microsecond_and_failures_are_forgotten() {
        assert_eq!(wait(6, 1), Some(2));
        assert_eq!(wait(6, SECOND), Some(1));
        assert_eq!(wait(6, 2 * SECOND - 1), Some(1));
        assert_eq!(wait(6, 2 * SECOND), None);
        assert_eq!(wait(100, MEMORY), None);
    }

    #[test]
    fn failures_that_a_wrong_clock_dated_ahead_are_counted_and_not_waited_for() {
        let ahead = |micros: i64| wait(6, -micros);
        assert_eq!([AHEAD - 1, AHEAD, AHEAD + 1, 24 * HOUR].map(ahead), [Some(60), Some(60), None, None]);
        assert_eq!(Tally { failures: 6, last_at: THEN }.counted(THEN.plus(-24 * HOUR)), 6);
    }

    #[test]
    fn subjects_hide_the_email_and_join_a_network() {
        let name = account(&Email::parse("Ann@Example.com").unwrap());
        assert_eq!(name, account(&Email::parse("ann@example.com").unwrap()));
        assert!(!name.contains("ann"));
        let address = |text: &str| Subject::address(text).name;
        let network = |text: &str| Subject::network("account:1", text).name;
        assert_eq!([address("192.0.2.7"), address("")], ["address:192.0.2.7", "address:unknown"]);
        assert_eq!(address("2001:db8:1:2:3:4:5:6"), "address:2001:db8:1:2::/64");
        assert_eq!([network("192.0.2.7"), network("::ffff:192.0.2.7")], ["account:1@192.0.2.7"; 2]);
        assert_eq!([network("2001:db8:1:2::9"), network("2001:db8:1:3::9")], ["account:1@2001:db8:1::/48"; 2]);
    }
}
