//! Disable a user: the page that asks before it happens.

use actix_web::HttpResponse;

use super::confirm::{self, What};
use super::{UserPath, edit_path, of_keys, user_id};
use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::Error;
use crate::users::actions::{self, Switched};
use crate::web::Answer;
use crate::web::form::{Form, Query};
use crate::web::site::Site;

/// `GET /orgs/{slug}/users/{id}/disable`.
pub async fn confirm(site: Site, path: UserPath, query: Query) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    let (found, frame) = confirm::find(&site, &slug, user).await?;
    if !found.membership.enabled {
        let told = format!("{} is disabled already.", found.membership.name);
        return Ok(site.see_with(&edit_path(&slug, user), told, ""));
    }
    confirm::ask(What::Disable, found, frame, query.text("then"))
}

/// `POST /orgs/{slug}/users/{id}/disable`.
pub async fn disable(site: Site, path: UserPath, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let (user, also) = (user_id(&id)?, confirm::also(&form));
    let change = move |conn: &mut Conn, scope: &OrgScope| {
        let own = scope.actor().user() == Some(user);
        Ok((actions::disable(conn, scope, user, &also?)?, own))
    };
    match site.write(&slug, Act::DisableUser, &form, change).await {
        Ok((switched, own)) => Ok(told(&site, &slug, &switched, own, &form)),
        Err(Error::Repeated(_)) => Ok(site.see(&edit_path(&slug, user))),
        Err(error) => confirm::refused(&site, &slug, user, What::Disable, &form, error).await,
    }
}

fn told(site: &Site, slug: &str, switched: &Switched, own: bool, form: &Form) -> HttpResponse {
    let membership = &switched.membership;
    // who disabled themselves can open no page of the org
    let at = if own { "/orgs".to_owned() } else { confirm::next(slug, membership.user, form) };
    if !switched.changed {
        return site.see_with(&at, format!("{} is disabled already.", membership.name), "");
    }
    let rest = of_keys(membership.keys, "stopped working");
    confirm::done(site, &at, format!("{} is disabled.", membership.name), &rest, switched)
}
