//! The moment between a good password and a code: somebody is known, and not signed in.

use super::model::SessionKey;
use crate::clock::{MINUTE, Time, now};
use crate::id::UserId;
use crate::users::model::User;

/// How long a code is waited for, in microseconds.
pub const PATIENCE: i64 = 5 * MINUTE;

/// Somebody whose password was right, and whose code is still to come. The browser carries it, encrypted; it is no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// Who.
    pub user: UserId,
    /// The account's epoch then: a changed password or a reset two-factor sign-in moves it.
    pub epoch: i64,
    until: Time,
}

impl Pending {
    /// For this account, from now on.
    pub fn new(user: &User) -> Pending {
        Pending { user: user.id, epoch: user.session_epoch, until: now().plus(PATIENCE) }
    }

    /// To be encrypted.
    pub fn to_bytes(self) -> Vec<u8> {
        [self.user.number(), self.epoch, self.until.micros()].map(i64::to_be_bytes).concat()
    }

    /// From what was decrypted; `None` if it is too old, or none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Pending> {
        let (numbers, rest) = bytes.as_chunks::<8>();
        let [user, epoch, until] = *numbers else { return None };
        let [user, epoch, until] = [user, epoch, until].map(i64::from_be_bytes);
        let pending = Pending { user: UserId::new(user), epoch, until: Time::from_micros(until) };
        (rest.is_empty() && now() < pending.until).then_some(pending)
    }
}

/// What a right password, or a link to set one, comes to.
#[derive(Debug)]
pub enum Admitted {
    /// A session.
    In(SessionKey),
    /// A code is still to come.
    Code(Pending),
}

/// What a code comes to.
#[derive(Debug)]
pub enum Tried {
    /// A session.
    In(SessionKey),
    /// It is not right, or was used before.
    Wrong,
    /// The password has to be shown again: the account has changed since.
    Over,
}

/// Returns the sentence for a wrong code. `advice` says what to do; the server’s time lets the user see whether the phone’s clock is off.
pub fn wrong_code(advice: &str, wall: Time) -> String {
    let time = wall.to_the_second();
    format!(
        "This code is wrong, or was used already. {advice}. The server’s time is {time} UTC. Compare the minutes and seconds with \
         your phone, as the hour depends on the time zone. If they differ, turn on automatic time"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_waits_five_minutes_for_its_code() {
        let pending = Pending { user: UserId::new(104), epoch: 3, until: now().plus(PATIENCE) };
        assert_eq!(Pending::from_bytes(&pending.to_bytes()), Some(pending));
        let late = Pending { until: now(), ..pending };
        assert_eq!(Pending::from_bytes(&late.to_bytes()), None);
        let long = [pending.to_bytes(), vec![0]].concat();
        for wrong in [&[][..], &[0; 24], &long, &long[..23]] {
            assert_eq!(Pending::from_bytes(wrong), None);
        }
    }
}
