//! The users of an org.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{number, titled, two_factor, when};
use crate::error::{Error, Result};
use crate::keys::model::access_part;
use crate::paging::Cursor;
use crate::text::search_term;
use crate::users::actions::{self, Listed, Wanted};
use crate::users::membership::{Counts, Membership, Status};
use crate::web::Answer;
use crate::web::form::Query;
use crate::web::page::{Badge, Frame, Tone, counted, html, with_query};
use crate::web::site::Site;
use crate::web::when::When;

/// `GET /orgs/{slug}/users`.
#[derive(Template)]
#[template(path = "users/list.html")]
pub struct UsersPage {
    /// The frame.
    pub frame: Frame,
    /// What was searched for.
    pub q: String,
    /// Which of them are shown.
    pub tab: UsersTab,
    /// How many each tab has; none while searching, which looks at everybody.
    pub counts: Option<UsersCounts>,
    /// How many users the org has.
    pub total: u64,
    /// What the table shows: "1 to 50 of 214 users, by name".
    pub caption: String,
    /// At most 50 of them.
    pub rows: Vec<UserRow>,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// The filters of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsersTab {
    /// Everybody.
    All,
    /// Who is switched on here, invited people among them.
    Enabled,
    /// Who is switched off.
    Disabled,
    /// Who owns no key.
    NoKeys,
}

/// The sizes of the tabs.
#[derive(Debug, Clone, Copy)]
pub struct UsersCounts {
    /// Everybody.
    pub all: u64,
    /// Who is switched on here, invited people among them.
    pub enabled: u64,
    /// Who is switched off.
    pub disabled: u64,
    /// Who owns no key.
    pub no_keys: u64,
}

/// One user.
pub struct UserRow {
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Whether they run the org.
    pub admin: bool,
    /// How many keys they own here.
    pub keys: u64,
    /// Whether their two-factor sign-in is on.
    pub two_factor: Option<Badge>,
    /// When they last opened this org.
    pub last_seen: Option<When>,
    /// Whether they can open it.
    pub status: UserStatus,
}

/// The states of a user in an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserStatus {
    /// Can sign in and use keys.
    Active,
    /// Switched off here.
    Disabled,
    /// Switched on here, but the account is switched off everywhere.
    AccountDisabled,
    /// Has not accepted the invitation yet.
    Invited,
}

impl UserStatus {
    /// Its word and shape.
    pub fn badge(self) -> Badge {
        let (word, tone) = match self {
            Self::Active => ("Active", Tone::Ok),
            Self::Disabled => ("Disabled", Tone::Off),
            Self::AccountDisabled => ("Account disabled", Tone::Off),
            Self::Invited => ("Invited", Tone::Warn),
        };
        Badge { word, tone }
    }
}

impl UsersTab {
    /// All tabs, in their order.
    pub const ALL: [Self; 4] = [Self::All, Self::Enabled, Self::Disabled, Self::NoKeys];

    /// What the address calls it; empty for the usual one.
    pub fn status(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::NoKeys => "no-keys",
        }
    }

    /// What the page calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
            Self::NoKeys => "No keys",
        }
    }
}

impl UsersCounts {
    /// The size of this tab.
    pub fn of(&self, tab: &UsersTab) -> u64 {
        match tab {
            UsersTab::All => self.all,
            UsersTab::Enabled => self.enabled,
            UsersTab::Disabled => self.disabled,
            UsersTab::NoKeys => self.no_keys,
        }
    }
}

impl UsersPage {
    fn tab_url(&self, tab: &UsersTab) -> String {
        let path = self.frame.at() + "/users";
        with_query(&path, &[("status", tab.status())])
    }
}

/// `GET /orgs/{slug}/users`.
pub async fn list(site: Site, slug: web::Path<String>, query: Query) -> Answer {
    let path = format!("/orgs/{slug}/users");
    if let Some(elsewhere) = elsewhere(&slug, &path, &query) {
        return Ok(site.see(&elsewhere));
    }
    let tab = UsersTab::parse(query.text("status"))?;
    let q = search_term(query.text("q"));
    let wanted = Wanted { status: tab.wanted(), prefix: q.clone(), cursor: query.cursor()? };
    let cursor = wanted.cursor.clone();
    let (listed, frame) = site.read_long(&slug, move |conn, scope| actions::list(conn, scope, &wanted)).await?;
    if let Some(first) = query.past_the_end(&path, &cursor, &listed.rows.rows) {
        return Ok(site.see(&first));
    }
    let (prev, next) = query.pages(&path, &listed.rows.around(|(position, _)| position.clone()));
    let words = Words { q: &q, tab, cursor: &cursor, listed: &listed };
    let page = UsersPage {
        frame: titled(frame, words.title()),
        tab,
        counts: q.is_empty().then(|| UsersCounts::from(listed.counts)),
        total: number(listed.counts.users),
        caption: words.caption(),
        rows: listed.rows.rows.iter().map(|(_, membership)| UserRow::from(membership)).collect(),
        prev,
        next,
        q,
    };
    Ok(html(StatusCode::OK, &page))
}

/// Where a query leads that is no list of users: to the keys for an API key, else to the same list under its short address. A
/// search looks at everybody, so it has no status.
fn elsewhere(slug: &str, path: &str, query: &Query) -> Option<String> {
    let plain = slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let q = query.text("q");
    if !plain {
        return None;
    }
    if let Some(access_key) = access_part(q) {
        return Some(with_query(&format!("/orgs/{slug}/keys"), &[("q", access_key)]));
    }
    if !q.is_empty() && !query.text("status").is_empty() {
        return Some(with_query(path, &[("q", q)]));
    }
    query.canonical(path)
}

/// What a page of the list is called.
struct Words<'a> {
    q: &'a str,
    tab: UsersTab,
    cursor: &'a Cursor,
    listed: &'a Listed,
}

impl Words<'_> {
    fn title(&self) -> String {
        let beside = self.beside();
        match self.tab {
            _ if !self.q.is_empty() => format!("Users that begin with “{}”{beside}", self.q),
            UsersTab::All => format!("Users{beside}"),
            UsersTab::Enabled => format!("Enabled users{beside}"),
            UsersTab::Disabled => format!("Disabled users{beside}"),
            UsersTab::NoKeys => format!("Users without keys{beside}"),
        }
    }

    fn beside(&self) -> String {
        let name = self.listed.beside.as_deref().unwrap_or("");
        match self.cursor {
            Cursor::First => String::new(),
            Cursor::After(_) => format!(" after {name}"),
            Cursor::Before(_) => format!(" before {name}"),
        }
    }

    fn caption(&self) -> String {
        let rows = &self.listed.rows;
        let shown = counted(rows.rows.len() as u64, "user");
        let order =
            if self.q.is_empty() { ", by name".to_owned() } else { format!(" beginning with “{}”", self.q) };
        match self.cursor {
            Cursor::First if !rows.later => shown + order.as_str(),
            Cursor::First if self.q.is_empty() => {
                let all = UsersCounts::from(self.listed.counts).of(&self.tab);
                format!("1 to {} of {}{order}", rows.rows.len(), counted(all, "user"))
            }
            Cursor::First => format!("The first {shown}{order}"),
            Cursor::After(_) | Cursor::Before(_) => format!("{shown}{}{order}", self.beside()),
        }
    }
}

impl UsersTab {
    fn parse(status: &str) -> Result<UsersTab> {
        let known = Self::ALL.into_iter().find(|tab| tab.status() == status);
        known.ok_or_else(|| Error::Malformed("There is no such list of users; go back to all of them".into()))
    }

    fn wanted(self) -> Status {
        match self {
            Self::All => Status::All,
            Self::Enabled => Status::Enabled(true),
            Self::Disabled => Status::Enabled(false),
            Self::NoKeys => Status::NoKeys,
        }
    }
}

impl From<Counts> for UsersCounts {
    fn from(counts: Counts) -> UsersCounts {
        UsersCounts {
            all: number(counts.users),
            enabled: number(counts.users - counts.disabled),
            disabled: number(counts.disabled),
            no_keys: number(counts.keyless),
        }
    }
}

impl From<&Membership> for UserRow {
    fn from(membership: &Membership) -> UserRow {
        let status = match membership {
            Membership { enabled: false, .. } => UserStatus::Disabled,
            Membership { account_enabled: false, .. } => UserStatus::AccountDisabled,
            Membership { accepted_at: None, .. } => UserStatus::Invited,
            _ => UserStatus::Active,
        };
        UserRow {
            id: membership.user.number(),
            name: membership.name.to_string(),
            email: membership.email.to_string(),
            admin: membership.admin,
            keys: number(membership.keys),
            two_factor: two_factor::badge(membership),
            last_seen: membership.last_seen_at.map(when),
            status,
        }
    }
}
