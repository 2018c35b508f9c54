//! A time as people read it: how long ago, and exactly. Written by hand, digit by digit, because a page of 50 rows shows
//! 100 of them. All times are UTC.

use std::fmt::{self, Display, Formatter};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 0001-01-01 00:00 and 9999-12-31 23:59, because a year has four digits.
const FIRST: i64 = -719_162 * DAY;
const LAST: i64 = 2_932_897 * DAY - MINUTE;

/// A moment, and the moment it is looked at, in microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    at: i64,
    now: i64,
}

impl When {
    /// The moment `at`, looked at at `now`; both in microseconds since 1970, UTC.
    pub fn new(at: i64, now: i64) -> Self {
        Self { at, now }
    }

    /// For `<time datetime>`: `2026-11-23T09:10Z`.
    pub fn datetime(&self) -> impl Display + use<> {
        let stamp = Stamp::of(self.at);
        fmt::from_fn(move |f| write!(f, "{}T{}Z", stamp.date(), stamp.time()))
    }

    /// `09:10` today, else `2026-11-22`.
    pub fn short(&self) -> impl Display + use<> {
        let stamp = Stamp::of(self.at);
        let today = self.at.div_euclid(DAY) == self.now.div_euclid(DAY);
        fmt::from_fn(move |f| f.write_str(if today { stamp.time() } else { stamp.date() }))
    }

    /// `2026-11-23 09:10`.
    pub fn full(&self) -> impl Display + use<> {
        let stamp = Stamp::of(self.at);
        fmt::from_fn(move |f| write!(f, "{} {}", stamp.date(), stamp.time()))
    }

    /// `2026-11-23 09:10:07`.
    pub fn exact(&self) -> impl Display + use<> {
        let (stamp, second) = (Stamp::of(self.at), self.at.rem_euclid(MINUTE) / SECOND);
        fmt::from_fn(move |f| write!(f, "{} {}:{second:02}", stamp.date(), stamp.time()))
    }

    /// `4 min ago`, `in 6 days`: always rounded down, so that nothing looks older than it is.
    pub fn relative(&self) -> impl Display + use<> {
        let ahead = self.at > self.now;
        let step = Step::of(self.at.abs_diff(self.now).try_into().unwrap_or(i64::MAX));
        fmt::from_fn(move |f| match (step, ahead) {
            (None, false) => f.write_str("just now"),
            (None, true) => f.write_str("in a moment"),
            (Some(step), false) => write!(f, "{step} ago"),
            (Some(step), true) => write!(f, "in {step}"),
        })
    }
}

/// So many of a unit: "2 days".
#[derive(Clone, Copy)]
struct Step {
    number: i64,
    unit: &'static str,
}

impl Step {
    /// The largest unit that says enough; none below a minute. Months and years are the mean ones.
    fn of(distance: i64) -> Option<Self> {
        let days = distance / DAY;
        let (number, unit) = match days {
            0 if distance < MINUTE => return None,
            0 if distance < HOUR => (distance / MINUTE, " min"),
            0 => (distance / HOUR, " h"),
            1..61 => (days, plural(days, " day", " days")),
            61..731 => (days * 12_000 / 365_250, " months"),
            _ => (days * 100 / 36_525, " years"),
        };
        Some(Self { number, unit })
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, self.unit)
    }
}

fn plural(number: i64, one: &'static str, many: &'static str) -> &'static str {
    if number == 1 { one } else { many }
}

/// `YYYY-MM-DD` and `HH:MM`, as bytes that are all ASCII.
#[derive(Clone, Copy)]
struct Stamp {
    date: [u8; 10],
    time: [u8; 5],
}

impl Stamp {
    fn of(at: i64) -> Self {
        let at = at.clamp(FIRST, LAST);
        let (year, month, day) = civil(at.div_euclid(DAY));
        let minutes = at.rem_euclid(DAY) / MINUTE;
        let mut stamp = Self { date: *b"0000-00-00", time: *b"00:00" };
        put(&mut stamp.date[..4], year);
        put(&mut stamp.date[5..7], month);
        put(&mut stamp.date[8..], day);
        put(&mut stamp.time[..2], minutes / 60);
        put(&mut stamp.time[3..], minutes % 60);
        stamp
    }

    fn date(&self) -> &str {
        str::from_utf8(&self.date).unwrap_or("")
    }

    fn time(&self) -> &str {
        str::from_utf8(&self.time).unwrap_or("")
    }
}

/// Fills the place with the number's digits, zeros in front.
fn put(place: &mut [u8], mut number: i64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar. Counts in eras of 400 years that begin
/// on 1 March, so that the leap day is the last of its year.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + days.div_euclid(146_097) * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{DAY, FIRST, HOUR, LAST, MINUTE, SECOND, When, civil};

    /// 2026-11-23 09:14 UTC.
    const NOW: i64 = 1_795_425_240 * SECOND;

    fn ago(distance: i64) -> String {
        When::new(NOW - distance, NOW).relative().to_string()
    }

    #[test]
    fn every_day_agrees_with_chrono() {
        let epoch = chrono::NaiveDate::default();
        for days in (-719_162..2_932_896).step_by(13).chain(-800..22_000) {
            let (year, month, day) = civil(days);
            let date = epoch + chrono::Duration::days(days);
            let text = format!("{year:04}-{month:02}-{day:02}");
            assert_eq!(text, date.to_string(), "day {days}");
        }
    }

    #[test]
    fn exact_times_read_well() {
        let when = When::new(NOW - 4 * MINUTE, NOW);
        assert_eq!(when.datetime().to_string(), "2026-11-23T09:10Z");
        assert_eq!(when.short().to_string(), "09:10");
        assert_eq!(when.full().to_string(), "2026-11-23 09:10");
        assert_eq!(When::new(NOW + 7 * SECOND, NOW).exact().to_string(), "2026-11-23 09:14:07");
        let yesterday = When::new(NOW - 10 * HOUR, NOW);
        assert_eq!(yesterday.short().to_string(), "2026-11-22");
    }

    #[test]
    fn odd_days_read_well() {
        for (seconds, text) in [
            (951_782_400, "2000-02-29 00:00"),
            (1_709_251_199, "2024-02-29 23:59"),
            (4_107_542_400, "2100-03-01 00:00"),
            (-1, "1969-12-31 23:59"),
        ] {
            let when = When::new(seconds * SECOND, NOW);
            assert_eq!(when.full().to_string(), text);
        }
    }

    #[test]
    fn times_beyond_four_digits_of_a_year_stay_at_the_edge() {
        for (at, text) in [
            (FIRST, "0001-01-01T00:00Z"),
            (i64::MIN, "0001-01-01T00:00Z"),
            (LAST, "9999-12-31T23:59Z"),
            (i64::MAX, "9999-12-31T23:59Z"),
        ] {
            assert_eq!(When::new(at, NOW).datetime().to_string(), text);
            assert!(!When::new(at, -at.max(-i64::MAX)).relative().to_string().is_empty());
        }
    }

    #[test]
    fn minutes_and_hours_step_at_their_bounds() {
        for (distance, text) in [
            (0, "just now"),
            (MINUTE - 1, "just now"),
            (MINUTE, "1 min ago"),
            (HOUR - 1, "59 min ago"),
            (HOUR, "1 h ago"),
            (DAY - 1, "23 h ago"),
            (DAY, "1 day ago"),
        ] {
            assert_eq!(ago(distance), text);
        }
    }

    #[test]
    fn days_months_and_years_step_at_their_bounds() {
        for (days, text) in [
            (2, "2 days ago"),
            (60, "60 days ago"),
            (61, "2 months ago"),
            (421, "13 months ago"),
            (730, "23 months ago"),
            (731, "2 years ago"),
            (1_096, "3 years ago"),
        ] {
            assert_eq!(ago(days * DAY), text);
        }
    }

    #[test]
    fn what_is_to_come_is_said_so() {
        for (distance, text) in
            [(1, "in a moment"), (MINUTE, "in 1 min"), (6 * DAY + 1, "in 6 days"), (90 * DAY, "in 2 months")]
        {
            assert_eq!(When::new(NOW + distance, NOW).relative().to_string(), text);
        }
    }
}
