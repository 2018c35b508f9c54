//! The pages that ask before a user is disabled, enabled, no admin any more, or removed: what they have in common.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::{edit_path, number, titled, when};
use crate::access::OrgScope;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::{KeyId, UserId};
use crate::keys::model::Held;
use crate::users::actions::{self, Along, Also, Switched, UNTYPED};
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, counted, html};
use crate::web::site::{Site, operation_id};
use crate::web::when::When;

/// `GET` and `POST /orgs/{slug}/users/{id}/disable`, `…/enable`, `…/demote` and `…/remove`.
#[derive(Template)]
#[template(path = "users/confirm.html")]
pub struct ConfirmPage {
    /// The frame.
    pub frame: Frame,
    /// What is about to happen.
    pub what: What,
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// When they last opened this org.
    pub last_seen: Option<When>,
    /// Whether the user is the one who looks at the page.
    pub own: bool,
    /// Whether the account as a whole is switched on.
    pub account_enabled: bool,
    /// Their keys, the newest first; 50 are enough.
    pub keys: Vec<AffectedKey>,
    /// How many those are.
    pub keys_total: u64,
    /// Keys of others whose secret they were shown, the newest first; at most 50. None where nothing of theirs stops.
    pub shown: Vec<ShownKey>,
    /// How many those are; 1,001 stands for more than 1,000.
    pub shown_total: u64,
    /// Fields `key-{id}` of the keys shown, `number`, and `then`: what to ask next; and what forbids it, about the whole form.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// What is about to happen to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// They are switched off in the org.
    Disable,
    /// They are switched on again.
    Enable,
    /// They are no admin any more.
    Demote,
    /// They leave the org, and their keys are deleted.
    Remove,
}

impl What {
    fn verb(self) -> &'static str {
        match self {
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::Demote => "Demote",
            Self::Remove => "Remove",
        }
    }

    /// The last part of the address.
    fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Demote => "demote",
            Self::Remove => "remove",
        }
    }

    /// What happens to the user's own keys.
    fn of_keys(self) -> &'static str {
        match self {
            Self::Disable => "that will stop working",
            Self::Enable => "that will start again",
            Self::Demote => "that will go on with a user’s rights",
            Self::Remove => "that will be deleted",
        }
    }
}

/// A key of the user.
pub struct AffectedKey {
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// When it was last accepted.
    pub last_used: Option<When>,
}

/// A key of somebody else whose secret the user was shown.
pub struct ShownKey {
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// User ID of its owner.
    pub owner_id: i64,
    /// First and last name of its owner.
    pub owner: String,
    /// When it was last accepted.
    pub last_used: Option<When>,
}

impl ConfirmPage {
    fn tick(&self, id: &i64) -> bool {
        self.form.checked(&field_of(*id))
    }

    /// Whether more keys can be ticked than may be deleted without typing how many.
    fn asks_number(&self) -> bool {
        self.shown.len() > UNTYPED || self.form.error("number").is_some()
    }

    fn shown_words(&self) -> String {
        if self.shown_total > 1000 { "More than 1,000 keys".to_owned() } else { counted(self.shown_total, "key") }
    }
}

fn field_of(id: i64) -> String {
    format!("key-{id}")
}

/// What the page shows, read with the frame.
pub(super) async fn find(site: &Site, slug: &str, user: UserId) -> Result<(Along, Frame)> {
    site.read(slug, move |conn: &mut Conn, scope: &OrgScope| actions::along(conn, scope, user)).await
}

/// The keys of others that were ticked.
pub(super) fn also(form: &Form) -> Result<Also> {
    let chosen = form.ticked_after("key-").map(|id| KeyId::parse(id).ok_or_else(Error::not_found));
    Ok(Also { keys: chosen.collect::<Result<_>>()?, typed: form.text("number").replace([',', ' '], "") })
}

/// The page as it asks for the first time.
pub(super) fn ask(what: What, found: Along, frame: Frame, then: &str) -> Answer {
    let then = if then == "demote" { then } else { "" };
    Ok(html(StatusCode::OK, &page(what, found, frame, Filled::new().with("then", then))?))
}

/// The page once more, with what was ticked and what is wrong.
pub(super) async fn refused(site: &Site, slug: &str, user: UserId, what: What, form: &Form, error: Error) -> Answer {
    let Error::Invalid(errors) = error else { return Err(error) };
    let (found, frame) = find(site, slug, user).await?;
    let filled = errors.into_iter().fold(form.filled(&[]), |filled, error| {
        let stop = if error.field.is_empty() { "." } else { "" };
        filled.wrong(error.field, error.message + stop)
    });
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page(what, found, frame, filled)?))
}

fn page(what: What, found: Along, frame: Frame, form: Filled) -> Result<ConfirmPage> {
    let Along { membership, own, keys, shown, shown_total } = found;
    let leaves = what != What::Enable;
    Ok(ConfirmPage {
        frame: titled(frame, format!("{} {}?", what.verb(), membership.name)),
        what,
        id: membership.user.number(),
        name: membership.name.to_string(),
        email: membership.email.to_string(),
        last_seen: membership.last_seen_at.map(when),
        own,
        account_enabled: membership.account_enabled,
        keys: keys.into_iter().map(AffectedKey::from).collect(),
        keys_total: number(membership.keys),
        shown: if leaves { shown.into_iter().map(ShownKey::from).collect() } else { Vec::new() },
        shown_total: if leaves { shown_total as u64 } else { 0 },
        form,
        operation_id: operation_id()?,
    })
}

impl From<Held> for AffectedKey {
    fn from(held: Held) -> AffectedKey {
        AffectedKey {
            name: held.key.name,
            access_key: held.key.access_key.to_string(),
            last_used: held.last_used.map(when),
        }
    }
}

impl From<Held> for ShownKey {
    fn from(held: Held) -> ShownKey {
        ShownKey {
            id: held.key.id.number(),
            name: held.key.name,
            access_key: held.key.access_key.to_string(),
            owner_id: held.owner.user.number(),
            owner: held.owner.name,
            last_used: held.last_used.map(when),
        }
    }
}

/// Where a form leads after the change: to the question that it says to ask next, else to Edit User.
pub(super) fn next(slug: &str, user: UserId, form: &Form) -> String {
    match form.text("then") {
        "demote" => format!("/orgs/{slug}/users/{user}/demote"),
        _ => edit_path(slug, user),
    }
}

/// Leads on after the change, with a word of what happened.
pub(super) fn done(site: &Site, at: &str, bold: String, rest: &str, switched: &Switched) -> HttpResponse {
    let others = match switched.deleted {
        0 => String::new(),
        1 => "1 key of somebody else is deleted.".to_owned(),
        deleted => format!("{deleted} keys of others are deleted."),
    };
    site.see_with(at, bold, [rest, others.as_str()].join(" ").trim())
}
