//! The page that asks for the password again: on its own, or between a form and what it asks for, carrying all that was typed.

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;

use super::confirm::{FIELD, Unproven};
use super::filled::Filled;
use super::location::see_other;
use super::page::{self, Frame, with_query};
use super::state::State;
use super::{csrf, form, frame, paths, posted};
use crate::error::{Error, Result};
use crate::id::UserId;

/// `GET /confirm`, and the answer to every form that asks for the password first.
#[derive(Template)]
#[template(path = "confirm.html")]
pub struct ConfirmPage {
    /// The frame.
    pub frame: Frame,
    /// What happens with it, to stand after "You are about to"; empty if the page cannot tell.
    pub purpose: String,
    /// Whom or what it is about, as the form says; empty if it does not.
    pub about: String,
    /// Where the form is sent: for a change, where its own form was.
    pub action: String,
    /// What was typed, to be sent along.
    pub carried: Vec<(String, String)>,
    /// Field `confirm_password`, for its error only.
    pub form: Filled,
    /// Where "Cancel" leads.
    pub cancel: String,
}

/// The page's name.
pub const TITLE: &str = "Confirm it’s you";

/// The answer to a request that needs the password first. `back` is the page to come back to.
///
/// # Errors
/// If there is no randomness to be had, or the caller has no session.
pub(super) fn answer(request: &HttpRequest, back: &str) -> Result<HttpResponse> {
    let Some(carried) = posted::of(request) else {
        let to = with_query("/confirm", &[("next", back)]);
        return Ok(see_other(&to).finish());
    };
    let unproven = request.extensions().get::<Unproven>().cloned();
    let (status, wait) = unproven.as_ref().map_or((403, 0), |unproven| (unproven.status, unproven.wait));
    let form = unproven.into_iter().fold(Filled::new(), |form, unproven| form.wrong(FIELD, unproven.sentence));
    let page = ConfirmPage {
        frame: frame(request, carried.typed_as)?,
        purpose: paths::purpose(request).to_owned(),
        about: carried
            .fields
            .iter()
            .find(|(name, _)| name == "about")
            .map_or_else(String::new, |(_, text)| text.clone()),
        action: request.uri().path().to_owned(),
        carried: carried.fields,
        form,
        cancel: if back.is_empty() { "/" } else { back }.to_owned(),
    };
    let mut response = page::html(StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN), &page);
    if wait > 0 {
        response.headers_mut().insert(RETRY_AFTER, wait.into());
    }
    Ok(response)
}

fn frame(request: &HttpRequest, typed_as: Option<UserId>) -> Result<Frame> {
    let state = request.app_data::<web::Data<State>>().ok_or_else(|| Error::unexpected("no state"))?;
    let seed = form::seed(request).ok_or(Error::SignedOut)?;
    let purpose = paths::purpose(request);
    let title = if purpose.is_empty() { TITLE.to_owned() } else { format!("{TITLE}: {purpose}") };
    Ok(Frame { title, csrf: csrf::token(state.form_key(), &seed, typed_as)?, ..frame::of(request, state) })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::LOCATION;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_page_that_needs_the_password_first_leads_to_the_page_that_asks_and_back() {
        let request = TestRequest::with_uri("/orgs/acme/audit/export?q=a%26b").to_http_request();
        let response = answer(&request, "/orgs/acme/audit/export?q=a%26b").unwrap();
        let to = response.headers().get(LOCATION).unwrap().to_str().unwrap();
        assert_eq!((response.status().as_u16(), to), (303, "/confirm?next=/orgs/acme/audit/export%3Fq%3Da%2526b"));
    }
}
