//! "Confirm it's you": a form may bring the password along once more, in a field that no handler sees. It is looked at while
//! the form is read, by the feature that knows passwords; then the change itself goes on.

use std::pin::Pin;

use actix_web::{HttpMessage, HttpRequest};

use crate::error::{Error, Result};

/// The field that brings the password.
pub const FIELD: &str = "confirm_password";

/// The answer of `Confirm`.
pub type Confirming = Pin<Box<dyn Future<Output = Result<()>>>>;

/// Looks whether this is the password of whoever is signed in, and marks their session if it is. Given by the feature that
/// knows passwords: `Invalid` for a wrong one, `TooMany` after several.
#[derive(Clone, Copy)]
pub struct Confirm(pub fn(HttpRequest, String) -> Confirming);

/// Left on a request whose password did not confirm anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unproven {
    /// What is wrong, as a sentence.
    pub sentence: String,
    /// How many seconds the next attempt has to wait; 0 if it may be made now.
    pub wait: u32,
    /// The status that says so.
    pub status: u16,
}

/// Shows the password that came with a form.
///
/// # Errors
/// `Unconfirmed` if it is not theirs or cannot be looked at yet, with an `Unproven` left on the request; `SignedOut`.
pub(super) async fn show(request: &HttpRequest, password: &str) -> Result<()> {
    let confirm = request.app_data::<Confirm>().copied().ok_or_else(|| Error::unexpected("nobody knows passwords"))?;
    let unproven = match (confirm.0)(request.clone(), password.to_owned()).await {
        Err(Error::Invalid(fields)) => {
            let sentence = fields.into_iter().next().map_or_else(String::new, |field| field.message);
            Unproven { sentence, wait: 0, status: 422 }
        }
        Err(error @ (Error::TooMany(_) | Error::Unavailable(_))) => {
            let wait = if let Error::TooMany(seconds) = error { seconds } else { 1 };
            Unproven { sentence: error.to_string(), wait, status: error.status() }
        }
        other => return other,
    };
    request.extensions_mut().insert(unproven);
    Err(Error::Unconfirmed)
}
