//! One account.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::{AccountRow, AccountStatus, PlaceRow, user_id};
use crate::accounts::actions;
use crate::accounts::model::Looked;
use crate::clock::now;
use crate::web::Answer;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};
use crate::web::when::When;

/// `GET /accounts/{id}`.
#[derive(Template)]
#[template(path = "accounts/show.html")]
pub struct AccountPage {
    /// The frame, without org.
    pub frame: Frame,
    /// The account.
    pub account: AccountRow,
    /// When it was made.
    pub created: When,
    /// The orgs of its person.
    pub places: Vec<PlaceRow>,
    /// Whether it is the account of whoever looks.
    pub own: bool,
    /// Makes the form that makes a super admin harmless to send twice.
    pub operation_id: String,
}

/// `GET /accounts/{id}`.
pub async fn show(site: Site, id: Path<String>) -> Answer {
    let id = user_id(&id)?;
    let (Looked { account, places, own }, frame) =
        site.read_own(move |conn, actor| actions::look(conn, actor, id)).await?;
    let page = AccountPage {
        frame: Frame { title: format!("Account of {} ({id})", account.name), ..frame },
        created: When::new(account.created_at.micros(), now().micros()),
        account: account.into(),
        places: places.into_iter().map(PlaceRow::from).collect(),
        own,
        operation_id: operation_id()?,
    };
    Ok(html(StatusCode::OK, &page))
}
