//! The one-time link of a user, shown once to the admin who made it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::{UserPath, titled, user_id};
use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::Error;
use crate::id::UserId;
use crate::links::model::Token;
use crate::users::actions;
use crate::users::membership::Membership;
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::Site;

/// The answer to a POST that made a link: a new user, a new invitation link, a new password link. Not to be stored.
#[derive(Template)]
#[template(path = "users/invited.html")]
pub struct InvitedPage {
    /// The frame.
    pub frame: Frame,
    /// User ID of the person.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// The whole address; none when the page is loaded again, because only its hash was kept.
    pub link: Option<String>,
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// To join the org.
    Invitation,
    /// To set a new password.
    Password,
}

impl LinkPurpose {
    fn of(invitation: bool) -> Self {
        if invitation { Self::Invitation } else { Self::Password }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Invitation => "invitation link",
            Self::Password => "password link",
        }
    }
}

/// `POST /orgs/{slug}/users/{id}/link`.
pub async fn new_link(site: Site, path: UserPath, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    let make = move |conn: &mut Conn, scope: &OrgScope| {
        Ok((actions::new_link(conn, scope, user)?, actions::membership(conn, scope, user)?))
    };
    match site.write_and_show(&slug, Act::ManageUsers, &form, make).await {
        Ok(((made, person), frame)) => {
            Ok(page(&site, frame, &person, LinkPurpose::of(made.invitation), Some(&made.token)))
        }
        Err(Error::Repeated(_)) => repeated(&site, &slug, user).await,
        Err(error) => Err(error),
    }
}

/// The page that says a link was made before.
pub(super) async fn repeated(site: &Site, slug: &str, user: UserId) -> Answer {
    let read = site.read(slug, move |conn, scope| actions::membership(conn, scope, user)).await;
    let (person, frame) = read.map_err(Error::after_change)?;
    Ok(page(site, frame, &person, LinkPurpose::of(person.accepted_at.is_none()), None))
}

/// The page with a link that was just made, or that says it was made before.
pub(super) fn page(
    site: &Site,
    frame: Frame,
    person: &Membership,
    purpose: LinkPurpose,
    token: Option<&Token>,
) -> HttpResponse {
    let link = token.map(|token| format!("{}{}", site.state().public_url, token.path()));
    let title = if link.is_some() { "Pass this link on" } else { "The link was made already" };
    let page = InvitedPage {
        frame: titled(frame, title),
        id: person.user.number(),
        name: person.name.to_string(),
        email: person.email.to_string(),
        purpose,
        link,
    };
    html(StatusCode::OK, &page)
}
