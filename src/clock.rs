//! The time, in UTC and to the microsecond. It never goes back within a process, so that what happened
//! later is never dated earlier.

use std::sync::atomic::{AtomicI64, Ordering};

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

static LATEST: AtomicI64 = AtomicI64::new(0);

/// Now; never earlier than an answer given before in this process.
pub fn now() -> Time {
    Time(latest(&LATEST, Utc::now().timestamp_micros()))
}

/// The later of what the wall clock says now and what was answered before.
fn latest(before: &AtomicI64, wall: i64) -> i64 {
    before.fetch_max(wall, Ordering::Relaxed).max(wall)
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

    #[test]
    fn a_wall_clock_that_jumps_back_stands_until_it_has_caught_up() {
        let told = AtomicI64::new(0);
        assert_eq!([100, 40, 99, 100, 101].map(|wall| latest(&told, wall)), [100, 100, 100, 100, 101]);
    }

    #[test]
    fn times_are_shown_as_the_contract_shows_them() {
        assert_eq!(Time::from_micros(1_582_234_387_303_999).rfc3339(), "2020-02-20T21:33:07.303Z");
    }
}
