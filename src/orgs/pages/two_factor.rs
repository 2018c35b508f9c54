//! Whether an org requires two-factor sign-in.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use crate::access::Act;
use crate::error::{Error, Result};
use crate::orgs::actions;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Badge, Frame, Tone, html};
use crate::web::site::{Site, operation_id};

/// `GET /orgs/{slug}/two-factor`, and `POST` when it may not be changed.
#[derive(Template)]
#[template(path = "orgs/two_factor.html")]
pub struct OrgTwoFactorPage {
    /// The frame.
    pub frame: Frame,
    /// Whether every session here needs a second factor.
    pub required: bool,
    /// Whether the admin's own session has one.
    pub own: bool,
    /// No fields; for what forbids it, about the whole form.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

impl OrgTwoFactorPage {
    fn badge(&self) -> Badge {
        required_badge(self.required)
    }
}

/// The rule as a word and a shape.
pub(super) fn required_badge(required: bool) -> Badge {
    if required { Badge { word: "Required", tone: Tone::Ok } } else { Badge { word: "Not required", tone: Tone::Off } }
}

/// `GET /orgs/{slug}/two-factor`.
pub async fn show(site: Site, slug: web::Path<String>) -> Answer {
    Ok(html(StatusCode::OK, &page(&site, &slug, Filled::new()).await?))
}

async fn page(site: &Site, slug: &str, form: Filled) -> Result<OrgTwoFactorPage> {
    let ((required, own), frame) = site.read(slug, actions::two_factor_rule).await?;
    let frame = Frame { title: "Two-factor sign-in".to_owned(), ..frame };
    Ok(OrgTwoFactorPage { frame, required, own, form, operation_id: operation_id()? })
}

/// `POST /orgs/{slug}/two-factor`.
pub async fn change(site: Site, slug: web::Path<String>, form: Form) -> Answer {
    let required = form.ticked("required");
    let change = move |conn: &mut _, scope: &_| actions::require_two_factor(conn, scope, required);
    match site.write(&slug, Act::ManageUsers, &form, change).await {
        Ok(_) | Err(Error::Repeated(_)) => {
            let (bold, rest) = told(required);
            Ok(site.see_with(&format!("/orgs/{slug}/two-factor"), bold, rest))
        }
        Err(Error::Invalid(errors)) => {
            let form = errors.into_iter().fold(Filled::new(), |form, error| form.wrong("", error.message + "."));
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page(&site, &slug, form).await?))
        }
        Err(error) => Err(error),
    }
}

fn told(required: bool) -> (&'static str, &'static str) {
    if required {
        ("Two-factor sign-in is required.", "Whoever has none is led to turn it on.")
    } else {
        ("Two-factor sign-in is not required any more.", "Whoever has it on keeps it.")
    }
}
