//! "Confirm it's you": the password again, on a page of its own or with any form that asks for it.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};

use super::failed::Attempt;
use super::{browser, failed};
use crate::access::Act;
use crate::access::refused::Subject;
use crate::error::{Error, Result};
use crate::sessions::actions;
use crate::sessions::model::ReturnPath;
use crate::users::model::Password;
use crate::web::Answer;
use crate::web::confirm::{Confirming, FIELD};
use crate::web::confirm_page::{ConfirmPage, TITLE};
use crate::web::filled::Filled;
use crate::web::form::{Form, Query};
use crate::web::page::{self, Frame};
use crate::web::site::Site;

/// `GET /confirm`.
///
/// # Errors
/// `SignedOut`.
pub async fn show(site: Site, query: Query) -> Answer {
    let ((), frame) = site.read_behind(|_, _| Ok(())).await?;
    let next = ReturnPath::parse(query.text("next")).map(|next| ("next".to_owned(), next.as_str().to_owned()));
    let page = ConfirmPage {
        frame: Frame { title: TITLE.to_owned(), ..frame },
        purpose: String::new(),
        about: String::new(),
        action: "/confirm".to_owned(),
        cancel: next.as_ref().map_or("/", |(_, path)| path).to_owned(),
        carried: next.into_iter().collect(),
        form: Filled::new(),
    };
    Ok(page::html(StatusCode::OK, &page))
}

/// `POST /confirm`. The password was looked at while the form was read, as it is for every form that brings one.
///
/// # Errors
/// `SignedOut`; `Unconfirmed` if the form brought none.
pub async fn confirm(site: Site, form: Form) -> Answer {
    if !form.has(FIELD) {
        site.read_behind(|_, _| Ok(())).await?;
        return Err(Error::Unconfirmed);
    }
    let next = ReturnPath::parse(form.text("next"));
    Ok(site.see(next.as_ref().map_or("/", ReturnPath::as_str)))
}

/// Looks whether this is the password of whoever is signed in, counted like an attempt to sign in, and marks their session.
pub fn show_password(request: HttpRequest, typed: String) -> Confirming {
    Box::pin(async move {
        let site = Site::from_request(&request, &mut Payload::None).await?;
        let not_yours = || Error::field(FIELD, "This is not your password; enter the one that you sign in with");
        if try_to_confirm(&site, &typed).await? { Ok(()) } else { Err(not_yours()) }
    })
}

async fn try_to_confirm(site: &Site, typed: &str) -> Result<bool> {
    let Some(typed) = Password::presented(typed) else { return Ok(false) };
    let browser = browser::of(site);
    let (place, from) = (browser::place(site, &browser)?, browser.clone());
    let account = site.write_behind(Act::ChangeAccount, &Form::default(), failed::attempt(site, from)).await?;
    if !place.matches(typed, account.hash.clone()).await? {
        failed::count(site, Attempt::Confirmation, Subject::User(account.user.id));
        return Ok(false);
    }
    site.write_behind(Act::ChangeAccount, &Form::default(), move |conn, actor| {
        actions::confirm(conn, actor, &account, &browser)
    })
    .await
}
