//! Org selection, and for a super admin the making of orgs.

use askama::Template;

use crate::web::filled::Filled;
use crate::web::page::Frame;

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
    /// What one is there; none if one cannot open it.
    pub role: Option<OrgRole>,
    /// How many users it has.
    pub users: u64,
    /// How many keys it has.
    pub keys: u64,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether somebody runs it.
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
