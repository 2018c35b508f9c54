//! "Review and send again": what somebody typed while their session ended. It goes through the sign-in sealed, bound to the account
//! that typed it, and comes back as a page that sends it on a press of a button, never by itself.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::access::caller::{Caller, Credential};
use crate::clock::{HOUR, now};
use crate::error::Result;
use crate::id::UserId;
use crate::sessions::model::SessionKey;
use crate::web::csrf::{self, Seed};
use crate::web::page::{self, Frame, FramePerson};
use crate::web::posted::Posted;
use crate::web::seal;
use crate::web::site::Site;

/// What was typed, to be looked at and sent.
#[derive(Template)]
#[template(path = "sessions/review.html")]
pub struct ReviewPage {
    /// The frame, of the person without an org.
    pub frame: Frame,
    /// What it does, to stand after "You were about to".
    pub purpose: String,
    /// Where it is sent.
    pub action: String,
    /// What was typed, in words: (field, value).
    pub shown: Vec<(String, String)>,
    /// All fields, as they are sent.
    pub carried: Vec<(String, String)>,
}

const PURPOSE: &str = "form";
/// The longest sealed form, in bytes; the sign-in form it travels in has 16 KB.
const LONGEST: usize = 12_000;
/// How long it is kept, in microseconds.
const LIFE: i64 = HOUR;
/// Fields that are no news to whoever typed the rest.
const PLUMBING: [&str; 4] = ["operation_id", "version", "next", "person"];

/// A form on its way: whose, until when, what it does, where it goes, its fields.
type Kept = (i64, i64, String, String, Vec<(String, String)>);

/// Seals a form for its way through the sign-in; `None` if it is too long.
pub(super) fn keep(site: &Site, user: UserId, purpose: &str, action: &str, posted: Posted) -> Option<String> {
    let until = now().plus(LIFE).micros();
    let kept: Kept = (user.number(), until, purpose.to_owned(), action.to_owned(), posted.fields);
    let sealed = seal::seal(site.state().form_key(), PURPOSE, serde_json::to_string(&kept).ok()?);
    (sealed.len() <= LONGEST).then_some(sealed)
}

/// The page for what the sign-in form carried, if whoever has signed in typed it.
pub async fn what_was_typed(site: &Site, key: &SessionKey, carried: &str) -> Option<HttpResponse> {
    let text = if carried.is_empty() { None } else { seal::open(site.state().form_key(), PURPOSE, carried) };
    let kept: Kept = serde_json::from_str(&text?).ok()?;
    let caller = Caller { credential: Some(Credential::Session(key.hash())), ..site.caller().clone() };
    let who = |_: &mut _, actor: &crate::access::Actor| actor.person().cloned();
    let person = site.state().access.read_own(caller, who).await.ok()?;
    let (user, until, ..) = &kept;
    let good = *user == person.id.number() && now().micros() < *until;
    if good { page_for(site, key, person.name, kept).ok() } else { None }
}

fn page_for(site: &Site, key: &SessionKey, name: String, kept: Kept) -> Result<HttpResponse> {
    let (_, _, purpose, action, carried) = kept;
    let frame = Frame {
        title: "Review and send again".to_owned(),
        person: Some(FramePerson { name, super_admin: false }),
        csrf: csrf::token(site.state().form_key(), &Seed::session(&key.hash()), None)?,
        ..Frame::bare(site.state())
    };
    let told = carried.iter().filter(|(name, value)| !value.is_empty() && !PLUMBING.contains(&name.as_str()));
    let shown = told.map(in_words).collect();
    Ok(page::html(StatusCode::OK, &ReviewPage { frame, purpose, action, shown, carried }))
}

/// What the forms call their fields, where it is more than a capital.
const WORDS: [(&str, &str); 4] =
    [("first", "First name"), ("last", "Last name"), ("email", "Email address"), ("impersonate", "Can impersonate")];

/// A field by its label, and a ticked box as "Yes".
fn in_words((name, value): &(String, String)) -> (String, String) {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let capital = || first.into_iter().chain(letters.map(|letter| if letter == '_' { ' ' } else { letter })).collect();
    let words = WORDS.iter().find(|(field, _)| field == name).map(|(_, words)| (*words).to_owned());
    (words.unwrap_or_else(capital), if value == "1" { "Yes".to_owned() } else { value.clone() })
}
