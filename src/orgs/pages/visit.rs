//! Entering an org as a super admin, and leaving it.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::number;
use crate::access::{Act, Actor};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::orgs::actions::visit::{self, Before};
use crate::orgs::model::Reason;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};

/// `GET /orgs/{slug}/enter`, and `POST` of it when something was wrong.
#[derive(Template)]
#[template(path = "orgs/enter.html")]
pub struct EnterOrgPage {
    /// The frame, without org.
    pub frame: Frame,
    /// The org's name.
    pub org: String,
    /// Its short name in addresses.
    pub slug: String,
    /// How many users it has.
    pub users: u64,
    /// How many keys it has.
    pub keys: u64,
    /// Field `reason`.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /orgs/{slug}/enter`.
pub async fn ask(site: Site, slug: Path<String>) -> Answer {
    show(&site, slug.into_inner(), StatusCode::OK, Filled::new()).await
}

async fn show(site: &Site, slug: String, status: StatusCode, form: Filled) -> Answer {
    let named = slug.clone();
    let (Before { listed, visited }, frame) =
        site.read_own(move |conn, actor| visit::before(conn, actor, &named)).await?;
    if visited || listed.admin.is_some() {
        return Ok(site.see(&format!("/orgs/{slug}")));
    }
    let page = EnterOrgPage {
        frame: Frame { title: format!("Enter {}?", listed.org.name), ..frame },
        org: listed.org.name,
        slug,
        users: number(listed.users),
        keys: number(listed.keys),
        form,
        operation_id: operation_id()?,
    };
    Ok(html(status, &page))
}

/// `POST /orgs/{slug}/enter`.
pub async fn enter(site: Site, slug: Path<String>, form: Form) -> Answer {
    let slug = slug.into_inner();
    let entered = match Reason::parse(form.text("reason")) {
        Ok(reason) => {
            let named = slug.clone();
            let enter = move |conn: &mut Conn, actor: &Actor| visit::enter(conn, actor, &named, &reason);
            site.write_own(Act::VisitOrg, &form, enter).await
        }
        Err(error) => Err(error),
    };
    match entered {
        Ok(()) | Err(Error::Repeated(_)) => Ok(site.see(&format!("/orgs/{slug}"))),
        Err(Error::Conflict(why)) => Ok(site.see_with("/orgs", why + ".", "")),
        Err(Error::Invalid(errors)) => {
            let filled = errors.into_iter().fold(form.filled(&[]), |form, e| form.wrong(e.field, e.message));
            show(&site, slug, StatusCode::UNPROCESSABLE_ENTITY, filled).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /orgs/{slug}/leave`.
pub async fn leave(site: Site, slug: Path<String>, form: Form) -> Answer {
    let slug = slug.into_inner();
    let left: Result<String> =
        site.write_own(Act::EndSession, &form, move |conn, actor| visit::leave(conn, actor, &slug)).await;
    Ok(site.see_with("/orgs", format!("You have left {}.", left?), ""))
}
