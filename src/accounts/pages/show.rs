//! One account.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::identity::IdentityCard;
use super::{AccountStatus, look, user_id};
use crate::web::Answer;
use crate::web::page::{Frame, html};
use crate::web::site::Site;

/// `GET /accounts/{id}`.
#[derive(Template)]
#[template(path = "accounts/show.html")]
pub struct AccountPage {
    /// The frame, without org.
    pub frame: Frame,
    /// Whose account it is.
    pub identity: IdentityCard,
    /// Whether it is the account of whoever looks.
    pub own: bool,
}

/// `GET /accounts/{id}`.
pub async fn show(site: Site, id: Path<String>) -> Answer {
    let id = user_id(&id)?;
    let (looked, frame) = look(&site, id).await?;
    let frame = Frame { title: format!("Account of {} ({id})", looked.account.name), ..frame };
    let page = AccountPage { frame, own: looked.own, identity: looked.into() };
    Ok(html(StatusCode::OK, &page))
}
