//! The form that exports the audit trail. A page of its own, so that the password is asked for before, not between.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::asked::{Asked, FIELDS};
use crate::audit::actions;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::{Form, Query};
use crate::web::page::{Frame, Section, html};
use crate::web::site::Site;

/// `GET /orgs/{slug}/audit/export`, and `POST` when something was wrong.
#[derive(Template)]
#[template(path = "audit/export.html")]
pub struct ExportPage {
    /// The frame.
    pub frame: Frame,
    /// Where the trail is, with the filter.
    pub back: String,
    /// The filter in words, with a colon in front; empty for the whole trail.
    pub narrowed: String,
    /// Field `format`.
    pub form: Filled,
    /// The filter's fields as they were typed.
    pub fields: Vec<(&'static str, String)>,
}

/// `GET /orgs/{slug}/audit/export`.
///
/// # Errors
/// As the policy says; `Unconfirmed`.
pub async fn ask(site: Site, slug: Path<String>, query: Query) -> Answer {
    let path = format!("/orgs/{slug}/audit/export");
    if let Some(short) = query.canonical(&path) {
        return Ok(site.see(&short));
    }
    let asked = Asked::read(&query)?;
    let ((), frame) = site.read(&slug, |_, scope| actions::allow_export(scope)).await?;
    if asked.form.failed() {
        return Ok(site.see(&asked.at(&format!("/orgs/{slug}/audit"))));
    }
    let form = Filled::new().with("format", "csv");
    Ok(html(StatusCode::OK, &page(frame, &asked, form)))
}

/// The form once more, with what is wrong with it.
pub(super) async fn refused(site: &Site, slug: &str, form: &Form, wrong: Filled) -> Answer {
    let ((), frame) = site.read(slug, |_, scope| actions::allow_export(scope)).await?;
    let filled = FIELDS.iter().fold(Filled::new(), |filled, field| filled.with(field, form.text(field)));
    let asked = Asked { form: filled, ..Asked::read(&Query::default())? };
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page(frame, &asked, wrong)))
}

fn page(frame: Frame, asked: &Asked, form: Filled) -> ExportPage {
    let narrowed = asked.words();
    ExportPage {
        back: asked.at(&format!("{}/audit", frame.at())),
        frame: Frame { title: format!("Export the audit trail{narrowed}"), section: Section::Audit, ..frame },
        narrowed,
        form,
        fields: FIELDS.map(|field| (field, asked.form.value(field).to_owned())).to_vec(),
    }
}
