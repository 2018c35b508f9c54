//! Remove a user: the page that asks before it happens.

use actix_web::HttpResponse;

use super::confirm::{self, What};
use super::{UserPath, of_keys, user_id};
use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::Error;
use crate::users::actions::{self, Switched};
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::site::Site;

/// `GET /orgs/{slug}/users/{id}/remove`.
pub async fn confirm(site: Site, path: UserPath) -> Answer {
    let (slug, id) = path.into_inner();
    let (found, frame) = confirm::find(&site, &slug, user_id(&id)?).await?;
    confirm::ask(What::Remove, found, frame, "")
}

/// `POST /orgs/{slug}/users/{id}/remove`.
pub async fn remove(site: Site, path: UserPath, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let (user, also) = (user_id(&id)?, confirm::also(&form));
    let change = move |conn: &mut Conn, scope: &OrgScope| {
        let own = scope.actor().user() == Some(user);
        Ok((actions::remove(conn, scope, user, &also?)?, own))
    };
    match site.write(&slug, Act::RemoveUser, &form, change).await {
        Ok((switched, own)) => Ok(told(&site, &slug, &switched, own)),
        Err(Error::Repeated(_)) => Ok(site.see(&format!("/orgs/{slug}/users"))),
        Err(error) => confirm::refused(&site, &slug, user, What::Remove, &form, error).await,
    }
}

fn told(site: &Site, slug: &str, switched: &Switched, own: bool) -> HttpResponse {
    let membership = &switched.membership;
    let at = if own { "/orgs".to_owned() } else { format!("/orgs/{slug}/users") };
    let verb = if membership.keys == 1 { "no longer works" } else { "no longer work" };
    let rest = of_keys(membership.keys, verb);
    confirm::done(site, &at, format!("{} is removed.", membership.name), &rest, switched)
}
