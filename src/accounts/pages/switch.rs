//! Disabling an account, and enabling it again: the pages that ask before it happens.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use super::{AccountRow, PlaceRow, look, user_id};
use crate::access::Act;
use crate::accounts::actions;
use crate::accounts::model::{Account, Looked, Switched};
use crate::error::{Error, Result};
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};

/// `GET` and `POST /accounts/{id}/disable` and `/accounts/{id}/enable`.
#[derive(Template)]
#[template(path = "accounts/switch.html")]
pub struct SwitchAccountPage {
    /// The frame, without org.
    pub frame: Frame,
    /// The account.
    pub account: AccountRow,
    /// The orgs of its person.
    pub places: Vec<PlaceRow>,
    /// Whether it is to be enabled; else disabled.
    pub enable: bool,
    /// No fields; for what forbids it, about the whole form.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /accounts/{id}/disable`.
pub async fn ask_to_disable(site: Site, id: Path<String>) -> Answer {
    ask(&site, &id, false).await
}

/// `GET /accounts/{id}/enable`.
pub async fn ask_to_enable(site: Site, id: Path<String>) -> Answer {
    ask(&site, &id, true).await
}

/// `POST /accounts/{id}/disable`.
pub async fn disable(site: Site, id: Path<String>, form: Form) -> Answer {
    act(&site, &id, &form, false).await
}

/// `POST /accounts/{id}/enable`.
pub async fn enable(site: Site, id: Path<String>, form: Form) -> Answer {
    act(&site, &id, &form, true).await
}

async fn ask(site: &Site, id: &str, enable: bool) -> Answer {
    let (looked, frame) = look(site, user_id(id)?).await?;
    if looked.account.enabled == enable {
        return Ok(told(site, &looked.account, enable, false));
    }
    Ok(html(StatusCode::OK, &page(frame, looked, enable, Filled::new())?))
}

async fn act(site: &Site, id: &str, form: &Form, enable: bool) -> Answer {
    let id = user_id(id)?;
    let act = if enable { Act::ManageAccounts } else { Act::DisableAccount };
    match site.write_own(act, form, move |conn, actor| actions::set_enabled(conn, actor, id, enable)).await {
        Ok(Switched { account, changed }) => Ok(told(site, &account, enable, changed)),
        Err(Error::Repeated(_)) => Ok(site.see(&format!("/accounts/{id}"))),
        Err(Error::Invalid(errors)) => {
            let form = errors.into_iter().fold(Filled::new(), |form, error| form.wrong("", error.message + "."));
            let (looked, frame) = look(site, id).await?;
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page(frame, looked, enable, form)?))
        }
        Err(error) => Err(error),
    }
}

fn told(site: &Site, account: &Account, enable: bool, changed: bool) -> HttpResponse {
    let at = format!("/accounts/{}", account.id);
    let name = &account.name;
    let (state, rest) = match enable {
        true => ("enabled", "They can sign in again, and their keys work again."),
        false => ("disabled", "They are signed out, and none of their keys works anywhere."),
    };
    if changed {
        site.see_with(&at, format!("The account of {name} is {state}."), rest)
    } else {
        site.see_with(&at, format!("The account of {name} is {state} already."), "")
    }
}

fn page(frame: Frame, looked: Looked, enable: bool, form: Filled) -> Result<SwitchAccountPage> {
    let Looked { account, places, .. } = looked;
    let verb = if enable { "Enable" } else { "Disable" };
    Ok(SwitchAccountPage {
        frame: Frame { title: format!("{verb} the account of {}?", account.name), ..frame },
        account: account.into(),
        places: places.into_iter().map(PlaceRow::from).collect(),
        enable,
        form,
        operation_id: operation_id()?,
    })
}
