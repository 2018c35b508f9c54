//! What a single connection is for, and why one could not be made.

use std::fmt;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Write,
    /// Writes beside the writer, which never keep it waiting.
    Aside,
    Migrate,
}

/// Why a connection could not be made or is not good; for the log and for the person who starts Keyhouse.
#[derive(Debug)]
pub(super) struct ConnectError(pub(super) String);

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConnectError {}

impl From<diesel::result::Error> for ConnectError {
    fn from(error: diesel::result::Error) -> ConnectError {
        ConnectError(error.to_string())
    }
}
