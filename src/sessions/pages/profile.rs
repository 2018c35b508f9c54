//! The profile: one's own name, password, keys and orgs.

use actix_session::Session;
use actix_web::http::StatusCode;
use askama::Template;

use super::failed::Attempt;
use super::own_sessions::{self, SessionRow};
use super::two_factor_card::TwoFactorCard;
use super::{browser, device, failed, wait};
use crate::access::Act;
use crate::access::refused::Subject;
use crate::audit::actions as audit;
use crate::audit::pages::entry::EntryRow;
use crate::clock::{Time, now};
use crate::error::{Error, FieldError, Result};
use crate::keys::actions as keys;
use crate::keys::pages::own::OwnKeyRow;
use crate::paging::Cursor;
use crate::sessions::hash_queue::Place;
pub use crate::sessions::model::OwnMembership;
use crate::sessions::model::{self, SessionKey};
use crate::sessions::{actions, cookie};
use crate::users::model::{Name, NewPassword, Password};
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{self, Frame};
use crate::web::site::{Site, operation_id};
use crate::web::when::When;

/// `GET /profile`; `POST /profile` and `POST /profile/password` when something was wrong.
#[derive(Template)]
#[template(path = "sessions/profile.html")]
pub struct ProfilePage {
    /// The frame.
    pub frame: Frame,
    /// The person's id.
    pub user_id: i64,
    /// Their email address.
    pub email: String,
    /// The last sign-in, and the one before: when, and from where.
    pub sign_ins: Vec<SignIn>,
    /// Fields `first` and `last`.
    pub name_form: Filled,
    /// Makes the name form harmless to send twice.
    pub name_operation_id: String,
    /// Fields `current` and `new`, for their errors only.
    pub password_form: Filled,
    /// Makes the password form harmless to send twice.
    pub password_operation_id: String,
    /// The newest of the person's keys in all their orgs.
    pub keys: Vec<OwnKeyRow>,
    /// How many keys the person has.
    pub keys_total: u64,
    /// The person's sessions, this one first.
    pub sessions: Vec<SessionRow>,
    /// The person's orgs.
    pub memberships: Vec<OwnMembership>,
    /// The person's two-factor sign-in.
    pub two_factor: TwoFactorCard,
    /// The person's last sign-ins, and what else was done to the account.
    pub activity: Vec<EntryRow>,
}

/// Entries of one's own activity that the profile shows.
const ACTIVITY: usize = 5;

/// Keys that the profile shows; the others are on a list of their own.
const KEYS: usize = 10;

/// A sign-in of one's own.
pub struct SignIn {
    /// Which: the last, or the one before.
    pub term: &'static str,
    /// When.
    pub at: When,
    /// From where.
    pub address: String,
}

fn when(at: Time) -> When {
    When::new(at.micros(), now().micros())
}

/// `GET /profile`.
///
/// # Errors
/// `SignedOut`.
pub async fn show(site: Site) -> Answer {
    answer(&site, StatusCode::OK, None, Filled::new()).await
}

/// The page with the name form as it was typed, or as the account has it.
async fn answer(site: &Site, status: StatusCode, name_form: Option<Filled>, password_form: Filled) -> Answer {
    let at_hand = browser::of(site).session;
    let read = move |conn: &mut _, actor: &_| {
        let activity = audit::own(conn, actor, &Cursor::First, ACTIVITY)?.rows;
        let newest = keys::own_keys(conn, actor, &Cursor::First, KEYS)?.rows;
        let keys = (newest, keys::count_own_keys(conn, actor)?);
        Ok((actions::profile(conn, actor)?, actions::own_sessions(conn, actor, at_hand.as_ref())?, keys, activity))
    };
    let ((profile, sessions, (newest, total), activity), frame) = site.read_own(read).await?;
    let name = &profile.user.name;
    let stored = || Filled::new().with("first", name.first()).with("last", name.last());
    let page = ProfilePage {
        frame: Frame {
            title: if password_form.failed() { "Profile: password" } else { "Profile" }.to_owned(),
            ..frame
        },
        user_id: profile.user.id.number(),
        email: profile.user.email.to_string(),
        sign_ins: sign_ins(profile.sign_ins),
        name_form: name_form.unwrap_or_else(stored),
        name_operation_id: operation_id()?,
        password_form,
        password_operation_id: operation_id()?,
        keys: newest.into_iter().map(OwnKeyRow::from).collect(),
        keys_total: u64::try_from(total).unwrap_or(0),
        sessions: own_sessions::rows(&sessions)?,
        memberships: profile.memberships,
        two_factor: TwoFactorCard::from(&profile.two_factor),
        activity: activity.iter().map(EntryRow::plain).collect(),
    };
    Ok(page::html(status, &page))
}

fn sign_ins(known: Option<model::SignIns>) -> Vec<SignIn> {
    let sign_in = |term, (at, address): (Time, String)| SignIn { term, at: when(at), address };
    known.map_or_else(Vec::new, |known| {
        let earlier = known.earlier.map(|earlier| sign_in("The one before", earlier));
        std::iter::once(sign_in("Last sign-in", known.last)).chain(earlier).collect()
    })
}

/// The form with what is wrong with its fields.
pub(super) fn with_errors(form: Filled, fields: &[FieldError]) -> Filled {
    fields.iter().fold(form, |form, error| form.wrong(error.field, &error.message))
}

/// `POST /profile`: one's own name.
///
/// # Errors
/// `SignedOut`.
pub async fn rename(site: Site, form: Form) -> Answer {
    let renamed = match Name::parse(form.text("first"), form.text("last")) {
        Ok(name) => {
            site.write_own(Act::ChangeAccount, &form, move |conn, actor| actions::rename(conn, actor, &name)).await
        }
        Err(error) => Err(error),
    };
    match renamed {
        Ok(()) | Err(Error::Repeated(_)) => Ok(site.see_with("/profile", "Your name is saved.", "")),
        Err(Error::Invalid(fields)) => {
            let form = with_errors(form.filled(&[]), &fields);
            answer(&site, StatusCode::UNPROCESSABLE_ENTITY, Some(form), Filled::new()).await
        }
        Err(error) => Err(error),
    }
}

const CHANGED: (&str, &str) = ("Your password is changed.", "Your other sessions are ended.");

/// `POST /profile/password`.
///
/// # Errors
/// `SignedOut`; `Unavailable` if too many passwords are hashed at once.
pub async fn change_password(site: Site, session: Session, form: Form) -> Answer {
    match try_to_change(&site, &form).await {
        Ok(key) => {
            cookie::begin(&session, key.reveal())?;
            let mut response = site.see_with("/profile", CHANGED.0, CHANGED.1);
            device::remember(&site, &key, &mut response).await;
            Ok(response)
        }
        Err(Error::Repeated(_)) => Ok(site.see_with("/profile", CHANGED.0, CHANGED.1)),
        Err(Error::Invalid(fields)) => {
            let form = with_errors(Filled::new(), &fields);
            answer(&site, StatusCode::UNPROCESSABLE_ENTITY, None, form).await
        }
        Err(Error::TooMany(seconds)) => {
            let form = Filled::new().wrong("current", Error::TooMany(seconds).to_string());
            Ok(wait(answer(&site, StatusCode::TOO_MANY_REQUESTS, None, form).await?, seconds))
        }
        Err(error) => Err(error),
    }
}

async fn try_to_change(site: &Site, form: &Form) -> Result<SessionKey> {
    let not_yours = || Error::field("current", "This is not your password; enter the one that you signed in with");
    // what costs nothing first: it costs no attempt
    let new = NewPassword::parse("new", form.raw("new"))?;
    let current = Password::presented(form.raw("current")).ok_or_else(not_yours)?;
    // told before anything is compared: it says nothing of whether either is right, and costs no attempt
    if *new.typed() == current {
        return Err(Error::field("new", "This is what you typed as your current password; make up another one"));
    }
    let browser = browser::of(site);
    let (place, from) = (browser::place(site, &browser)?, browser.clone());
    let account = site.write_own(Act::ChangePassword, &Form::default(), failed::attempt(site, from)).await?;
    if !place.matches(current, account.hash.clone()).await? {
        failed::count(site, Attempt::Confirmation, Subject::User(account.user.id));
        return Err(not_yours());
    }
    let hash = match hash(site, &place, new).await {
        Ok(hash) => hash,
        Err(error) => {
            let take_back = move |conn: &mut _, _: &_| actions::take_back(conn, &account);
            site.write_own(Act::ChangePassword, &Form::default(), take_back).await?;
            return Err(error);
        }
    };
    let change = move |conn: &mut _, actor: &_| actions::change_password(conn, actor, &account, &hash, &browser);
    site.write_own(Act::ChangePassword, form, change).await?.ok_or_else(not_yours)
}

/// Hashes the new password of the signed-in user, if it is hard to guess.
async fn hash(site: &Site, place: &Place, new: NewPassword) -> Result<String> {
    let profile = site.state().access.read_own(site.caller().clone(), actions::profile).await?;
    let own = [profile.user.email.to_string(), profile.user.name.to_string()];
    let context = own.into_iter().chain(profile.memberships.into_iter().map(|one| one.org)).collect();
    place.hash(place.judge(new, context).await?).await
}
