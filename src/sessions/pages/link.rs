//! What a one-time link opens: an invitation, or a new password.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::link_cookie::{self, DAMAGED, carried, is_damaged};
use super::profile::with_errors;
use super::{browser, link_used};
use crate::access::{Act, Actor, Person};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::links::model::Token;
use crate::sessions::actions;
use crate::sessions::link_model::{Guest, Opened, Used};
use crate::users::model::NewPassword;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{self, Frame};
use crate::web::site::{Site, operation_id};

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
        /// User ID of who is signed in.
        person: i64,
        /// Makes the form harmless to send twice.
        operation_id: String,
    },
    /// An invitation for an account that exists; nobody, or somebody else, is signed in.
    SignIn {
        /// The org that invites.
        org: String,
        /// Whom it invites.
        email: String,
        /// Whether the invited user reported that the account is not theirs.
        reported: bool,
    },
    /// Used, replaced, too old, or never made; or not the whole link.
    Dead {
        /// The error in a few words.
        heading: String,
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
    /// Who else is signed in with this browser, and is signed out by it.
    pub leaves: Option<Leaves>,
}

/// The user whose session a link replaces.
pub struct Leaves {
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
}

const INCOMPLETE: &str = "This link does not work";

/// `GET /links/{token}`: takes the token out of the address, into a short cookie.
///
/// # Errors
/// If the database fails.
pub async fn carry(site: Site, token: web::Path<String>) -> Answer {
    let token = Token::parse(&token);
    let value = token.as_ref().map_or(DAMAGED, Token::reveal).to_owned();
    let opened = site.state().access.db().read(move |conn| actions::open(conn, None, token.as_ref())).await?;
    let mut response = site.see(if opened == Opened::Setup { "/setup" } else { "/links" });
    link_cookie::set(&site, &mut response, value)?;
    Ok(response)
}

/// `GET /links/{token}/{rest}`: a link with a slash in what follows its token.
///
/// # Errors
/// If the cookie cannot be written, which is a defect.
pub async fn refuse_damaged(site: Site) -> Answer {
    let mut response = site.see("/links");
    link_cookie::set(&site, &mut response, DAMAGED.to_owned())?;
    Ok(response)
}

/// Returns the purpose of the carried link, the signed-in user, and the frame for the viewer.
pub(super) async fn look(site: &Site) -> Result<(Opened, Option<Person>, Frame)> {
    let (own, anybodys) = (carried(site), carried(site));
    let open = move |conn: &mut Conn, actor: &Actor| {
        Ok((actions::open(conn, actor.user(), own.as_ref())?, actor.person()?.clone()))
    };
    let (opened, viewer, frame) = match site.read_own(open).await {
        Err(Error::SignedOut) => {
            let read = move |conn: &mut _| actions::open(conn, None, anybodys.as_ref());
            (site.state().access.db().read(read).await?, None, site.visitor_frame("")?)
        }
        found => found.map(|((opened, viewer), frame)| (opened, Some(viewer), frame))?,
    };
    let title = if is_damaged(site) { INCOMPLETE.to_owned() } else { title(&opened) };
    Ok((opened, viewer, Frame { title, ..frame }))
}

/// Who else is signed in, if using the link replaces their session.
fn leaves(opened: &Opened, viewer: Option<Person>) -> Option<Leaves> {
    let Opened::SetPassword(guest) = opened else { return None };
    let viewer = viewer.filter(|viewer| viewer.id != guest.user)?;
    Some(Leaves { id: viewer.id.number(), name: viewer.name })
}

fn title(opened: &Opened) -> String {
    match opened {
        Opened::SetPassword(Guest { org: Some(org), .. }) | Opened::Accept { org, .. } | Opened::SignIn { org, .. } => {
            format!("Join {org}")
        }
        Opened::SetPassword(_) => "Set a new password".to_owned(),
        Opened::Dead | Opened::Setup => "A link that does nothing any more".to_owned(),
    }
}

/// `GET /links`.
///
/// # Errors
/// If the database fails.
pub async fn show(site: Site) -> Answer {
    let (opened, viewer, frame) = look(&site).await?;
    let leaves = leaves(&opened, viewer);
    answer(&site, opened, leaves, frame, Filled::new())
}

fn answer(site: &Site, opened: Opened, leaves: Option<Leaves>, frame: Frame, form: Filled) -> Answer {
    let status = match &opened {
        Opened::Setup => return Ok(site.see("/setup")),
        Opened::Dead => StatusCode::NOT_FOUND,
        _ if form.failed() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let link = match opened {
        Opened::SetPassword(Guest { org, name, email, .. }) => {
            Link::SetPassword(SetPassword { org, name, email, form, operation_id: operation_id()?, leaves })
        }
        Opened::Accept { org, person } => Link::Accept { org, person: person.number(), operation_id: operation_id()? },
        Opened::SignIn { org, email, reported } => Link::SignIn { org, email, reported },
        Opened::Dead | Opened::Setup => dead(is_damaged(site)),
    };
    Ok(page::html(status, &LinkPage { frame, link }))
}

fn dead(damaged: bool) -> Link {
    let [heading, reason, ask] = if damaged {
        [
            INCOMPLETE,
            "The link seems to be cut off, or to have extra characters at its end, such as a full stop or a bracket.",
            "Copy all of the link and nothing after it, then open it again. If that does not help, ask the person who sent it for a new one.",
        ]
    } else {
        [
            "This link does nothing any more",
            "It was already used or replaced, is older than 24 hours, or the account has changed since.",
            "Ask the person who gave it to you for a new link.",
        ]
    };
    Link::Dead { heading: heading.to_owned(), reason: reason.to_owned(), ask: ask.to_owned() }
}

/// `POST /links`.
///
/// # Errors
/// `Unavailable` if too many passwords are hashed at once, and if the database fails.
pub async fn act(site: Site, session: Session, form: Form) -> Answer {
    let (opened, viewer, frame) = look(&site).await?;
    let leaves = leaves(&opened, viewer);
    let used = match (&opened, carried(&site)) {
        (Opened::SetPassword(guest), Some(token)) => set_password(&site, &form, guest, (token, leaves.as_ref())).await,
        (Opened::Accept { .. }, Some(token)) => {
            let browser = browser::of(&site);
            site.write_own(Act::ChangeAccount, &form, move |conn, actor| actions::accept(conn, actor, &token, &browser))
                .await
        }
        (Opened::Dead, _) => {
            let origin = site.origin(&form);
            site.state().access.read_as_visitor(origin, actions::refuse_repeated).await.map(|()| None)
        }
        _ => return answer(&site, opened, leaves, frame, Filled::new()),
    };
    let acted = matches!(used, Ok(Some(_)) | Err(Error::Invalid(_)));
    if let Some((org, slug)) = if acted { None } else { joined_before(&site, &form).await? } {
        return Ok(site.see_with(&format!("/orgs/{slug}"), format!("You belong to {org} already."), ""));
    }
    match used {
        Ok(Some(used)) => link_used::answer(&site, &session, &used).await,
        Ok(None) => answer(&site, Opened::Dead, None, frame, Filled::new()),
        Err(Error::Invalid(fields)) => answer(&site, opened, leaves, frame, with_errors(Filled::new(), &fields)),
        Err(Error::Repeated(_)) => Ok(site.see("/")),
        Err(error) => Err(error),
    }
}

async fn joined_before(site: &Site, form: &Form) -> Result<Option<(String, String)>> {
    let Some((person, sent)) = UserId::parse(form.text("person")).zip(form.operation()) else { return Ok(None) };
    let read = site.state().access.db().read(move |conn| actions::joined_before(conn, person, &sent));
    read.await.map_err(Error::after_change)
}

async fn set_password(
    site: &Site,
    form: &Form,
    guest: &Guest,
    (token, leaves): (Token, Option<&Leaves>),
) -> Result<Option<Used>> {
    let leaving = leaves.map(|leaves| UserId::new(leaves.id));
    // a page that did not say so must not end the session of who is signed in
    if leaving.is_some() && UserId::parse(form.text("leaving")) != leaving {
        return Err(Error::field("", "You’re signed in now. Read what happens to your session, then send this again"));
    }
    let new = NewPassword::parse("password", form.raw("password"))?;
    let context = [&guest.email, &guest.name].into_iter().chain(&guest.org).cloned().collect();
    let (origin, browser) = (site.origin(form), browser::of(site));
    let place = browser::place(site, &browser)?;
    let hash = place.hash(place.judge(new, context).await?).await?;
    let set = move |conn: &mut _, actor: &_| actions::set_password(conn, actor, &token, &hash, (&browser, leaving));
    site.state().access.write_as_visitor(Act::UseLink, origin, set).await
}
