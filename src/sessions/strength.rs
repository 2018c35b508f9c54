//! How hard a new password is to guess. The estimate takes about as long as a hash, so requests get it from the hash queue only.

use crate::error::{Error, Result};
use crate::users::model::{NewPassword, Password};

/// The estimator's scores from here on are strong enough: 100 million guesses.
const STRONG: zxcvbn::Score = zxcvbn::Score::Three;
/// The estimator gets this many characters; its time grows with the square of the length.
const LENGTH: usize = 64;
/// The estimator gets this many different characters that stand for letters, because it tries every combination of them.
const SUBSTITUTES: usize = 8;
/// The characters that the estimator reads as letters, as in `p@$$w0rd`.
const STAND_FOR_LETTERS: &str = "4@8({[<3691!|70$5+%2";
/// This many names of the user and their orgs are compared with.
const CONTEXT: usize = 20;

/// Words that every attacker tries first; a password may contain them, but not consist of little else.
const COMMON: [&str; 12] = [
    "password",
    "passwort",
    "keyhouse",
    "123456789",
    "qwertyuiop",
    "letmein",
    "welcome",
    "admin",
    "iloveyou",
    "abcdefgh",
    "changeme",
    "secret",
];

/// Rejects a password that is common or made of what is known about the user, such as their email address and org
/// (ASVS v5.0.0-6.2.4, 6.2.11).
///
/// # Errors
/// `Invalid` for the password's field.
pub fn judge(new: &NewPassword, context: &[String]) -> Result<Password> {
    let context: Vec<&str> = context.iter().take(CONTEXT).map(String::as_str).collect();
    if is_easy(new.typed().reveal(), &context) {
        let sentence = "This is too easy to guess; three or four unrelated words work well";
        return Err(Error::field(new.field(), sentence));
    }
    Ok(new.typed().clone())
}

fn is_easy(text: &str, context: &[&str]) -> bool {
    zxcvbn::zxcvbn(&bounded(text), context).score() < STRONG || is_made_of_known_words(text, context)
}

/// The beginning of a password, with only so many different characters that stand for letters. Further ones become characters
/// that mean nothing to the estimator; repetitions and sequences stay what they are.
fn bounded(text: &str) -> String {
    let mut kept: Vec<char> = Vec::with_capacity(SUBSTITUTES);
    let replace = |c: char| {
        if !STAND_FOR_LETTERS.contains(c) || kept.contains(&c) {
            return c;
        }
        if kept.len() < SUBSTITUTES {
            kept.push(c);
            return c;
        }
        char::from_u32(PRIVATE_USE + u32::from(c)).unwrap_or(c)
    };
    text.chars().take(LENGTH).map(replace).collect()
}

/// The first character of Unicode's private use area.
const PRIVATE_USE: u32 = 0xE000;

fn is_made_of_known_words(text: &str, context: &[&str]) -> bool {
    let lower = text.to_lowercase();
    let mut rest = lower.clone();
    let known = context.iter().flat_map(|word| word.split(|c: char| !c.is_alphanumeric())).map(str::to_lowercase);
    for word in COMMON.iter().map(|word| (*word).to_owned()).chain(known.filter(|word| word.len() >= 4)) {
        rest = rest.replace(&word, "");
    }
    let mut kinds: Vec<char> = lower.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let letters = rest.chars().filter(|c| c.is_alphabetic()).count();
    kinds.len() < 5 || (letters < 4 && rest.chars().count() < lower.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(text: &str, context: &[&str]) -> bool {
        let context: Vec<String> = context.iter().map(ToString::to_string).collect();
        NewPassword::parse("password", text).and_then(|new| judge(&new, &context)).is_ok()
    }

    #[test]
    fn easy_passwords_are_refused() {
        for easy in [
            "short",
            "password1234",
            "aaaaaaaaaaaaaa",
            "acme-corp-2026",
            "Keyhouse123456789",
            "qwertyuiop123",
            "iloveyou1234",
            "trustno1trustno1",
            "1q2w3e4r5t6y",
            "P@ssw0rd2026!",
            "ann.miller@acme.example",
        ] {
            assert!(!is_accepted(easy, &["ann.miller@acme.example", "Acme Corp"]), "{easy}");
        }
        assert!(is_accepted("tuesday rain on copper", &["ann@acme.example"]));
    }

    #[test]
    fn the_estimator_gets_no_more_than_it_can_judge_in_the_time_of_a_hash() {
        for text in ["@4(8{3[6<9!1|0$5+7%2".repeat(12), "([{<1|!4@697$5+8302%".repeat(12), "4".repeat(250)] {
            let bounded = bounded(&text);
            let mut substitutes: Vec<char> = bounded.chars().filter(|c| STAND_FOR_LETTERS.contains(*c)).collect();
            substitutes.sort_unstable();
            substitutes.dedup();
            assert!(substitutes.len() <= SUBSTITUTES && bounded.chars().count() == LENGTH, "{bounded}");
        }
        assert_eq!(bounded("P@$$w0rd!1 and 2 of them"), "P@$$w0rd!1 and 2 of them");
    }

    #[test]
    fn a_password_of_many_different_signs_is_judged_like_any_other() {
        assert!(is_accepted("9f$K(3[w!x7+Q|2m", &[]) && is_accepted("@4(8{3[6<9!1|0$5+7%2", &[]));
        assert!(!is_accepted("%%%%%%%%%%%%%%%%", &[]) && !is_accepted("|+|+|+|+|+|+|+|+", &[]));
    }
}
