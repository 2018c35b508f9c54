//! Disabling an org, and enabling it again: the pages that ask before it happens.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::number;
use crate::access::{Act, Actor};
use crate::db::Conn;
use crate::error::Error;
use crate::orgs::actions::switch::{self, Switched};
use crate::orgs::actions::visit::{self, Before};
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};

/// `GET /orgs/{slug}/disable` and `GET /orgs/{slug}/enable`.
#[derive(Template)]
#[template(path = "orgs/switch.html")]
pub struct SwitchOrgPage {
    /// The frame, without org.
    pub frame: Frame,
    /// The org's name.
    pub org: String,
    /// Its short name in addresses.
    pub slug: String,
    /// How many users are concerned.
    pub users: u64,
    /// How many keys are.
    pub keys: u64,
    /// Whether it is to be enabled; else disabled.
    pub enable: bool,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /orgs/{slug}/disable`.
pub async fn ask_to_disable(site: Site, slug: Path<String>) -> Answer {
    ask(&site, slug.into_inner(), false).await
}

/// `GET /orgs/{slug}/enable`.
pub async fn ask_to_enable(site: Site, slug: Path<String>) -> Answer {
    ask(&site, slug.into_inner(), true).await
}

/// `POST /orgs/{slug}/disable`.
pub async fn disable(site: Site, slug: Path<String>, form: Form) -> Answer {
    act(&site, slug.into_inner(), &form, false).await
}

/// `POST /orgs/{slug}/enable`.
pub async fn enable(site: Site, slug: Path<String>, form: Form) -> Answer {
    act(&site, slug.into_inner(), &form, true).await
}

async fn ask(site: &Site, slug: String, enable: bool) -> Answer {
    let named = slug.clone();
    let (Before { listed, .. }, frame) = site.read_own(move |conn, actor| visit::before(conn, actor, &named)).await?;
    if listed.org.enabled == enable {
        return Ok(told(site, &listed.org.name, enable, false));
    }
    let verb = if enable { "Enable" } else { "Disable" };
    let page = SwitchOrgPage {
        frame: Frame { title: format!("{verb} {}?", listed.org.name), ..frame },
        org: listed.org.name,
        slug,
        users: number(listed.users),
        keys: number(listed.keys),
        enable,
        operation_id: operation_id()?,
    };
    Ok(html(StatusCode::OK, &page))
}

async fn act(site: &Site, slug: String, form: &Form, enable: bool) -> Answer {
    let change = move |conn: &mut Conn, actor: &Actor| switch::set_enabled(conn, actor, &slug, enable);
    match site.write_own(if enable { Act::ManageOrgs } else { Act::DisableOrg }, form, change).await {
        Ok(Switched { org, changed }) => Ok(told(site, &org.name, enable, changed)),
        Err(Error::Repeated(_)) => Ok(site.see("/orgs")),
        Err(error) => Err(error),
    }
}

fn told(site: &Site, org: &str, enable: bool, changed: bool) -> HttpResponse {
    let (state, rest) = match enable {
        true => ("enabled", "Its people and keys work again."),
        false => ("disabled", "Nobody opens it, and none of its keys works."),
    };
    if changed {
        site.see_with("/orgs", format!("{org} is {state}."), rest)
    } else {
        site.see_with("/orgs", format!("{org} is {state} already."), "")
    }
}
