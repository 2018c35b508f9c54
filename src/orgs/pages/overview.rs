//! The overview of an org.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::number;
use super::two_factor::required_badge;
use crate::clock::{Time, now};
use crate::keys::model::Held;
use crate::orgs::actions::{self, Opened, Overview};
use crate::users::membership::Membership;
use crate::web::Answer;
use crate::web::page::{Badge, Frame, html};
use crate::web::site::Site;
use crate::web::when::When;

/// `GET /orgs/{slug}`.
#[derive(Template)]
#[template(path = "orgs/overview.html")]
pub struct OverviewPage {
    /// The frame.
    pub frame: Frame,
    /// How many keys the org has.
    pub keys: u64,
    /// How many users it has.
    pub users: u64,
    /// Who runs it, the first of them.
    pub admins: Vec<OverviewAdmin>,
    /// How many run it.
    pub admins_total: u64,
    /// The last five keys that were made.
    pub newest: Vec<NewestKey>,
    /// Whether every session here needs a second factor.
    pub requires_two_factor: bool,
    /// Where the first steps are, while they are not all done.
    pub first_steps: Option<String>,
}

/// An admin of the org.
pub struct OverviewAdmin {
    /// User ID.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// Email address.
    pub email: String,
}

/// A key that was made lately.
pub struct NewestKey {
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// First and last name of its owner.
    pub owner: String,
    /// User ID of its owner.
    pub owner_id: i64,
    /// When it was made.
    pub created: When,
    /// When it was last accepted.
    pub last_used: Option<When>,
}

impl OverviewPage {
    fn two_factor_badge(&self) -> Badge {
        required_badge(self.requires_two_factor)
    }
}

/// `GET /orgs/{slug}`. An ordinary member has a profile instead.
pub async fn overview(site: Site, slug: web::Path<String>) -> Answer {
    let (found, frame) = site.read(&slug, actions::open).await?;
    let Overview { counts, admins, newest, used, requires_two_factor } = match found {
        Opened::Admin(overview) => overview,
        Opened::Member => return Ok(site.see("/profile")),
        Opened::AsMember(keys) => return as_member(frame, keys),
    };
    let page = OverviewPage {
        first_steps: (!used).then(|| format!("{}/first-steps", frame.at())),
        frame: Frame { title: "Overview".to_owned(), ..frame },
        keys: number(counts.keys),
        users: number(counts.users),
        admins: admins.iter().map(OverviewAdmin::from).collect(),
        admins_total: number(counts.admins),
        newest: newest.into_iter().map(NewestKey::from).collect(),
        requires_two_factor,
    };
    Ok(html(StatusCode::OK, &page))
}

/// `GET /orgs/{slug}` for an admin who acts as an ordinary member: what of their profile belongs to the org.
#[derive(Template)]
#[template(path = "orgs/member.html")]
pub struct MemberPage {
    /// The frame; its person is the member.
    pub frame: Frame,
    /// The member's keys in this org, the newest first; 50 are enough.
    pub keys: Vec<MemberKey>,
}

/// A key of the member.
pub struct MemberKey {
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// When it was made.
    pub created: When,
    /// When it was last accepted.
    pub last_used: Option<When>,
}

fn as_member(frame: Frame, keys: Vec<Held>) -> Answer {
    let key = |held: Held| MemberKey {
        name: held.key.name,
        access_key: held.key.access_key.to_string(),
        created: when(held.key.created_at),
        last_used: held.last_used.map(when),
    };
    let frame = Frame { title: "Own keys".to_owned(), ..frame };
    Ok(html(StatusCode::OK, &MemberPage { frame, keys: keys.into_iter().map(key).collect() }))
}

fn when(at: Time) -> When {
    When::new(at.micros(), now().micros())
}

impl From<&Membership> for OverviewAdmin {
    fn from(membership: &Membership) -> OverviewAdmin {
        OverviewAdmin {
            id: membership.user.number(),
            name: membership.name.to_string(),
            email: membership.email.to_string(),
        }
    }
}

impl From<Held> for NewestKey {
    fn from(held: Held) -> NewestKey {
        NewestKey {
            id: held.key.id.number(),
            name: held.key.name,
            owner: held.owner.name,
            owner_id: held.owner.user.number(),
            created: when(held.key.created_at),
            last_used: held.last_used.map(when),
        }
    }
}
