//! What a one-time link opens: an invitation, or a new password.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::profile::with_errors;
use super::{browser, code, device};
use crate::access::Act;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::links::model::Token;
use crate::sessions::code_model::Admitted;
use crate::sessions::link_model::{Guest, Opened, Used};
use crate::sessions::model::ReturnPath;
use crate::sessions::{actions, cookie as session_cookie};
use crate::users::model::Password;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{self, Frame};
use crate::web::site::{Site, operation_id};
use crate::web::{Answer, cookie};

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
    },
    /// Used, replaced, too old, or never made; or not the whole link.
    Dead {
        /// What is wrong with it, in a few words.
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
}

/// How long an opened link waits to be used, in seconds.
const PATIENCE: i64 = 600;

/// Stands in the cookie in place of a token that was cut off or has more at its end.
const DAMAGED: &str = "damaged";
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
    set_token(&site, &mut response, value)?;
    Ok(response)
}

/// `GET /links/{token}/{rest}`: a link with a slash in what follows its token.
///
/// # Errors
/// If the cookie cannot be written, which is a defect.
pub async fn refuse_damaged(site: Site) -> Answer {
    let mut response = site.see("/links");
    set_token(&site, &mut response, DAMAGED.to_owned())?;
    Ok(response)
}

/// Sets the cookie of the opened link; an empty token takes it away.
fn set_token(site: &Site, response: &mut HttpResponse, token: String) -> Result<()> {
    let seconds = if token.is_empty() { 0 } else { PATIENCE };
    let cookie = cookie::short(cookie::LINK, token, seconds, site.state().https());
    response.add_cookie(&cookie).map_err(|error| Error::unexpected(error.to_string()))
}

fn carried(site: &Site) -> Option<Token> {
    cookie::value(site.request(), cookie::LINK).and_then(|value| Token::parse(&value))
}

/// Whether the link that was opened has no token of the right shape.
fn is_damaged(site: &Site) -> bool {
    cookie::value(site.request(), cookie::LINK).is_some_and(|value| value == DAMAGED)
}

/// What the carried link is good for, with the frame for whoever asks.
async fn look(site: &Site) -> Result<(Opened, Frame)> {
    let (own, anybodys) = (carried(site), carried(site));
    let (opened, frame) = match site.read_own(move |conn, actor| actions::open(conn, actor.user(), own.as_ref())).await
    {
        Err(Error::SignedOut) => {
            let read = move |conn: &mut _| actions::open(conn, None, anybodys.as_ref());
            (site.state().access.db().read(read).await?, site.visitor_frame("")?)
        }
        found => found?,
    };
    let title = if is_damaged(site) { INCOMPLETE.to_owned() } else { title(&opened) };
    Ok((opened, Frame { title, ..frame }))
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
    let (opened, frame) = look(&site).await?;
    answer(&site, opened, frame, Filled::new())
}

fn answer(site: &Site, opened: Opened, frame: Frame, form: Filled) -> Answer {
    let status = match &opened {
        Opened::Setup => return Ok(site.see("/setup")),
        Opened::Dead => StatusCode::NOT_FOUND,
        _ if form.failed() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let link = match opened {
        Opened::SetPassword(Guest { org, name, email }) => {
            Link::SetPassword(SetPassword { org, name, email, form, operation_id: operation_id()? })
        }
        Opened::Accept { org, person } => Link::Accept { org, person: person.number(), operation_id: operation_id()? },
        Opened::SignIn { org, email } => Link::SignIn { org, email },
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
            "It was used already, replaced by a newer one, or is older than 24 hours; or what it was made for has changed.",
            "Ask whoever gave it to you for a new one.",
        ]
    };
    Link::Dead { heading: heading.to_owned(), reason: reason.to_owned(), ask: ask.to_owned() }
}

/// `POST /links`.
///
/// # Errors
/// `Unavailable` if too many passwords are hashed at once, and if the database fails.
pub async fn act(site: Site, session: Session, form: Form) -> Answer {
    let (opened, frame) = look(&site).await?;
    let used = match (&opened, carried(&site)) {
        (Opened::SetPassword(guest), Some(token)) => set_password(&site, &form, guest, token).await,
        (Opened::Accept { .. }, Some(token)) => {
            let browser = browser::of(&site);
            site.write_own(Act::ChangeAccount, &form, move |conn, actor| actions::accept(conn, actor, &token, &browser))
                .await
        }
        (Opened::Dead, _) => {
            let origin = site.origin(&form);
            site.state().access.read_as_visitor(origin, actions::refuse_repeated).await.map(|()| None)
        }
        _ => return answer(&site, opened, frame, Filled::new()),
    };
    let acted = matches!(used, Ok(Some(_)) | Err(Error::Invalid(_)));
    if let Some((org, slug)) = if acted { None } else { joined_before(&site, &form).await? } {
        return Ok(site.see_with(&format!("/orgs/{slug}"), format!("You belong to {org} already."), ""));
    }
    match used {
        Ok(Some(used)) => finish(&site, &session, &used).await,
        Ok(None) => answer(&site, Opened::Dead, frame, Filled::new()),
        Err(Error::Invalid(fields)) => answer(&site, opened, frame, with_errors(Filled::new(), &fields)),
        Err(Error::Repeated(_)) => Ok(site.see("/")),
        Err(error) => Err(error),
    }
}

async fn joined_before(site: &Site, form: &Form) -> Result<Option<(String, String)>> {
    let Some((person, sent)) = UserId::parse(form.text("person")).zip(form.operation()) else { return Ok(None) };
    let read = site.state().access.db().read(move |conn| actions::joined_before(conn, person, &sent));
    read.await.map_err(Error::after_change)
}

async fn set_password(site: &Site, form: &Form, guest: &Guest, token: Token) -> Result<Option<Used>> {
    let org = guest.org.as_deref().unwrap_or("");
    let typed = Password::parse("password", form.raw("password"), &[&guest.email, &guest.name, org])?;
    let (origin, browser) = (site.origin(form), browser::of(site));
    let hash = browser::place(site, &browser)?.hash(typed).await?;
    let set = move |conn: &mut _, actor: &_| actions::set_password(conn, actor, &token, &hash, &browser);
    site.state().access.write_as_visitor(Act::UseLink, origin, set).await
}

async fn finish(site: &Site, session: &Session, used: &Used) -> Answer {
    let mut response = match (&used.admitted, &used.org) {
        (Admitted::Code(pending), org) => {
            let next = org.as_ref().map(|(_, slug)| format!("/orgs/{slug}"));
            code::ask(site, *pending, next.as_deref().and_then(ReturnPath::parse).as_ref(), "")?
        }
        (Admitted::In(key), org) => {
            session_cookie::begin(session, key.reveal())?;
            let mut response = welcome(site, org.as_ref());
            device::remember(site, key, &mut response).await;
            response
        }
    };
    set_token(site, &mut response, String::new())?;
    Ok(response)
}

fn welcome(site: &Site, org: Option<&(String, String)>) -> HttpResponse {
    match org {
        Some((org, slug)) => site.see_with(&format!("/orgs/{slug}"), format!("You have joined {org}."), ""),
        None => site.see_with("/profile", "Your password is set.", "Every other session of yours has ended."),
    }
}
