//! One's own two-factor sign-in: how it is, and turning it on.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::browser;
use super::profile::with_errors;
use super::recovery_codes::codes_page;
use super::two_factor_card::TwoFactorCard;
use crate::access::Act;
use crate::clock::now;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::sessions::actions::{self, Enrolment};
use crate::sessions::model::OwnTwoFactor;
use crate::two_factor::model::{Code, issuer};
use crate::two_factor::qr::Qr;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::{Form, Query};
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};
use crate::web::when::When;

/// `GET /profile/two-factor` while it is on.
#[derive(Template)]
#[template(path = "sessions/two_factor.html")]
pub struct TwoFactorPage {
    /// The frame.
    pub frame: Frame,
    /// The state.
    pub card: TwoFactorCard,
    /// Since when it is on.
    pub since: When,
    /// The name of an org that this session cannot open, because it has no second factor itself.
    pub shut_out_of: Option<String>,
}

/// `GET /profile/two-factor` while it is off, and `POST` when the code was not right.
#[derive(Template)]
#[template(path = "sessions/enrol.html")]
pub struct EnrolPage {
    /// The frame.
    pub frame: Frame,
    /// The org that requires it, if the person was led here from one: name and short name.
    pub required_by: Option<(String, String)>,
    /// What the app scans.
    pub qr: Qr,
    /// The secret, for apps that cannot scan.
    pub secret: String,
    /// Whom the app shows the codes to be for.
    pub issuer: String,
    /// The account's email address.
    pub email: String,
    /// The secret for the form to bring back, encrypted.
    pub enrolment: String,
    /// Field `code`, for its error only.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /profile/two-factor`.
///
/// # Errors
/// `SignedOut`; `Unconfirmed` while it is off.
pub async fn show(site: Site, query: Query) -> Answer {
    answer(&site, query.text("org"), "", Filled::new()).await
}

async fn answer(site: &Site, org: &str, sealed: &str, form: Filled) -> Answer {
    let (encryption, sealed) = (site.state().two_factor(), sealed.to_owned());
    let read = move |conn: &mut Conn, actor: &_| {
        let own = actions::own_two_factor(conn, actor)?;
        let enrolment = own.since.is_none().then(|| actions::enrolment(actor, &encryption, &sealed)).transpose()?;
        Ok((own, enrolment))
    };
    let ((own, enrolment), frame) = site.read_own(read).await?;
    let status = if form.failed() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let required_by = own.required_by.iter().find(|(_, slug)| slug == org).cloned();
    match (enrolment, own.since) {
        (Some(enrolment), _) => enrol(site, frame, status, own, enrolment, required_by, form),
        (None, Some(since)) => {
            let frame = Frame { title: "Two-factor sign-in".to_owned(), ..frame };
            let since = When::new(since.micros(), now().micros());
            let shut_out_of = required_by.filter(|_| !own.in_session).map(|(name, _)| name);
            Ok(html(status, &TwoFactorPage { frame, card: TwoFactorCard::from(&own), since, shut_out_of }))
        }
        (None, None) => Err(Error::unexpected("two-factor sign-in is neither on nor off")),
    }
}

fn enrol(
    site: &Site,
    frame: Frame,
    status: StatusCode,
    own: OwnTwoFactor,
    Enrolment { secret, sealed }: Enrolment,
    required_by: Option<(String, String)>,
    form: Filled,
) -> Answer {
    let issuer = issuer(&site.state().public_url);
    let page = EnrolPage {
        frame: Frame { title: "Turn on two-factor sign-in".to_owned(), ..frame },
        required_by,
        qr: Qr::of(&secret.address(&issuer, &own.email))?,
        secret: secret.text(),
        issuer,
        email: own.email,
        enrolment: sealed,
        form,
        operation_id: operation_id()?,
    };
    Ok(html(status, &page))
}

/// `POST /profile/two-factor`. The recovery codes are in the answer, this once.
///
/// # Errors
/// `SignedOut`; `Unconfirmed`.
pub async fn enable(site: Site, form: Form) -> Answer {
    let (org, sealed) = (form.text("org").to_owned(), form.text("enrolment").to_owned());
    match try_to_enable(&site, &form).await {
        Ok(answer) => Ok(answer),
        Err(Error::Repeated(_)) => {
            let ((), frame) = site.read_own(|_, _| Ok(())).await.map_err(Error::after_change)?;
            Ok(codes_page(frame, None, None))
        }
        Err(Error::Conflict(_)) => Ok(site.see_with("/profile/two-factor", "It is on already.", "")),
        Err(Error::Invalid(fields)) => answer(&site, &org, &sealed, with_errors(Filled::new(), &fields)).await,
        Err(error) => Err(error),
    }
}

async fn try_to_enable(site: &Site, form: &Form) -> Result<HttpResponse> {
    let Some(Code::App(digits)) = Code::parse(form.text("code")) else {
        return Err(Error::field("code", "Enter the 6 digits that the app shows"));
    };
    let session = browser::of(site).session.ok_or(Error::SignedOut)?;
    let (encryption, sealed) = (site.state().two_factor(), form.text("enrolment").to_owned());
    let change = move |conn: &mut Conn, actor: &_| {
        let codes = actions::enable_two_factor(conn, actor, &encryption, (&sealed, &digits), &session)?;
        Ok((codes, actions::own_two_factor(conn, actor)?))
    };
    let ((codes, own), frame) = site.write_own_and_show(Act::ChangeAccount, form, change).await?;
    let next = own.required_by.into_iter().find(|(_, slug)| slug == form.text("org"));
    Ok(codes_page(frame, Some(&codes), next))
}
