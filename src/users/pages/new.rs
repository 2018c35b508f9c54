//! New user.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::invited::{self, LinkPurpose};
use super::titled;
use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::id::UserId;
use crate::links::model::Token;
use crate::users::actions::{self, NewUser};
use crate::users::membership::Membership;
use crate::users::model::{Email, Name};
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};

/// `GET /orgs/{slug}/users/new`, and `POST /orgs/{slug}/users` when something was wrong.
#[derive(Template)]
#[template(path = "users/new.html")]
pub struct NewUserPage {
    /// The frame.
    pub frame: Frame,
    /// Fields `first`, `last`, `email`, `role` (`user` or `admin`; `user` if it is empty).
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
    /// The user of this org who has the email address that was typed.
    pub known: Option<KnownUser>,
}

/// A user whom an admin tried to add once more.
pub struct KnownUser {
    /// User ID.
    pub id: i64,
    /// First and last name, as the org shows it.
    pub name: String,
    /// Whether they have not accepted the invitation yet, and a new link would work.
    pub invited: bool,
}

/// `GET /orgs/{slug}/users/new`.
pub async fn new(site: Site, slug: web::Path<String>) -> Answer {
    show(&site, &slug, StatusCode::OK, Filled::new().with("role", "user"), None).await
}

/// `POST /orgs/{slug}/users`.
pub async fn create(site: Site, slug: web::Path<String>, form: Form) -> Answer {
    let made = match parse(&form) {
        Ok(new) => {
            site.write_and_show(&slug, Act::ManageUsers, &form, move |conn, scope| invite(conn, scope, &new)).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(((token, person), frame)) => Ok(invited::page(&site, frame, &person, LinkPurpose::Invitation, Some(&token))),
        Err(Error::Repeated(outcome)) => invited::repeated(&site, &slug, UserId::new(outcome.id)).await,
        Err(Error::Invalid(errors)) => {
            let filled = errors.into_iter().fold(form.filled(&[]), |form, e| form.wrong(e.field, e.message));
            let email = Email::parse(form.text("email")).ok();
            show(&site, &slug, StatusCode::UNPROCESSABLE_ENTITY, filled, email).await
        }
        Err(error) => Err(error),
    }
}

fn invite(conn: &mut Conn, scope: &OrgScope, new: &NewUser) -> Result<(Token, Membership)> {
    let made = actions::invite(conn, scope, new)?;
    Ok((made.token, actions::membership(conn, scope, made.user)?))
}

/// `refused` is the email address that was typed into a form that comes back.
async fn show(site: &Site, slug: &str, status: StatusCode, form: Filled, refused: Option<Email>) -> Answer {
    let read = move |conn: &mut Conn, scope: &OrgScope| {
        scope.require(Act::ManageUsers)?;
        Ok(refused.map(|email| actions::of_email(conn, scope, &email)).transpose()?.flatten())
    };
    let (known, frame) = site.read(slug, read).await?;
    let known = known.map(KnownUser::from);
    Ok(html(status, &NewUserPage { frame: titled(frame, "New user"), form, operation_id: operation_id()?, known }))
}

impl From<Membership> for KnownUser {
    fn from(membership: Membership) -> KnownUser {
        KnownUser {
            id: membership.user.number(),
            name: membership.name.to_string(),
            invited: membership.accepted_at.is_none() && membership.link_obstacle().is_none(),
        }
    }
}

fn parse(form: &Form) -> Result<NewUser> {
    let mut errors = FieldErrors::new();
    let name = errors.take(Name::parse(form.text("first"), form.text("last")));
    let email = errors.take(Email::parse(form.text("email")));
    errors.finish()?;
    let (Some(name), Some(email)) = (name, email) else { return Err(Error::unexpected("a value without its error")) };
    Ok(NewUser { name, email, admin: form.text("role") == "admin" })
}
