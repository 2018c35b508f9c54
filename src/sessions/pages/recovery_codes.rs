//! Recovery codes: asking for new ones, and the page that shows them once.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::access::Act;
use crate::error::Error;
use crate::sessions::actions;
use crate::two_factor::model::RecoveryCode;
use crate::web::Answer;
use crate::web::form::Form;
use crate::web::page::{Frame, counted, html};
use crate::web::site::{Site, operation_id};

/// The answer to a POST that made recovery codes. Not to be stored.
#[derive(Template)]
#[template(path = "sessions/recovery_codes.html")]
pub struct RecoveryCodesPage {
    /// The frame.
    pub frame: Frame,
    /// The codes; none when the page is loaded again, because only their hashes were kept.
    pub codes: Option<Vec<String>>,
    /// The org to go on to, name and short name; else one's profile.
    pub next: Option<(String, String)>,
}

/// `GET /profile/two-factor/codes`.
#[derive(Template)]
#[template(path = "sessions/new_codes.html")]
pub struct NewCodesPage {
    /// The frame.
    pub frame: Frame,
    /// How many are left now.
    pub left: String,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// The page with codes that were just made, or that says they were made before.
pub(super) fn codes_page(frame: Frame, codes: Option<&[RecoveryCode]>, next: Option<(String, String)>) -> HttpResponse {
    let title = if codes.is_some() { "Save your recovery codes" } else { "The recovery codes were shown already" };
    let codes = codes.map(|codes| codes.iter().map(RecoveryCode::text).collect());
    html(StatusCode::OK, &RecoveryCodesPage { frame: Frame { title: title.to_owned(), ..frame }, codes, next })
}

/// `GET /profile/two-factor/codes`.
///
/// # Errors
/// `SignedOut`; `Unconfirmed`.
pub async fn confirm(site: Site) -> Answer {
    let (own, frame) = site.read_own(actions::own_two_factor_to_change).await?;
    if own.since.is_none() {
        return Ok(site.see("/profile/two-factor"));
    }
    let frame = Frame { title: "New recovery codes?".to_owned(), ..frame };
    let left = counted(u64::try_from(own.codes_left).unwrap_or(0), "code");
    Ok(html(StatusCode::OK, &NewCodesPage { frame, left, operation_id: operation_id()? }))
}

/// `POST /profile/two-factor/codes`. The codes are in the answer, this once.
///
/// # Errors
/// `SignedOut`; `Unconfirmed`.
pub async fn renew(site: Site, form: Form) -> Answer {
    match site.write_own_and_show(Act::ChangeAccount, &form, actions::renew_recovery_codes).await {
        Ok((Some(codes), frame)) => Ok(codes_page(frame, Some(&codes), None)),
        Ok((None, _)) => Ok(site.see("/profile/two-factor")),
        Err(Error::Repeated(_)) => {
            let ((), frame) = site.read_own(|_, _| Ok(())).await.map_err(Error::after_change)?;
            Ok(codes_page(frame, None, None))
        }
        Err(error) => Err(error),
    }
}
