//! Org selection, and for a super admin the making of orgs.

use actix_web::http::StatusCode;
use askama::Template;

use super::number;
use crate::access::Actor;
use crate::db::Conn;
use crate::error::Result;
use crate::orgs::actions::{self, Choices, Home};
use crate::orgs::model::{Listed, Shut};
use crate::paging::Cursor;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Query;
use crate::web::page::{Frame, counted, html};
use crate::web::site::{Site, operation_id};

/// `GET /orgs`, and `POST /orgs` when something was wrong.
#[derive(Template)]
#[template(path = "orgs/choose.html")]
pub struct OrgsPage {
    /// The frame, without org.
    pub frame: Frame,
    /// The orgs to choose from, those that begin with `q` if it is set.
    pub rows: Vec<OrgRow>,
    /// What was searched for.
    pub q: String,
    /// How many orgs there are without the search; the search appears from ten.
    pub total: u64,
    /// What the table shows: "You belong to 4 orgs."
    pub caption: String,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// The orgs that are shut to one, if none is open.
    pub shut: Vec<Shut>,
    /// Whom an admin would have to add.
    pub email: String,
    /// The form that makes an org, for a super admin.
    pub new_org: Option<NewOrg>,
}

/// An org to choose.
pub struct OrgRow {
    /// Its name.
    pub name: String,
    /// Where its pages are.
    pub slug: String,
    /// What one is there; none if one does not belong to it.
    pub role: Option<OrgRole>,
    /// Whether one visits it now, as a super admin.
    pub visited: bool,
    /// How many users it has.
    pub users: u64,
    /// How many keys it has.
    pub keys: u64,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether somebody who can sign in runs it.
    pub has_admin: bool,
}

/// What one is in an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrgRole {
    /// Runs it.
    Admin,
    /// Belongs to it.
    User,
}

/// The form that makes an org.
pub struct NewOrg {
    /// Fields `name`, `slug`, `email`.
    pub form: Filled,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// `GET /`: to the only org, or to the choice; signed out, to the sign-in.
pub async fn start(site: Site) -> Answer {
    let (home, _) = site.read_behind(actions::start).await?;
    Ok(match home {
        Home::Only(slug) => site.see(&format!("/orgs/{slug}")),
        Home::Choice => site.see("/orgs"),
    })
}

/// `GET /orgs`. Who has exactly one org and can make none has nothing to choose.
pub async fn choose(site: Site, query: Query) -> Answer {
    if let Some(short) = query.canonical("/orgs") {
        return Ok(site.see(&short));
    }
    let (q, cursor) = (query.text("q").to_owned(), query.cursor()?);
    let (found, frame) = find(&site, q, cursor.clone()).await?;
    if let Some(first) = query.past_the_end("/orgs", &cursor, &found.choices.rows.rows) {
        return Ok(site.see(&first));
    }
    if let Some(slug) = &found.only {
        return Ok(site.see(&format!("/orgs/{slug}")));
    }
    let form = Filled::new().with("email", found.email.as_str());
    Ok(html(StatusCode::OK, &page(frame, found, &query, form)?))
}

/// The page once more, with what is wrong with the new org.
pub(super) async fn refused(site: &Site, form: Filled) -> Answer {
    let (found, frame) = find(site, String::new(), Cursor::First).await?;
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page(frame, found, &Query::default(), form)?))
}

struct Found {
    choices: Choices,
    only: Option<String>,
    email: String,
}

async fn find(site: &Site, q: String, cursor: Cursor) -> Result<(Found, Frame)> {
    let read = move |conn: &mut Conn, actor: &Actor| {
        let choices = actions::choices(conn, actor, &q, &cursor)?;
        let only = match actions::home(conn, actor)? {
            Home::Only(slug) if !choices.all => Some(slug),
            _ => None,
        };
        Ok(Found { choices, only, email: actor.person()?.email.clone() })
    };
    site.read_own(read).await
}

fn page(frame: Frame, found: Found, query: &Query, form: Filled) -> Result<OrgsPage> {
    let Found { choices: Choices { rows, total, all, shut }, email, .. } = found;
    let (prev, next) = query.pages("/orgs", &rows.around(|listed| actions::position(listed, all)));
    let q = query.text("q").to_owned();
    let caption = match (all, q.is_empty()) {
        (true, true) => "All orgs, by short name".to_owned(),
        (true, false) => format!("Orgs whose short name begins with “{q}”"),
        (false, true) => format!("You belong to {}.", counted(total, "org")),
        (false, false) => format!("Your orgs that begin with “{q}”"),
    };
    let new_org = if all { Some(NewOrg { form, operation_id: operation_id()? }) } else { None };
    Ok(OrgsPage {
        frame: Frame { title: title(query, rows.rows.first()), ..frame },
        rows: rows.rows.into_iter().map(OrgRow::from).collect(),
        q,
        total,
        caption,
        prev,
        next,
        shut,
        email,
        new_org,
    })
}

/// A title for each page of the list.
fn title(query: &Query, first: Option<&Listed>) -> String {
    let q = query.text("q");
    let found = if q.is_empty() { "Choose an org".to_owned() } else { format!("Orgs that begin with “{q}”") };
    let further = !query.text("after").is_empty() || !query.text("before").is_empty();
    match first {
        Some(listed) if further => format!("{found}, from {} on", listed.org.name),
        _ => found,
    }
}

impl From<Listed> for OrgRow {
    fn from(listed: Listed) -> OrgRow {
        let role = |admin| if admin { OrgRole::Admin } else { OrgRole::User };
        OrgRow {
            name: listed.org.name,
            slug: listed.org.slug,
            role: listed.admin.map(role),
            visited: listed.visited,
            users: number(listed.users),
            keys: number(listed.keys),
            enabled: listed.org.enabled,
            has_admin: listed.admins > 0,
        }
    }
}
