//! Take an admin's rights from a user: the page that asks before it happens.

use actix_web::HttpResponse;

use super::confirm::{self, What};
use super::{UserPath, edit_path, user_id};
use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::Error;
use crate::users::actions::{self, Switched};
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::site::Site;

/// `GET /orgs/{slug}/users/{id}/demote`.
pub async fn confirm(site: Site, path: UserPath) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    let (found, frame) = confirm::find(&site, &slug, user).await?;
    if !found.membership.admin {
        let told = format!("{} is no admin.", found.membership.name);
        return Ok(site.see_with(&edit_path(&slug, user), told, ""));
    }
    confirm::ask(What::Demote, found, frame, "")
}

/// `POST /orgs/{slug}/users/{id}/demote`.
pub async fn demote(site: Site, path: UserPath, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let (user, also) = (user_id(&id)?, confirm::also(&form));
    let change = move |conn: &mut Conn, scope: &OrgScope| {
        let own = scope.actor().user() == Some(user);
        Ok((actions::demote(conn, scope, user, &also?)?, own))
    };
    match site.write(&slug, Act::DemoteUser, &form, change).await {
        Ok((switched, own)) => Ok(told(&site, &slug, &switched, own)),
        Err(Error::Repeated(_)) => Ok(site.see(&format!("/orgs/{slug}"))),
        Err(error) => confirm::refused(&site, &slug, user, What::Demote, &form, error).await,
    }
}

fn told(site: &Site, slug: &str, switched: &Switched, own: bool) -> HttpResponse {
    let membership = &switched.membership;
    // who demoted themselves can open no page of an admin
    let at = if own { "/profile".to_owned() } else { edit_path(slug, membership.user) };
    if !switched.changed {
        return site.see_with(&at, format!("{} is no admin.", membership.name), "");
    }
    let died = membership.accepted_at.is_none();
    let rest = if died { "The invitation link you passed on no longer works; create a new one." } else { "" };
    confirm::done(site, &at, format!("{} is no longer an admin.", membership.name), rest, switched)
}
