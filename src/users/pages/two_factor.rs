//! Resetting a user's two-factor sign-in: the page that asks before it happens.

use actix_web::http::StatusCode;
use askama::Template;

use super::{UserPath, edit_path, titled, user_id};
use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::Error;
use crate::users::actions;
use crate::users::membership::Membership;
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::page::{Badge, Frame, Tone, html};
use crate::web::site::{Site, operation_id};

/// `GET /orgs/{slug}/users/{id}/two-factor`.
#[derive(Template)]
#[template(path = "users/two_factor.html")]
pub struct ConfirmResetPage {
    /// The frame.
    pub frame: Frame,
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Whether the org requires two-factor sign-in.
    pub required: bool,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// Whether a user has it on, as a word and a shape; nothing of somebody who has not accepted the invitation.
pub(super) fn badge(membership: &Membership) -> Option<Badge> {
    let badge = if membership.two_factor {
        Badge { word: "On", tone: Tone::Ok }
    } else {
        Badge { word: "Off", tone: Tone::Off }
    };
    membership.accepted_at.map(|_| badge)
}

/// `GET /orgs/{slug}/users/{id}/two-factor`.
pub async fn confirm(site: Site, path: UserPath) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    let read = move |conn: &mut Conn, scope: &OrgScope| {
        Ok((actions::look(conn, scope, user)?, scope.org().requires_two_factor))
    };
    let ((looked, required), frame) = site.read(&slug, read).await?;
    if looked.own {
        return Ok(site.see("/profile/two-factor"));
    }
    if let Some(why) = looked.locked {
        return Err(Error::Forbidden(why.trim_end_matches('.').into()));
    }
    let membership = looked.membership;
    if !membership.two_factor {
        return Ok(site.see_with(&edit_path(&slug, user), off_already(&membership), ""));
    }
    let page = ConfirmResetPage {
        frame: titled(frame, format!("Reset two-factor sign-in of {}?", membership.name)),
        id: membership.user.number(),
        name: membership.name.to_string(),
        email: membership.email.to_string(),
        required,
        operation_id: operation_id()?,
    };
    Ok(html(StatusCode::OK, &page))
}

fn off_already(membership: &Membership) -> String {
    format!("Two-factor sign-in of {} is off already.", membership.name)
}

/// `POST /orgs/{slug}/users/{id}/two-factor`.
pub async fn reset(site: Site, path: UserPath, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    let at = edit_path(&slug, user);
    match site
        .write(&slug, Act::ManageUsers, &form, move |conn, scope| actions::reset_two_factor(conn, scope, user))
        .await
    {
        Ok(reset) if reset.changed => {
            let bold = format!("Two-factor sign-in of {} is off.", reset.membership.name);
            Ok(site.see_with(&at, bold, "Their sessions are ended."))
        }
        Ok(reset) => Ok(site.see_with(&at, off_already(&reset.membership), "")),
        Err(Error::Repeated(_)) => Ok(site.see(&at)),
        Err(error) => Err(error),
    }
}
