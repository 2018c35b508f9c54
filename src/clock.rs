//! The time, in UTC and to the microsecond. It never goes back within a process, so that what happened
//! later is never dated earlier; nor does it stand still, so that no wait and no session lasts longer for it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct Time(i64);

/// One second, in microseconds.
pub const SECOND: i64 = 1_000_000;
/// One minute, in microseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One day, in microseconds.
pub const DAY: i64 = 24 * HOUR;
/// One hour, in microseconds.
pub const HOUR: i64 = 60 * MINUTE;

/// So far ahead may another node's clock be, or may this machine's have been before a restart, in microseconds.
pub const AHEAD: i64 = 5 * MINUTE;

static CLOCK: Clock = Clock::new();
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Now; never earlier than an answer given before in this process. When the wall clock was set back, time goes on at half
/// its pace until the wall clock has caught up.
pub fn now() -> Time {
    Time(CLOCK.tell(wall().0, ticks))
}

/// What the wall clock says, even if it was set back: for comparing with what others compute by their own clocks.
pub fn wall() -> Time {
    Time(Utc::now().timestamp_micros())
}

/// Has no answer of this process be earlier than this time, which happened already.
pub fn not_before(time: Time) {
    CLOCK.tell(time.0, ticks);
}

/// Microseconds by a clock that nobody can set.
fn ticks() -> i64 {
    i64::try_from(STARTED.elapsed().as_micros()).unwrap_or(i64::MAX)
}

/// What was told, and from where time goes on while the wall clock is behind that.
struct Clock {
    told: AtomicI64,
    mark: Mutex<Mark>,
}

#[derive(Clone, Copy)]
struct Mark {
    told: i64,
    ticks: i64,
}

impl Clock {
    const fn new() -> Clock {
        Clock { told: AtomicI64::new(0), mark: Mutex::new(Mark { told: 0, ticks: 0 }) }
    }

    /// The time when the wall clock says `wall`; `ticks` is only asked when that is behind what was told before.
    fn tell(&self, wall: i64, ticks: impl FnOnce() -> i64) -> i64 {
        if self.told.fetch_max(wall, Ordering::Relaxed) <= wall {
            return wall;
        }
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        let (told, ticks) = (self.told.load(Ordering::Relaxed), ticks());
        let goes_on = mark.told.saturating_add(ticks.saturating_sub(mark.ticks) / 2);
        if goes_on < told {
            *mark = Mark { told, ticks };
        }
        self.told.fetch_max(goes_on, Ordering::Relaxed).max(goes_on)
    }
}

impl Time {
    /// The time that lies `micros` microseconds after 1970.
    pub const fn from_micros(micros: i64) -> Time {
        Time(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This time and `micros` microseconds more (or less, if negative); it stops at the ends of the range.
    pub const fn plus(self, micros: i64) -> Time {
        Time(self.0.saturating_add(micros))
    }

    /// In UTC, for sentences: `2020-02-20 21:33:07`.
    pub fn to_the_second(self) -> String {
        let text = self.rfc3339();
        let (day, time) = text.split_once('T').unwrap_or((&text, ""));
        format!("{day} {}", time.split('.').next().unwrap_or(time))
    }

    /// RFC 3339 in UTC with milliseconds, as the REST contract shows times: `2020-02-20T21:33:07.303Z`.
    pub fn rfc3339(self) -> String {
        DateTime::<Utc>::from_timestamp_micros(self.0)
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
            .to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

impl<DB> FromSql<BigInt, DB> for Time
where
    DB: Backend,
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(bytes).map(Time)
    }
}

impl<DB> ToSql<BigInt, DB> for Time
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_never_goes_back() {
        let times: Vec<Time> = (0..1000).map(|_| now()).collect();
        assert!(times.is_sorted());
    }

    /// What is told when the wall clock and the one that nobody can set say this.
    fn told<const N: usize>(clock: &Clock, said: [(i64, i64); N]) -> [i64; N] {
        said.map(|(wall, ticks)| clock.tell(wall, || ticks))
    }

    #[test]
    fn a_wall_clock_that_jumps_back_is_waited_for_at_half_the_pace() {
        let clock = Clock::new();
        assert_eq!(told(&clock, [(1000, 0), (1010, 10)]), [1000, 1010]);
        // a hundred back: after two hundred at most the wall clock has caught up
        assert_eq!(told(&clock, [(910, 10), (910, 10), (930, 30), (931, 31)]), [1010, 1010, 1020, 1020]);
        assert_eq!(told(&clock, [(1000, 100), (1100, 200), (1120, 220)]), [1055, 1100, 1120]);
    }

    #[test]
    fn each_jump_of_a_wall_clock_is_waited_for_anew() {
        let clock = Clock::new();
        assert_eq!(told(&clock, [(1000, 0), (900, 0), (910, 10)]), [1000, 1000, 1005]);
        // further back, then far ahead, and back from there
        assert_eq!(told(&clock, [(400, 20), (9000, 30), (450, 40), (460, 50)]), [1010, 9000, 9000, 9005]);
    }

    #[test]
    fn a_process_that_starts_on_a_clock_set_back_goes_on_from_what_happened_already() {
        let clock = Clock::new();
        assert_eq!(told(&clock, [(1000, 0), (700, 5), (704, 9), (1400, 705)]), [1000, 1000, 1002, 1400]);
    }

    #[test]
    fn times_are_shown_as_the_contract_shows_them() {
        let time = Time::from_micros(1_582_234_387_303_999);
        assert_eq!(time.rfc3339(), "2020-02-20T21:33:07.303Z");
        assert_eq!(time.to_the_second(), "2020-02-20 21:33:07");
    }
}
