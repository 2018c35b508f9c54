//! Saving Edit User. What was typed comes back with what is wrong with it, or beside what somebody else made of it meanwhile.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::edit::{self, ConflictRow, EditUserPage, Found};
use super::{UserPath, edit_path, user_id};
use crate::access::Act;
use crate::error::{Error, FieldErrors, Result};
use crate::id::UserId;
use crate::paging::Cursor;
use crate::users::actions;
use crate::users::actions::edit::{Saved, Wanted, save as act};
use crate::users::membership::{Membership, Version};
use crate::users::model::{Email, Name};
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::{Form, Query};
use crate::web::page::html;
use crate::web::site::Site;

/// `POST /orgs/{slug}/users/{id}`.
pub async fn save(site: Site, path: UserPath, form: Form) -> Answer {
    let (slug, id) = path.into_inner();
    let user = user_id(&id)?;
    let saved = match parse(&form) {
        Ok(wanted) => {
            site.write(&slug, Act::ManageUsers, &form, move |conn, scope| act(conn, scope, user, &wanted)).await
        }
        Err(wrong) => Err(edit::find(&site, &slug, user, Cursor::First).await.err().unwrap_or(wrong)),
    };
    match saved {
        Ok(saved) => Ok(told(&site, &slug, user, &saved, &form)),
        Err(Error::Repeated(_)) => repeated(&site, &slug, user).await,
        Err(error) => again(&site, &slug, user, &form, error).await,
    }
}

/// The answer to a form that was sent twice: what the first one did is read, as its answer may not have been seen.
async fn repeated(site: &Site, slug: &str, user: UserId) -> Answer {
    let read = site.read(slug, move |conn, scope| actions::membership(conn, scope, user));
    let (membership, _) = read.await.map_err(Error::after_change)?;
    let role = if membership.admin { "They are an admin of this org." } else { "They are no admin of this org." };
    Ok(site.see_with(&edit_path(slug, user), format!("{} is saved.", membership.name), role))
}

fn parse(form: &Form) -> Result<Wanted> {
    let version = Version::parse(form.text("version"));
    let version = version.ok_or_else(|| Error::Malformed("The form lacks what it was filled from".into()))?;
    let person = if form.has("first") || form.has("last") || form.has("email") { Some(person(form)?) } else { None };
    Ok(Wanted { version, person, admin: form.ticked("admin") })
}

fn person(form: &Form) -> Result<(Name, Email)> {
    let mut errors = FieldErrors::new();
    let name = errors.take(Name::parse(form.text("first"), form.text("last")));
    let email = errors.take(Email::parse(form.text("email")));
    errors.finish()?;
    name.zip(email).ok_or_else(|| Error::unexpected("a value without its error"))
}

/// A box that says Enabled otherwise than the database, or no longer Admin, leads to the page that asks about it; if both do, to one
/// after the other.
fn told(site: &Site, slug: &str, user: UserId, saved: &Saved, form: &Form) -> HttpResponse {
    let demotes = saved.admin && !form.ticked("admin");
    let then = if demotes { "?then=demote" } else { "" };
    let at = match (saved.enabled, form.ticked("enabled")) {
        (true, false) => format!("/orgs/{slug}/users/{user}/disable{then}"),
        (false, true) => format!("/orgs/{slug}/users/{user}/enable{then}"),
        _ if demotes => format!("/orgs/{slug}/users/{user}/demote"),
        _ => edit_path(slug, user),
    };
    let asks = demotes || saved.enabled != form.ticked("enabled");
    let link =
        if saved.link_died { "The invitation link you passed on no longer works; create a new one." } else { "" };
    match (saved.changed, asks) {
        (true, _) if saved.promoted => {
            let details = if saved.renamed { "The other changes are saved too." } else { "" };
            site.see_with(&at, format!("{} is now an admin.", saved.name), [details, link].join(" ").trim())
        }
        (true, _) => site.see_with(&at, format!("{} is saved.", saved.name), link),
        (false, true) => site.see(&at),
        (false, false) => site.see_with(&at, "Nothing changed.", ""),
    }
}

/// The page once more, with all that was typed.
async fn again(site: &Site, slug: &str, user: UserId, form: &Form, error: Error) -> Answer {
    let status = match &error {
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Conflict(_) => StatusCode::CONFLICT,
        _ => return Err(error),
    };
    let (found, frame) = edit::find(site, slug, user, Cursor::First).await?;
    let conflict =
        if status == StatusCode::CONFLICT { differences(form, &found.looked.membership) } else { Vec::new() };
    if status == StatusCode::CONFLICT && conflict.is_empty() {
        return Ok(site.see_with(&edit_path(slug, user), "Nothing changed.", "Somebody else saved the same."));
    }
    let filled = typed(form, &found, error);
    let page = edit::page(frame, found, filled, &Query::default())?;
    Ok(html(status, &EditUserPage { conflict, ..page }))
}

fn typed(form: &Form, found: &Found, error: Error) -> Filled {
    let mut filled = form.filled(&[]);
    if found.looked.locked.is_some() {
        filled = edit::person(filled, &found.looked.membership);
    }
    let Error::Invalid(errors) = error else { return filled };
    errors.into_iter().fold(filled, |filled, error| filled.wrong(error.field, error.message))
}

/// What the form says otherwise than the database.
fn differences(form: &Form, now: &Membership) -> Vec<ConflictRow> {
    let yes = |on: bool| if on { "Yes" } else { "No" };
    let mut rows = vec![
        ("Enabled", yes(form.ticked("enabled")), yes(now.enabled)),
        ("Admin of this org", yes(form.ticked("admin")), yes(now.admin)),
    ];
    if form.has("first") {
        let person = [
            ("First name", form.text("first"), now.name.first()),
            ("Last name", form.text("last"), now.name.last()),
            ("Email address", form.text("email"), now.email.as_str()),
        ];
        rows.splice(0..0, person);
    }
    let row = |(field, yours, now): (&str, &str, &str)| ConflictRow {
        field: field.to_owned(),
        yours: yours.to_owned(),
        now: now.to_owned(),
    };
    rows.into_iter().filter(|(_, yours, now)| yours != now).map(row).collect()
}
