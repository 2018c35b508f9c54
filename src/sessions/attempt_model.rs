//! How wrong passwords slow somebody down: after a few the next attempt has to wait, twice as long each time, never for good.

use std::net::IpAddr;

use super::device_model::Device;
use crate::clock::{AHEAD, HOUR, SECOND, Time};
use crate::secret::{hex, sha256};
use crate::users::model::Email;

/// Failures are forgotten after this long, in microseconds.
pub const MEMORY: i64 = 24 * HOUR;
/// The longest wait, in microseconds.
pub const LONGEST: i64 = LONGEST_SECONDS as i64 * SECOND;
const LONGEST_SECONDS: u32 = 60;
/// So many subjects are remembered after a sweep; between two, hashing takes too long for many more.
pub const MOST: i64 = 100_000;

/// What attempts are counted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// As it is stored.
    pub name: String,
    /// So many failures cost no wait.
    pub free: i64,
}

impl Subject {
    /// An account, whether it exists or not.
    pub fn account(email: &Email) -> Subject {
        Subject { name: format!("account:{}", hex(&sha256(email.as_str().as_bytes()))), free: 5 }
    }

    /// A browser that signed in to the account before. More is free, because nobody else has it.
    pub fn device(device: &Device) -> Subject {
        Subject { name: format!("device:{}", device.id), free: 10 }
    }

    /// Whether one good attempt shows that all failures before were honest ones. An address may have good and bad people.
    pub fn is_cleared_by_one(&self) -> bool {
        !self.name.starts_with("address:")
    }

    /// Where attempts come from: an address, or for IPv6 its /64. More is free, because an office may share one.
    pub fn address(address: &str) -> Subject {
        let network = match address.parse::<IpAddr>() {
            Ok(IpAddr::V6(ip)) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            Ok(IpAddr::V4(ip)) => ip.to_string(),
            Err(_) => "unknown".to_owned(),
        };
        Subject { name: format!("address:{network}"), free: 20 }
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
        let account = Subject::account(&Email::parse("Ann@Example.com").unwrap());
        assert_eq!(account, Subject::account(&Email::parse("ann@example.com").unwrap()));
        assert!(!account.name.contains("ann"));
        assert_eq!(Subject::address("192.0.2.7").name, "address:192.0.2.7");
        let same = ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::9"].map(|text| Subject::address(text).name);
        assert_eq!(same, ["address:2001:db8:1:2::/64", "address:2001:db8:1:2::/64"]);
        assert_eq!(Subject::address("").name, "address:unknown");
    }
}
