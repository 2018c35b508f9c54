//! Everything that can go wrong, in one type, with one table of HTTP status codes. No text of a library's
//! error ever reaches a person: what they read is written here or by the rule that refused.

use std::error::Error as StdError;
use std::fmt;

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
#[derive(Debug)]
pub enum Error {
    /// The request cannot be read as what it should be (an id that is no number, two credentials).
    Malformed(String),
    /// Values that a person can correct, each with the field it is about and a sentence.
    Invalid(Vec<FieldError>),
    /// The request was meant for another host; the sentence names both.
    Misdirected(String),
    /// A form came from a browser that reached Keyhouse over http, although its public URL is https; the sentence says so.
    OverHttp(String),
    /// The request's body is larger than any we take.
    TooLarge,
    /// The body is not of this media type, the only one that the address reads.
    UnsupportedType(&'static str),
    /// Nobody is signed in, or the credential is not good (any more).
    SignedOut,
    /// A header presents a key in a form that is not ours.
    KeyHeader,
    /// The caller is known and may not do this; the sentence says why.
    Forbidden(String),
    /// The caller may do this once they have shown their password again.
    Unconfirmed,
    /// The org with this slug requires a second factor, and the session has none.
    SecondFactorNeeded(String),
    /// The session acts as somebody else, or did until just now, and this is beyond that; the sentence says so.
    Impersonating(String),
    /// The page that this comes from was opened while its person acted as somebody else than now, or as themselves.
    ActsAsAnother,
    /// There is no such thing, or none that this caller may know of; the hint is for callers who may.
    NotFound(Option<String>),
    /// The thing has changed since the caller looked at it, or the change would break a rule of the domain.
    Conflict(String),
    /// This very operation was done before; its recorded outcome.
    Repeated(Outcome),
    /// Too many attempts; try again after this many seconds.
    TooMany(u32),
    /// The database or a queue cannot take this now; nothing was changed.
    Unavailable(&'static str),
    /// The commit's answer was lost: nobody can tell yet whether the change happened.
    Unknown,
    /// A defect, or a fault of the machine; the cause goes to the log only.
    Unexpected(Box<dyn StdError + Send + Sync>),
}

/// A value that a person can correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form or body; empty if it is about all of it.
    pub field: &'static str,
    /// What to do, as a sentence without a final stop.
    pub message: String,
}

/// What an operation did, as its operation id remembers it: a kind of thing and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The action, such as `key.created`.
    pub action: String,
    /// The id of what it was done to.
    pub id: i64,
}

impl Error {
    /// An error of one field.
    pub fn field(field: &'static str, message: impl Into<String>) -> Error {
        Error::Invalid(vec![FieldError { field, message: message.into() }])
    }

    /// Wraps the cause of a defect or fault.
    pub fn unexpected(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        Error::Unexpected(cause.into())
    }

    /// Nothing here, and no hint.
    pub fn not_found() -> Error {
        Error::NotFound(None)
    }

    /// The error of a read that follows a change which may have happened. `Unavailable` would say that nothing was changed.
    #[must_use]
    pub fn after_change(self) -> Error {
        match self {
            Error::Unavailable(_) => Error::Unknown,
            other => other,
        }
    }

    /// The HTTP status code (RFC 9110). `Invalid` is 400 over REST and 422 on pages, which ask for it by themselves.
    pub fn status(&self) -> u16 {
        match self {
            Error::Malformed(_) | Error::Invalid(_) => 400,
            Error::SignedOut | Error::KeyHeader => 401,
            Error::Forbidden(_)
            | Error::OverHttp(_)
            | Error::Unconfirmed
            | Error::SecondFactorNeeded(_)
            | Error::Impersonating(_) => 403,
            Error::NotFound(_) => 404,
            Error::Conflict(_) | Error::Repeated(_) | Error::ActsAsAnother => 409,
            Error::TooLarge => 413,
            Error::UnsupportedType(_) => 415,
            Error::Misdirected(_) => 421,
            Error::TooMany(_) => 429,
            Error::Unexpected(_) => 500,
            Error::Unavailable(_) | Error::Unknown => 503,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Malformed(sentence)
            | Error::Forbidden(sentence)
            | Error::Impersonating(sentence)
            | Error::Misdirected(sentence)
            | Error::OverHttp(sentence)
            | Error::Conflict(sentence) => f.write_str(sentence),
            Error::Invalid(fields) => {
                let all: Vec<String> = fields.iter().map(|e| format!("{}: {}", e.field, e.message)).collect();
                f.write_str(&all.join("; "))
            }
            Error::TooLarge => f.write_str("This is more than Keyhouse takes at once"),
            Error::UnsupportedType(wanted) => write!(f, "Send the body as {wanted}"),
            Error::SignedOut => f.write_str("Sign in, or send a good API key"),
            Error::KeyHeader => f.write_str("Send the API key as x-api-key: KEY or as Authorization: Bearer KEY"),
            Error::Unconfirmed => {
                f.write_str("Confirm that it is you: show your password again at /confirm, then retry")
            }
            Error::SecondFactorNeeded(_) => f.write_str(
                "This org requires two-factor sign-in, and this session has none: turn it on at /profile/two-factor",
            ),
            Error::NotFound(hint) => {
                f.write_str(hint.as_deref().unwrap_or("Nothing is here, or nothing that you may see"))
            }
            Error::ActsAsAnother => {
                f.write_str("You act as somebody else than when you opened this page; open it again")
            }
            Error::Repeated(outcome) => write!(f, "This was done before: {} {}", outcome.action, outcome.id),
            Error::TooMany(1) => f.write_str("Too many attempts; try again in a second"),
            Error::TooMany(seconds) => write!(f, "Too many attempts; try again in {seconds} seconds"),
            Error::Unavailable(why) => write!(f, "{why}; nothing was changed"),
            Error::Unknown => f.write_str("We cannot tell whether this happened"),
            // a handler may fail after its commit
            Error::Unexpected(_) => {
                f.write_str("Something went wrong on our side; check whether your change was saved")
            }
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::Unexpected(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Error {
        match error {
            diesel::result::Error::NotFound => Error::NotFound(None),
            other if is_read_only(&other) => {
                tracing::warn!(cause = %other, "the database takes no writes");
                Error::Unavailable(READ_ONLY)
            }
            other if says(&other, &FULL) => {
                tracing::warn!(cause = %other, "the database has no room for this");
                Error::Unavailable("The disk of the database is full")
            }
            other if passes(&other) => {
                tracing::warn!(cause = %other, "the database cannot take this now");
                Error::Unavailable("The database cannot take this at the moment")
            }
            other => Error::unexpected(other),
        }
    }
}

/// What a caller is told when the database, or this connection to it, can only be read.
pub(crate) const READ_ONLY: &str = "The database can only be read at the moment";

fn is_read_only(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
    match error {
        Diesel::DatabaseError(Kind::ReadOnlyTransaction, _) => true,
        Diesel::DatabaseError(Kind::Unknown, told) => told.message().contains("attempt to write a readonly database"),
        _ => false,
    }
}

/// What SQLite and PostgreSQL say when there is no room left.
const FULL: [&str; 3] = ["database or disk is full", "could not extend file", "No space left on device"];

/// Faults that pass without anybody mending the program: a lost connection, a lock or statement that took too long, a disk that
/// fails.
fn passes(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
    const WORDS: [&str; 4] =
        ["database is locked", "disk I/O error", "canceling statement due to", "terminating connection"];
    match error {
        Diesel::BrokenTransactionManager => true,
        Diesel::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, _) => true,
        Diesel::DatabaseError(Kind::SerializationFailure, _) => true,
        other => says(other, &WORDS),
    }
}

/// Whether the database said one of these, for which diesel has no kind.
fn says(error: &diesel::result::Error, words: &[&str]) -> bool {
    use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
    match error {
        Diesel::DatabaseError(Kind::Unknown, told) => words.iter().any(|words| told.message().contains(words)),
        _ => false,
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        Error::unexpected(error)
    }
}

/// Gathers the errors of several fields, so that a person sees all of them at once.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// No error yet.
    pub fn new() -> FieldErrors {
        FieldErrors::default()
    }

    /// The value, or `None` after noting the errors. Errors other than `Invalid` are noted as they read.
    pub fn take<T>(&mut self, parsed: Result<T>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(Error::Invalid(mut fields)) => {
                self.0.append(&mut fields);
                None
            }
            Err(other) => {
                self.0.push(FieldError { field: "", message: other.to_string() });
                None
            }
        }
    }

    /// The value, or `None` after noting the errors of fields.
    ///
    /// # Errors
    /// Every error but `Invalid`.
    pub fn take_invalid<T>(&mut self, parsed: Result<T>) -> Result<Option<T>> {
        match parsed {
            Err(error) if !matches!(error, Error::Invalid(_)) => Err(error),
            parsed => Ok(self.take(parsed)),
        }
    }

    /// `Ok` if no error was noted.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_error_that_knows_it_says_that_nothing_was_changed() {
        let says_so = |error: Error| error.to_string().contains("nothing was changed");
        assert!(says_so(Error::Unavailable("The disk is full")));
        assert!(!says_so(Error::Unavailable("The disk is full").after_change()));
        assert!(!says_so(Error::unexpected("a handler panicked")) && !says_so(Error::Unknown));
        assert_eq!(Error::not_found().after_change().status(), 404);
    }
}
