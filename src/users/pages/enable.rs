//! Enable a user: the page that asks before it happens.

use actix_web::HttpResponse;

use super::confirm::{self, What};
use super::{UserPath, edit_path, of_keys, user_id};
use crate::access::Act;
use crate::error::Error;
use crate::users::actions::{self, Switched};
use crate::web::Answer;
use crate::web::form::{Form, Query};
use crate::web::site::Site;

/// `GET /orgs/{slug}/users/{id}/enable`.
pub async fn confirm(site: Site, path: UserPath, query: Query) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    let (found, frame) = confirm::find(&site, &slug, user).await?;
    if found.membership.enabled {
        let told = format!("{} is enabled already.", found.membership.name);
        return Ok(site.see_with(&edit_path(&slug, user), told, ""));
    }
    confirm::ask(What::Enable, found, frame, query.text("then"))
}

/// `POST /orgs/{slug}/users/{id}/enable`.
pub async fn enable(site: Site, path: UserPath, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    match site.write(&slug, Act::ManageUsers, &form, move |conn, scope| actions::enable(conn, scope, user)).await {
        Ok(switched) => Ok(told(&site, &slug, &switched, &form)),
        Err(Error::Repeated(_)) => Ok(site.see(&edit_path(&slug, user))),
        Err(error) => confirm::refused(&site, &slug, user, What::Enable, &form, error).await,
    }
}

fn told(site: &Site, slug: &str, switched: &Switched, form: &Form) -> HttpResponse {
    let membership = &switched.membership;
    let at = confirm::next(slug, membership.user, form);
    if !switched.changed {
        return site.see_with(&at, format!("{} is enabled already.", membership.name), "");
    }
    let rest = match membership.account_enabled {
        true => of_keys(membership.keys, "work again"),
        false => {
            "Their account is still disabled, so they cannot sign in yet, and none of their keys works.".to_owned()
        }
    };
    confirm::done(site, &at, format!("{} is enabled again.", membership.name), &rest, switched)
}
