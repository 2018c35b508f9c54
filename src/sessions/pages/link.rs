//! What a one-time link opens: an invitation, or a new password.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;

/// `GET` and `POST /links`.
#[derive(Template)]
#[template(path = "sessions/link.html")]
pub struct LinkPage {
    /// The frame; without a person unless one is signed in.
    pub frame: Frame,
    /// What the link is good for now.
    pub link: Link,
}

/// The states of a link.
pub enum Link {
    /// It lets its person set a password: an invitation without an account yet, or a lost password.
    SetPassword(SetPassword),
    /// An invitation for an account that exists and is signed in.
    Accept {
        /// The org that invites.
        org: String,
        /// Makes the form harmless to send twice.
        operation_id: String,
    },
    /// An invitation for an account that exists; nobody, or somebody else, is signed in.
    SignIn {
        /// The org that invites.
        org: String,
        /// Whom it invites.
        email: String,
    },
    /// Used, replaced, too old, or never made.
    Dead {
        /// Why it does nothing.
        reason: String,
        /// Whom to ask for a new one.
        ask: String,
    },
}

/// The form of a link that sets a password.
pub struct SetPassword {
    /// The org that invites; none for a lost password.
    pub org: Option<String>,
    /// First and last name as the admin typed them.
    pub name: String,
    /// Whose account it is.
    pub email: String,
    /// The field `password`, for its error only.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}
