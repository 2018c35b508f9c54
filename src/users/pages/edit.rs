//! Edit User: the details, the keys, and what can go wrong.

use actix_web::http::StatusCode;
use askama::Template;

use super::{UserPath, edit_path, number, titled, two_factor, user_id, when};
use crate::audit::actions as audit;
use crate::audit::model::Entry;
use crate::audit::pages::entry::EntryRow;
use crate::error::Result;
use crate::id::UserId;
use crate::keys::actions::of_user;
use crate::keys::model::Held;
use crate::paging::{Cursor, Position, ROWS, Rows};
use crate::users::actions::{self, Looked};
use crate::users::membership::Membership;
use crate::web::Answer;
use crate::web::filled::Filled;
use crate::web::form::Query;
use crate::web::page::{Badge, Frame, html};
use crate::web::site::{Site, operation_id};
use crate::web::when::When;

/// `GET /orgs/{slug}/users/{id}/edit`, and `POST /orgs/{slug}/users/{id}` when something was wrong or changed meanwhile.
#[derive(Template)]
#[template(path = "users/edit.html")]
pub struct EditUserPage {
    /// The frame.
    pub frame: Frame,
    /// User ID.
    pub id: i64,
    /// Org ID.
    pub org_id: i64,
    /// Org membership ID.
    pub membership_id: i64,
    /// First and last name as they are stored, whatever was typed.
    pub name: String,
    /// Fields `first`, `last`, `email`, `enabled`, `admin`.
    pub form: Filled,
    /// What the form was filled from.
    pub version: String,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
    /// Why name and email are shown as text, and who can change them; none if they are fields.
    pub locked: Option<String>,
    /// Whether the email address is confirmed; none until they accept.
    pub email_confirmed: Option<bool>,
    /// Whether the invited user reported that the account with their address is not theirs.
    pub reported: bool,
    /// The email address that they want and that can be confirmed here.
    pub wanted: Option<String>,
    /// Whether the user is the one who looks at the page.
    pub own: bool,
    /// Whether the membership is switched on, as it is stored.
    pub enabled: bool,
    /// Whether the account as a whole is switched on.
    pub account_enabled: bool,
    /// Whether whoever looks may act as the user.
    pub may_impersonate: bool,
    /// The link that may be made for this user.
    pub link: Option<UserLink>,
    /// The user's two-factor sign-in; none until they accept.
    pub two_factor: Option<UserTwoFactor>,
    /// At most 50 of the user's keys in this org.
    pub keys: Vec<UserKey>,
    /// How many there are.
    pub keys_total: u64,
    /// The keys before.
    pub keys_prev: Option<String>,
    /// The keys after.
    pub keys_next: Option<String>,
    /// The last entries of the audit trail about the user.
    pub history: Vec<EntryRow>,
    /// What somebody else changed while this form was open (409); usually empty.
    pub conflict: Vec<ConflictRow>,
}

/// A one-time link that may be made for a user: `POST /orgs/{slug}/users/{id}/link`.
pub struct UserLink {
    /// Whether the user has not accepted the invitation yet; else it is a password link.
    pub invited: bool,
    /// Why a link would be dead when it is made, so that none can be made now.
    pub obstacle: Option<&'static str>,
    /// Makes the form harmless to send twice.
    pub operation_id: String,
}

/// The two-factor sign-in of a user.
pub struct UserTwoFactor {
    /// Whether it is on, as a word and a shape.
    pub badge: Badge,
    /// Whether it can be reset here.
    pub resettable: bool,
}

/// A key of the user.
pub struct UserKey {
    /// Key ID.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its public part.
    pub access_key: String,
    /// When it was made.
    pub created: When,
    /// When it was last accepted.
    pub last_used: Option<When>,
    /// Whether it works; if not, because its owner does not.
    pub works: bool,
}

/// A field that two people changed at once.
pub struct ConflictRow {
    /// The field's label.
    pub field: String,
    /// What was typed here.
    pub yours: String,
    /// What is stored now.
    pub now: String,
}

/// `GET /orgs/{slug}/users/{id}/edit`.
pub async fn edit(site: Site, path: UserPath, query: Query) -> Answer {
    let (slug, id) = path.into_inner();
    let (user, cursor) = (user_id(&id)?, query.cursor()?);
    let (found, frame) = find(&site, &slug, user, cursor.clone()).await?;
    if let Some(first) = query.past_the_end(&edit_path(&slug, user), &cursor, &found.keys.rows) {
        return Ok(site.see(&first));
    }
    let form = filled(&found.looked.membership);
    Ok(html(StatusCode::OK, &page(frame, found, form, &query)?))
}

/// `GET /orgs/{slug}/users/{id}`: where a form that was refused is shown, and which people load again.
pub async fn whole(site: Site, path: UserPath) -> Answer {
    let (slug, id) = path.into_inner();
    let id = user_id(&id)?;
    site.read(&slug, move |conn, scope| actions::membership(conn, scope, id)).await?;
    Ok(site.see(&edit_path(&slug, id)))
}

/// Everything that the page shows.
pub(super) struct Found {
    pub(super) looked: Looked,
    keys: Rows<Held>,
    history: Vec<Entry>,
}

/// Entries of the audit trail that the page shows.
const HISTORY: usize = 5;

pub(super) async fn find(site: &Site, slug: &str, user: UserId, cursor: Cursor) -> Result<(Found, Frame)> {
    site.read(slug, move |conn, scope| {
        let looked = actions::look(conn, scope, user)?;
        let keys = of_user(conn, scope, looked.membership.id, &cursor, ROWS)?;
        let history = audit::history(conn, scope, user.number(), HISTORY)?;
        Ok(Found { looked, keys, history })
    })
    .await
}

/// The form as it is filled from the database.
fn filled(membership: &Membership) -> Filled {
    person(Filled::new(), membership).tick("enabled", membership.enabled).tick("admin", membership.admin)
}

/// Name and email address as they are stored.
pub(super) fn person(form: Filled, membership: &Membership) -> Filled {
    form.with("first", membership.name.first())
        .with("last", membership.name.last())
        .with("email", membership.email.as_str())
}

/// The page, without conflict. The query is the one that chose the keys.
pub(super) fn page(frame: Frame, found: Found, form: Filled, query: &Query) -> Result<EditUserPage> {
    let path = format!("{}/users/{}/edit", frame.at(), found.looked.membership.user);
    let (keys_prev, keys_next) = query.pages(&path, &found.keys.around(position));
    let Found { looked: Looked { membership, own, locked, wanted, may_impersonate, reported }, keys, history } = found;
    let trail = format!("{}/audit", frame.at());
    let part = match (keys.earlier, keys.later) {
        (true, true) => ", more keys",
        (true, false) => ", oldest keys",
        (false, _) => "",
    };
    Ok(EditUserPage {
        frame: titled(frame, format!("Edit User: {}{part}", membership.name)),
        id: membership.user.number(),
        org_id: membership.org.number(),
        membership_id: membership.id.number(),
        name: membership.name.to_string(),
        form,
        version: membership.version().to_string(),
        operation_id: operation_id()?,
        locked: locked.map(ToOwned::to_owned),
        email_confirmed: membership.accepted_at.map(|_| membership.email_confirmed),
        reported,
        wanted: wanted.map(|wanted| wanted.email.to_string()),
        own,
        enabled: membership.enabled,
        account_enabled: membership.account_enabled,
        may_impersonate: may_impersonate && membership.is_active(),
        link: link(&membership, own, locked)?,
        two_factor: two_factor::badge(&membership)
            .map(|badge| UserTwoFactor { badge, resettable: membership.two_factor && !own && locked.is_none() }),
        keys: keys.rows.into_iter().map(UserKey::from).collect(),
        keys_total: number(membership.keys),
        keys_prev,
        keys_next,
        history: history.iter().map(|entry| EntryRow::of(entry, &trail)).collect(),
        conflict: Vec::new(),
    })
}

fn link(membership: &Membership, own: bool, locked: Option<&str>) -> Result<Option<UserLink>> {
    let invited = membership.accepted_at.is_none();
    let offered = invited || (!own && locked.is_none());
    let obstacle = membership.link_obstacle();
    offered.then(|| Ok(UserLink { invited, obstacle, operation_id: operation_id()? })).transpose()
}

fn position(held: &Held) -> Position {
    Position { key: String::new(), id: held.key.id.number() }
}

impl From<Held> for UserKey {
    fn from(held: Held) -> UserKey {
        UserKey {
            id: held.key.id.number(),
            name: held.key.name,
            access_key: held.key.access_key.to_string(),
            created: when(held.key.created_at),
            last_used: held.last_used.map(when),
            works: held.owner.enabled && held.owner.accepted,
        }
    }
}
