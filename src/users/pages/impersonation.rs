//! The impersonation that a session is in: as whom, whether it still stands, and its end.

use actix_web::http::StatusCode;
use askama::Template;

use super::edit_path;
use crate::access::Act;
use crate::users::actions;
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::Site;

/// `GET /impersonation`.
#[derive(Template)]
#[template(path = "users/impersonation.html")]
pub struct ImpersonationPage {
    /// The frame, without org; once it has ended, its person is the one who impersonated.
    pub frame: Frame,
    /// First and last name of whom they act as.
    pub name: String,
    /// The org where they do.
    pub org: String,
    /// Its short name in addresses.
    pub slug: String,
    /// Why it has ended; none while it stands.
    pub ended: Option<&'static str>,
}

/// `GET /impersonation`. Who acts as nobody else has nothing to see here.
pub async fn show(site: Site) -> Answer {
    let (found, frame) = site.read_behind(actions::impersonation).await?;
    let Some(found) = found else { return Ok(site.see("/")) };
    let title = if found.ended.is_some() { "The impersonation has ended" } else { "Impersonation" };
    let page = ImpersonationPage {
        // what the banner says stands on the page itself
        frame: Frame { title: title.to_owned(), assumed: None, ..frame },
        name: found.target.name,
        org: found.org.name,
        slug: found.org.slug,
        ended: found.ended,
    };
    Ok(html(StatusCode::OK, &page))
}

/// `POST /impersonation/stop`: back to oneself, at the page of whom one acted as.
pub async fn stop(site: Site, form: Form) -> Answer {
    let Some(found) = site.write_behind(Act::EndSession, &form, actions::stop_impersonating).await? else {
        return Ok(site.see("/"));
    };
    let told = format!("You no longer act as {}.", found.target.name);
    let to = match found.ended {
        None => edit_path(&found.org.slug, found.target.id),
        // what ended it may have closed that page
        Some(_) => "/".to_owned(),
    };
    Ok(site.see_with(&to, told, "You are yourself again."))
}
