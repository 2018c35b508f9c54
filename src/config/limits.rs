//! The settings that limit how many keys there can be.

use super::settings::{Problems, Settings};
use crate::limits::Limits;

/// Far more than a database holds.
const MOST: u64 = 1_000_000_000_000;

pub(super) fn check(settings: &Settings, problems: &mut Problems) -> Option<Limits> {
    let usual = Limits::default();
    let per_user = number(settings.max_keys_per_user.as_deref(), usual.keys_per_user);
    let per_org = number(settings.max_keys_per_org.as_deref(), usual.keys_per_org);
    let keys_per_user = problems.take("KEYHOUSE_MAX_KEYS_PER_USER", per_user);
    let keys_per_org = problems.take("KEYHOUSE_MAX_KEYS_PER_ORG", per_org);
    Some(Limits { keys_per_user: keys_per_user?, keys_per_org: keys_per_org? })
}

fn number(text: Option<&str>, usual: u64) -> Result<u64, String> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(usual) };
    let number = text.parse().ok().filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| format!("takes a number from 1 to {MOST}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_positive_number() {
        for wrong in ["0", "-1", "many", "1e5", "1000000000001"] {
            assert!(number(Some(wrong), 7).is_err(), "{wrong}");
        }
        assert_eq!((number(Some(" 12 "), 7), number(Some(""), 7), number(None, 7)), (Ok(12), Ok(7), Ok(7)));
    }
}
