//! What a user is: types and rules, no I/O.

use std::fmt;

use super::confirmer::Confirmed;
use crate::clock::Time;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::text;

/// First and last name; the last may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    first: String,
    last: String,
}

impl Name {
    /// From what was typed into the fields `first` and `last`.
    ///
    /// # Errors
    /// `Invalid`, for each field that is wrong.
    pub fn parse(first: &str, last: &str) -> Result<Name> {
        let mut errors = crate::error::FieldErrors::new();
        let first = errors.take(part("first", "The first name", first).and_then(|first| match first.as_str() {
            "" => Err(Error::field("first", "Enter a first name")),
            _ => Ok(first),
        }));
        let last = errors.take(part("last", "The last name", last));
        errors.finish()?;
        Ok(Name { first: first.unwrap_or_default(), last: last.unwrap_or_default() })
    }

    /// From what is stored.
    pub fn stored(first: String, last: String) -> Name {
        Name { first, last }
    }

    /// The first name.
    pub fn first(&self) -> &str {
        &self.first
    }

    /// The last name; may be empty.
    pub fn last(&self) -> &str {
        &self.last
    }
}

fn part(field: &'static str, subject: &str, text: &str) -> Result<String> {
    text::line(text, 100).map_err(|why| Error::field(field, format!("{subject} {why}")))
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first)?;
        if !self.last.is_empty() {
            write!(f, " {}", self.last)?;
        }
        Ok(())
    }
}

/// An email address: ASCII, lower case, so that two spellings are never two accounts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// From what was typed into the field `email`.
    ///
    /// # Errors
    /// `Invalid` for the field.
    pub fn parse(text: &str) -> Result<Email> {
        let text = text::without_invisible(text);
        if text.is_empty() {
            return Err(Error::field("email", "Enter an email address"));
        }
        if !text.is_ascii() {
            let sentence =
                "Write the email address in ASCII; a domain like müller.example is written xn--mller-kva.example";
            return Err(Error::field("email", sentence));
        }
        if looks_like_email(&text) {
            Ok(Email(text.to_ascii_lowercase()))
        } else {
            Err(Error::field("email", "Enter an email address like name@example.com"))
        }
    }

    /// From what is stored.
    pub fn stored(text: String) -> Email {
        Email(text)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address that an account gets in place of one that was freed. No mail reaches it (RFC 2606).
    pub fn released(user: UserId) -> Email {
        Email(format!("user-{user}{RELEASED}"))
    }

    /// Whether some account has, or could get, this address in place of a freed one.
    pub fn is_released(&self) -> bool {
        self.0.ends_with(RELEASED)
    }
}

const RELEASED: &str = "@released.invalid";

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The addresses of RFC 5321 without quoted local parts and address literals.
fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
    };
    let label = |part: &str| {
        let inner = part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        inner && (1..=63).contains(&part.len()) && !part.starts_with('-') && !part.ends_with('-')
    };
    text.len() <= 254
        && local.len() <= 64
        && local.split('.').all(atom)
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// A password as it was typed. Masked in logs, never stored, gone after hashing.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(hidden)")
    }
}

impl Password {
    /// A password to be compared only. `None` if it is longer than any we store, so that no caller makes the server hash a book.
    pub fn presented(text: &str) -> Option<Password> {
        (!text.is_empty() && text.len() <= 1024 && text.chars().count() <= 256).then(|| Password(text.to_owned()))
    }

    /// The text, for hashing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// A new password as the user typed it. Only its length is checked so far; `sessions::strength` turns it into a `Password`.
pub struct NewPassword {
    field: &'static str,
    typed: Password,
}

impl NewPassword {
    /// Checks what costs nothing: 12 to 256 characters (ASVS v5.0.0-6.2.1) and no NUL.
    ///
    /// # Errors
    /// `Invalid` for the field.
    pub fn parse(field: &'static str, text: &str) -> Result<NewPassword> {
        let length = text.chars().count();
        if length < 12 {
            return Err(Error::field(field, "Use 12 characters or more; three or four unrelated words work well"));
        }
        if length > 256 {
            return Err(Error::field(field, "Use at most 256 characters"));
        }
        if text.contains('\0') {
            return Err(Error::field(field, "Remove the NUL character"));
        }
        Ok(NewPassword { field, typed: Password(text.to_owned()) })
    }

    /// The name of its field in the form.
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// Returns the text as the user typed it.
    pub fn typed(&self) -> &Password {
        &self.typed
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The user id.
    pub id: UserId,
    /// First and last name.
    pub name: Name,
    /// The email address.
    pub email: Email,
    /// Whether a password was ever set, so that the person can sign in.
    pub has_password: bool,
    /// Off: nothing of this person works anywhere.
    pub enabled: bool,
    /// May make orgs and set canImpersonate, in a signed-in session.
    pub super_admin: bool,
    /// Moves with every change that ends sessions and links.
    pub session_epoch: i64,
    /// Moves with every change that a person can see.
    pub version: i64,
    /// When the account was made.
    pub created_at: Time,
    /// Who confirmed the email address; `None` if it is not confirmed.
    pub email_confirmed: Option<Confirmed>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_one_spelling() {
        for typed in
            [" Ann@Example.COM ", "\u{FEFF}ann@example.com\u{200B}", "ann\u{AD}@exam\u{2060}ple.com\u{202C} \u{200E}"]
        {
            assert_eq!(Email::parse(typed).unwrap().as_str(), "ann@example.com", "{typed:?}");
        }
        for wrong in [
            "",
            "ann",
            "ann@",
            "@x.example",
            "a b@x.example",
            "ann@x",
            "ann@-x.example",
            "ann@x..example",
            "änn@x.example",
            "a@b@c.example",
        ] {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn both_names_are_judged_at_once() {
        let Err(Error::Invalid(errors)) = Name::parse("", "x\u{202E}") else { panic!("accepted") };
        assert_eq!(errors.iter().map(|e| e.field).collect::<Vec<_>>(), ["first", "last"]);
        assert_eq!(Name::parse("Ann", "").unwrap().to_string(), "Ann");
    }

    #[test]
    fn the_length_of_a_new_password_is_checked_before_anything_else() {
        let parse = |text: &str| NewPassword::parse("new", text).map(|new| new.typed().reveal().to_owned());
        assert!(
            parse("eleven char").is_err()
                && parse(&"ab cd ef ".repeat(40)).is_err()
                && parse("tuesday\0rain on").is_err()
        );
        assert_eq!(parse("twelve chars").unwrap(), "twelve chars");
        assert!(parse(&"ü".repeat(256)).is_ok() && parse(&"ü".repeat(257)).is_err());
    }
}
