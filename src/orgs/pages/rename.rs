//! Another name for an org.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::Error;
use crate::orgs::actions::switch;
use crate::orgs::model::OrgName;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};

/// `GET /orgs/{slug}/rename`, and `POST` of it when something was wrong.
#[derive(Template)]
#[template(path = "orgs/rename.html")]
pub struct RenameOrgPage {
    /// The frame.
    pub frame: Frame,
    /// Field `name`.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /orgs/{slug}/rename`.
pub async fn ask(site: Site, slug: Path<String>) -> Answer {
    show(&site, &slug, StatusCode::OK, None).await
}

async fn show(site: &Site, slug: &str, status: StatusCode, form: Option<Filled>) -> Answer {
    let ((), frame) = site.read(slug, |_, scope| scope.require(Act::RenameOrg)).await?;
    let form = form.unwrap_or_else(|| Filled::new().with("name", frame.org_name()));
    let frame = Frame { title: "Rename org".to_owned(), ..frame };
    Ok(html(status, &RenameOrgPage { frame, form, operation_id: operation_id()? }))
}

/// `POST /orgs/{slug}/rename`.
pub async fn rename(site: Site, slug: Path<String>, form: Form) -> Answer {
    let at = format!("/orgs/{slug}");
    let renamed = match OrgName::parse("name", form.text("name")) {
        Ok(name) => {
            let change = move |conn: &mut Conn, scope: &OrgScope| switch::rename(conn, scope, &name);
            site.write(&slug, Act::RenameOrg, &form, change).await
        }
        Err(error) => Err(error),
    };
    match renamed {
        Ok(true) | Err(Error::Repeated(_)) => Ok(site.see_with(&at, "The org’s name is saved.", "")),
        Ok(false) => Ok(site.see_with(&at, "Nothing changed.", "")),
        Err(Error::Invalid(errors)) => {
            let filled = errors.into_iter().fold(form.filled(&[]), |form, e| form.wrong(e.field, e.message));
            show(&site, &slug, StatusCode::UNPROCESSABLE_ENTITY, Some(filled)).await
        }
        Err(error) => Err(error),
    }
}
