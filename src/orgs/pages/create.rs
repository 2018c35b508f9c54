//! Making an org, for a super admin: the answer to the form of the org page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::choose;
use crate::access::{Act, Actor};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::id::OrgId;
use crate::links::model::Token;
use crate::orgs::actions::{self, Created, NewOrg};
use crate::orgs::model::{Org, OrgName, Slug};
use crate::users::model::Email;
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::Site;

/// The answer to `POST /orgs` for an org that somebody else will run. Not to be stored.
#[derive(Template)]
#[template(path = "orgs/created.html")]
pub struct OrgCreatedPage {
    /// The frame, without org.
    pub frame: Frame,
    /// The org's name.
    pub org: String,
    /// Its short name in addresses.
    pub slug: String,
    /// Who will run it.
    pub email: String,
    /// The whole address of the invitation; none when the page is loaded again, because only its hash was kept.
    pub link: Option<String>,
}

/// `POST /orgs`.
pub async fn create(site: Site, form: Form) -> Answer {
    let made = match site.judge_own(Act::ManageOrgs, parse(&form)).await {
        Ok(new) => {
            site.write_own_and_show(Act::ManageOrgs, &form, move |conn, actor| actions::create(conn, actor, &new)).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok((Created { org, invited: None }, _)) => Ok(welcome(&site, &org)),
        Ok((Created { org, invited: Some(invited) }, frame)) => {
            Ok(page(&site, frame, org, form.text("email"), Some(&invited.token)))
        }
        Err(Error::Repeated(outcome)) => repeated(&site, OrgId::new(outcome.id), form.text("email")).await,
        Err(Error::Invalid(errors)) => {
            let filled = errors.into_iter().fold(form.filled(&[]), |form, e| form.wrong(e.field, e.message));
            choose::refused(&site, filled).await
        }
        Err(error) => Err(error),
    }
}

fn parse(form: &Form) -> Result<NewOrg> {
    let mut errors = FieldErrors::new();
    let name = errors.take(OrgName::parse("name", form.text("name")));
    let slug = name.as_ref().and_then(|name| errors.take(Slug::parse(form.text("slug"), name)));
    let admin = errors.take(Email::parse(form.text("email")));
    errors.finish()?;
    let (Some(name), Some(slug), Some(admin)) = (name, slug, admin) else {
        return Err(Error::unexpected("a value without its error"));
    };
    Ok(NewOrg { name, slug, admin })
}

fn welcome(site: &Site, org: &Org) -> HttpResponse {
    site.see_with(&format!("/orgs/{}", org.slug), format!("{} is made.", org.name), "You are its first admin.")
}

async fn repeated(site: &Site, id: OrgId, email: &str) -> Answer {
    let read = move |conn: &mut Conn, actor: &Actor| {
        Ok((actions::made_before(conn, actor, id)?, actor.person()?.email.clone()))
    };
    let ((org, own), frame) = site.read_own(read).await.map_err(Error::after_change)?;
    Ok(if email.eq_ignore_ascii_case(&own) { welcome(site, &org) } else { page(site, frame, org, email, None) })
}

fn page(site: &Site, frame: Frame, org: Org, email: &str, token: Option<&Token>) -> HttpResponse {
    let link = token.map(|token| format!("{}{}", site.state().public_url, token.path()));
    let title = if link.is_some() { "Pass this link on" } else { "The org was made already" };
    let frame = Frame { title: title.to_owned(), ..frame };
    let page = OrgCreatedPage { frame, org: org.name, slug: org.slug, email: email.to_owned(), link };
    html(StatusCode::OK, &page)
}
