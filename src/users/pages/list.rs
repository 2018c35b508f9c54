//! The users of an org.

use askama::Template;

use crate::web::page::{Badge, Frame, Tone, with_query};
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
    /// How many each tab has; none while searching, because nobody has counted.
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
    /// Who can open the org.
    Active,
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
    /// Who can open the org.
    pub active: u64,
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
    /// Switched off, here or everywhere.
    Disabled,
    /// Has not accepted the invitation yet.
    Invited,
}

impl UserStatus {
    /// Its word and shape.
    pub fn badge(self) -> Badge {
        let (word, tone) = match self {
            Self::Active => ("Active", Tone::Ok),
            Self::Disabled => ("Disabled", Tone::Off),
            Self::Invited => ("Invited", Tone::Warn),
        };
        Badge { word, tone }
    }
}

impl UsersTab {
    /// All tabs, in their order.
    pub const ALL: [Self; 4] = [Self::All, Self::Active, Self::Disabled, Self::NoKeys];

    /// What the address calls it; empty for the usual one.
    pub fn status(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::NoKeys => "no-keys",
        }
    }

    /// What the page calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Active => "Active",
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
            UsersTab::Active => self.active,
            UsersTab::Disabled => self.disabled,
            UsersTab::NoKeys => self.no_keys,
        }
    }
}

impl UsersPage {
    fn tab_url(&self, tab: &UsersTab) -> String {
        let path = self.frame.at() + "/users";
        with_query(&path, &[("q", &self.q), ("status", tab.status())])
    }
}
