//! Disable a user: the page that asks before it happens.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::{Affected, UserPath, affected, edit_path, number, of_keys, titled, user_id, when};
use crate::access::OrgScope;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::users::actions;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};
use crate::web::when::When;

/// `GET` and `POST /orgs/{slug}/users/{id}/disable`.
#[derive(Template)]
#[template(path = "users/disable.html")]
pub struct ConfirmDisablePage {
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
    /// The keys that stop working, the newest first; 50 are enough.
    pub keys: Vec<DisableKey>,
    /// How many those are.
    pub keys_total: u64,
    /// No fields; for what forbids it, about the whole form.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// A key that goes along.
pub struct DisableKey {
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// When it was last accepted.
    pub last_used: Option<When>,
}

/// `GET /orgs/{slug}/users/{id}/disable`.
pub async fn confirm(site: Site, path: UserPath) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    let (found, frame) = affected(&site, &slug, user).await?;
    if !found.membership.enabled {
        return Ok(site.see_with(
            &edit_path(&slug, user),
            format!("{} is disabled already.", found.membership.name),
            "",
        ));
    }
    Ok(html(StatusCode::OK, &page(frame, found, Filled::new())?))
}

/// `POST /orgs/{slug}/users/{id}/disable`.
pub async fn disable(site: Site, path: UserPath, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    let change = move |conn: &mut Conn, scope: &OrgScope| {
        let own = scope.actor().user() == Some(user);
        Ok((actions::set_enabled(conn, scope, user, false)?, own))
    };
    match site.write(&slug, &form, change).await {
        Ok((switched, own)) => Ok(told(&site, &slug, &switched, own)),
        Err(Error::Repeated(_)) => Ok(site.see(&edit_path(&slug, user))),
        Err(error) => refused(&site, &slug, user, error).await,
    }
}

fn told(site: &Site, slug: &str, switched: &actions::Switched, own: bool) -> HttpResponse {
    let membership = &switched.membership;
    // who disabled themselves can open no page of the org
    let at = if own { "/orgs".to_owned() } else { edit_path(slug, membership.user) };
    if switched.changed {
        let rest = of_keys(membership.keys, "stopped working");
        site.see_with(&at, format!("{} is disabled.", membership.name), rest)
    } else {
        site.see_with(&at, format!("{} is disabled already.", membership.name), "")
    }
}

async fn refused(site: &Site, slug: &str, user: UserId, error: Error) -> Answer {
    let Error::Invalid(errors) = error else { return Err(error) };
    let form = errors.into_iter().fold(Filled::new(), |form, error| form.wrong("", error.message + "."));
    let (found, frame) = affected(site, slug, user).await?;
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page(frame, found, form)?))
}

fn page(frame: Frame, found: Affected, form: Filled) -> Result<ConfirmDisablePage> {
    let Affected { membership, keys } = found;
    let keys = keys.into_iter().map(|held| DisableKey {
        name: held.key.name,
        access_key: held.key.access_key.to_string(),
        last_used: held.last_used.map(when),
    });
    Ok(ConfirmDisablePage {
        frame: titled(frame, format!("Disable {}?", membership.name)),
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
