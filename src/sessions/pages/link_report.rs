//! "This is not my account": the page that asks before an invited user reports the account that has their address.

use actix_web::http::StatusCode;
use askama::Template;

use super::link::look;
use super::link_cookie::carried;
use crate::access::Act;
use crate::error::Error;
use crate::sessions::actions;
use crate::sessions::link_model::Opened;
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::page::{self, Frame};
use crate::web::site::{Site, operation_id};

/// `GET /links/report`.
#[derive(Template)]
#[template(path = "sessions/link_report.html")]
pub struct LinkReportPage {
    /// The frame; without a person unless one is signed in.
    pub frame: Frame,
    /// The org that invites.
    pub org: String,
    /// Whom it invites.
    pub email: String,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /links/report`. Every other state of the link has its answer at `/links`.
///
/// # Errors
/// If the database fails.
pub async fn ask(site: Site) -> Answer {
    let (opened, _, frame) = look(&site).await?;
    let Opened::SignIn { org, email, reported: false } = opened else { return Ok(site.see("/links")) };
    let frame = Frame { title: "Not your account?".to_owned(), ..frame };
    Ok(page::html(StatusCode::OK, &LinkReportPage { frame, org, email, operation_id: operation_id()? }))
}

/// `POST /links/report`.
///
/// # Errors
/// `Unavailable` and `Unknown`, if the database fails.
pub async fn report(site: Site, form: Form) -> Answer {
    let (opened, ..) = look(&site).await?;
    let Some(token) = carried(&site).filter(|_| matches!(opened, Opened::SignIn { .. })) else {
        return Ok(site.see("/links"));
    };
    let report = move |conn: &mut _, actor: &_| actions::report_account(conn, actor, &token);
    match site.state().access.write_as_visitor(Act::UseLink, site.origin(&form), report).await {
        Ok(true) | Err(Error::Repeated(_)) => {
            Ok(site.see_with("/links", "Reported.", "Every super admin of this Keyhouse can see it."))
        }
        Ok(false) => Ok(site.see("/links")),
        Err(error) => Err(error),
    }
}
