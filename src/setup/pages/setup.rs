//! The first page of all: it makes the first org and its first admin.

use actix_session::Session;
use actix_web::http::StatusCode;
use askama::Template;

use crate::access::{Act, Actor};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::links::model::Token;
use crate::orgs::model::{OrgName, Slug};
use crate::sessions::cookie as session_cookie;
use crate::sessions::hash_queue::Place;
use crate::sessions::model::SessionKey;
use crate::sessions::pages::{browser, device};
use crate::setup::actions::{self, Installed, NewInstallation};
use crate::users::model::{Email, Name, NewPassword, Password};
use crate::web::filled::Filled;
use crate::web::form::Form;
use crate::web::page::{Frame, html};
use crate::web::site::{Site, operation_id};
use crate::web::{Answer, cookie};

/// `GET` and `POST /setup`.
#[derive(Template)]
#[template(path = "setup/setup.html")]
pub struct SetupPage {
    /// The frame, without org and person.
    pub frame: Frame,
    /// Fields `org`, `slug`, `first`, `last`, `email`, `password`.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// Shows the form to whoever holds the setup link.
///
/// # Errors
/// `NotFound` without a good link, and once an account exists.
pub async fn show(site: Site) -> Answer {
    require_link(&site).await?;
    page(&site, StatusCode::OK, Filled::new())
}

/// Makes the first org and its first admin.
///
/// # Errors
/// As `show`.
pub async fn submit(site: Site, session: Session, form: Form) -> Answer {
    let made = match require_link(&site).await {
        Ok(token) => try_to_create(&site, &form, token).await,
        Err(refused) => Err(refused),
    };
    match made {
        Ok((installed, key)) => done(&site, &session, &installed, &key).await,
        Err(Error::Invalid(fields)) => {
            let filled = fields.iter().fold(form.filled(&["password"]), |form, e| form.wrong(e.field, &e.message));
            page(&site, StatusCode::UNPROCESSABLE_ENTITY, filled)
        }
        Err(Error::NotFound(_) | Error::Repeated(_)) if done_before(&site, &form).await? => {
            Ok(site.see_with("/", "Keyhouse is set up.", "It was so the first time you sent this."))
        }
        Err(other) => Err(other),
    }
}

/// Whether this is the second sending of a double click, whose first has used the link up.
async fn done_before(site: &Site, form: &Form) -> Result<bool> {
    let Some(sent) = form.operation() else { return Ok(false) };
    site.state().access.db().read(move |conn| actions::done_by(conn, &sent)).await.map_err(Error::after_change)
}

fn page(site: &Site, status: StatusCode, form: Filled) -> Answer {
    let frame = site.visitor_frame("Set up Keyhouse")?;
    Ok(html(status, &SetupPage { frame, form, operation_id: operation_id()? }))
}

async fn require_link(site: &Site) -> Result<Token> {
    let token = cookie::value(site.request(), cookie::LINK).and_then(|value| Token::parse(&value));
    let token = token.ok_or_else(Error::not_found)?;
    let known = token.clone();
    site.state().access.db().read(move |conn| actions::require_link(conn, &known)).await?;
    Ok(token)
}

struct Asked {
    org: OrgName,
    slug: Slug,
    name: Name,
    email: Email,
    password: Password,
}

/// Checks all fields, so that the user sees every error at once.
async fn asked(form: &Form, place: &Place) -> Result<Asked> {
    let mut errors = FieldErrors::new();
    let org = errors.take(OrgName::parse("org", form.text("org")));
    let slug = org.as_ref().and_then(|org| errors.take(Slug::parse(form.text("slug"), org)));
    let name = errors.take(Name::parse(form.text("first"), form.text("last")));
    let email = errors.take(Email::parse(form.text("email")));
    let password = match errors.take(NewPassword::parse("password", form.raw("password"))) {
        Some(new) => errors.take_invalid(place.judge(new, context(form)).await)?,
        None => None,
    };
    errors.finish()?;
    let all = (|| Some(Asked { org: org?, slug: slug?, name: name?, email: email?, password: password? }))();
    all.ok_or_else(|| Error::unexpected("a field is neither good nor wrong"))
}

fn context(form: &Form) -> Vec<String> {
    ["org", "first", "last", "email"].map(|field| form.text(field).to_owned()).to_vec()
}

async fn try_to_create(site: &Site, form: &Form, token: Token) -> Result<(Installed, SessionKey)> {
    let browser = browser::of(site);
    let place = browser::place(site, &browser)?;
    let asked = asked(form, &place).await?;
    let password_hash = place.hash(asked.password).await?;
    let new = NewInstallation { org: asked.org, slug: asked.slug, name: asked.name, email: asked.email, password_hash };
    let make = move |conn: &mut Conn, actor: &Actor| actions::create_by_link(conn, actor, &token, &new, &browser);
    site.state().access.write_as_visitor(Act::UseLink, site.origin(form), make).await
}

/// The link is used up, so its cookie goes too.
async fn done(site: &Site, session: &Session, installed: &Installed, key: &SessionKey) -> Answer {
    session_cookie::begin(session, key.reveal())?;
    let first_steps = format!("/orgs/{}/first-steps", installed.slug);
    let mut response = site.see_with(&first_steps, "Keyhouse is set up.", "You are signed in as its super admin.");
    device::remember(site, key, &mut response).await;
    let gone = cookie::short(cookie::LINK, String::new(), 0, site.state().https());
    response.add_cookie(&gone).map_err(|error| Error::unexpected(error.to_string()))?;
    Ok(response)
}
