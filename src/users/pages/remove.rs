//! Remove a user: the page that asks before it happens.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::{Affected, UserPath, affected, number, of_keys, titled, user_id, when};
use crate::access::OrgScope;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::users::actions;
use crate::users::membership::Membership;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};
use crate::web::when::When;

/// `GET` and `POST /orgs/{slug}/users/{id}/remove`.
#[derive(Template)]
#[template(path = "users/remove.html")]
pub struct ConfirmRemovePage {
    /// The frame.
    pub frame: Frame,
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// When they last opened this org.
    pub last_seen: Option<When>,
    /// The keys that are deleted, the newest first; 50 are enough.
    pub keys: Vec<RemoveKey>,
    /// How many those are.
    pub keys_total: u64,
    /// No fields; for what forbids it, about the whole form.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// A key that goes along.
pub struct RemoveKey {
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// When it was last accepted.
    pub last_used: Option<When>,
}

/// `GET /orgs/{slug}/users/{id}/remove`.
pub async fn confirm(site: Site, path: UserPath) -> Answer {
    let (slug, id) = path.into_inner();
    let (found, frame) = affected(&site, &slug, user_id(&id)?).await?;
    Ok(html(StatusCode::OK, &page(frame, found, Filled::new())?))
}

/// `POST /orgs/{slug}/users/{id}/remove`.
pub async fn remove(site: Site, path: UserPath, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    let change = move |conn: &mut Conn, scope: &OrgScope| {
        let own = scope.actor().user() == Some(user);
        Ok((actions::remove(conn, scope, user)?, own))
    };
    match site.write(&slug, &form, change).await {
        Ok((membership, own)) => Ok(told(&site, &slug, &membership, own)),
        Err(Error::Repeated(_)) => Ok(site.see(&format!("/orgs/{slug}/users"))),
        Err(error) => refused(&site, &slug, user, error).await,
    }
}

fn told(site: &Site, slug: &str, membership: &Membership, own: bool) -> HttpResponse {
    let at = if own { "/orgs".to_owned() } else { format!("/orgs/{slug}/users") };
    let verb = if membership.keys == 1 { "is deleted" } else { "are deleted" };
    site.see_with(&at, format!("{} is removed.", membership.name), of_keys(membership.keys, verb))
}

async fn refused(site: &Site, slug: &str, user: UserId, error: Error) -> Answer {
    let Error::Invalid(errors) = error else { return Err(error) };
    let form = errors.into_iter().fold(Filled::new(), |form, error| form.wrong("", error.message + "."));
    let (found, frame) = affected(site, slug, user).await?;
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page(frame, found, form)?))
}

fn page(frame: Frame, found: Affected, form: Filled) -> Result<ConfirmRemovePage> {
    let Affected { membership, keys } = found;
    let keys = keys.into_iter().map(|held| RemoveKey {
        name: held.key.name,
        access_key: held.key.access_key.to_string(),
        last_used: held.last_used.map(when),
    });
    Ok(ConfirmRemovePage {
        frame: titled(frame, format!("Remove {}?", membership.name)),
        id: membership.user.number(),
        name: membership.name.to_string(),
        email: membership.email.to_string(),
        last_seen: membership.last_seen_at.map(when),
        keys: keys.collect(),
        keys_total: number(membership.keys),
        form,
        operation_id: operation_id()?,
    })
}
