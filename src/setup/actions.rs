//! What happens before anybody can sign in: the first org, its first admin, and how far they have come.

use super::{events, store};
use crate::access::{Act, Actor, OrgScope};
use crate::audit::{self, Change, Event, Tx, operation, stating_all};
use crate::clock::now;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::{OrgId, UserId};
use crate::keys::actions as keys;
use crate::keys::model::Held;
use crate::links::model::{Kind, LIFE, Link, Token};
use crate::links::store as links;
use crate::orgs::model::{OrgName, Slug};
use crate::orgs::store as orgs;
use crate::sessions::actions as sessions;
use crate::sessions::model::{Browser, SessionKey};
use crate::users::confirmer::Confirmer;
use crate::users::events::account_created;
use crate::users::membership::Membership;
use crate::users::model::{Email, Name};
use crate::users::{membership_store as memberships, store as users};

/// The first org and its first admin, as they were asked for. The password is hashed already: hashing is too slow for a
/// transaction.
#[derive(Clone)]
pub struct NewInstallation {
    /// The org's name.
    pub org: OrgName,
    /// Its short name in addresses.
    pub slug: Slug,
    /// The admin's name.
    pub name: Name,
    /// The admin's email.
    pub email: Email,
    /// The Argon2id hash of the admin's password.
    pub password_hash: String,
}

/// What setup made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The org's id.
    pub org: OrgId,
    /// Its short name.
    pub slug: String,
    /// The admin's user id.
    pub admin: UserId,
}

/// Makes the first org and admin on behalf of the host.
///
/// # Errors
/// `Conflict` if an account exists; `NotFound` for anybody but the host.
pub fn create(conn: &mut Conn, actor: &Actor, new: &NewInstallation) -> Result<Installed> {
    if !actor.is_host() {
        return Err(Error::not_found());
    }
    audit::change(conn, actor, |tx| {
        if users::any(tx.conn())? {
            return Err(Error::Conflict("Keyhouse is set up already: there are accounts".into()));
        }
        let (installed, events) = install(tx, new)?;
        Ok(Change::Changed(installed, events))
    })
}

/// Makes the first org and admin on behalf of whoever holds the setup link, which is used up, and signs them in.
///
/// # Errors
/// `NotFound` if the link is not good (any more) or an account exists.
pub fn create_by_link(
    conn: &mut Conn,
    actor: &Actor,
    token: &Token,
    new: &NewInstallation,
    browser: &Browser,
) -> Result<(Installed, SessionKey)> {
    audit::change(conn, actor, |tx| {
        require_link(tx.conn(), token)?;
        let (installed, events) = install(tx, new)?;
        let session = sessions::begin(tx, installed.admin, false, browser)?;
        Ok(Change::Changed((installed, session), events))
    })
}

/// Ends with an error unless this link is good for setup now.
///
/// # Errors
/// `NotFound` if it is not, or an account exists.
pub fn require_link(conn: &mut Conn, token: &Token) -> Result<()> {
    let good = links::find(conn, token)?.is_some_and(|link| link.kind == Kind::Setup) && !users::any(conn)?;
    if good { Ok(()) } else { Err(Error::not_found()) }
}

/// Whether the setup form with this operation id is the one that set Keyhouse up.
///
/// # Errors
/// If the database fails.
pub fn done_by(conn: &mut Conn, form: &str) -> Result<bool> {
    Ok(operation::find(conn, 0, form)?.is_some_and(|done| done.action == "org.created"))
}

fn install(tx: &mut Tx, new: &NewInstallation) -> Result<(Installed, Vec<Event>)> {
    links::withdraw(tx, Kind::Setup, None, None)?;
    let org = orgs::create(tx, &new.org, &new.slug)?;
    let user = users::create(tx, &new.name, &new.email, true, Some(Confirmer::Host))?;
    users::set_password_hash(tx, user.id, &new.password_hash)?;
    let membership = memberships::create(tx, org.id, user.id, &new.name, &new.email, true, true)?;
    let account = stating_all(tx, account_created(&user))?;
    let events = vec![events::org_created(&org), events::admin_created(&org, &user, membership), account];
    Ok((Installed { org: org.id, slug: org.slug, admin: user.id }, events))
}

/// A new setup link, the only one from now on; none once an account exists.
///
/// # Errors
/// `NotFound` for anybody but the host.
pub fn offer(conn: &mut Conn, actor: &Actor) -> Result<Option<Token>> {
    if !actor.is_host() {
        return Err(Error::not_found());
    }
    if users::any(conn)? {
        return Ok(None);
    }
    let link = Link {
        kind: Kind::Setup,
        user: None,
        membership: None,
        issuer: None,
        issuer_org: None,
        user_epoch: 0,
        membership_version: 0,
        expires_at: now().plus(LIFE),
    };
    let why = "made at every start until it is used, and its use is recorded";
    audit::unrecorded(conn, why, |tx| links::issue(tx, &link)).map(Some)
}

/// Whether this installation shows made-up data.
///
/// # Errors
/// If the database fails.
pub fn is_demo(conn: &mut Conn) -> Result<bool> {
    store::is_demo(conn)
}

/// How far a new org has come.
pub struct FirstSteps {
    /// Somebody besides the reader.
    pub user: Option<Membership>,
    /// The oldest key.
    pub key: Option<Held>,
    /// Whether any key was ever accepted.
    pub used: bool,
}

/// How far this org has come.
///
/// # Errors
/// As the policy says of managing users.
pub fn first_steps(conn: &mut Conn, scope: &OrgScope) -> Result<FirstSteps> {
    scope.require(Act::ManageUsers)?;
    let other = store::first_other(conn, scope.org_id(), scope.membership())?;
    let user = other.map(|id| memberships::find(conn, scope.org_id(), id)).transpose()?;
    let key = store::first_key(conn, scope.org_id())?.map(|id| keys::find(conn, scope, id)).transpose()?;
    let used = keys::any_used(conn, scope)?;
    Ok(FirstSteps { user, key, used })
}
