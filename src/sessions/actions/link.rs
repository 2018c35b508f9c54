//! What a one-time link lets somebody do. Whether it is still good is asked inside the transaction that uses it.

use super::begin::begin;
use super::news;
use crate::access::Actor;
use crate::audit::{self, Change, Event, Tx, operation, stating};
use crate::db::{Conn, Way};
use crate::error::{Error, Result};
use crate::id::{MembershipId, UserId};
use crate::links::model::{Kind, Link, Token};
use crate::links::store as links;
use crate::sessions::code_model::{Admitted, Pending};
use crate::sessions::link_model::{Guest, Invited, Opened, Used};
use crate::sessions::model::Browser;
use crate::sessions::{events, link_store, store};
use crate::two_factor::store as two_factor;
use crate::users::actions::may_change;
use crate::users::model::User;
use crate::users::{membership_store, report_store, store as users};

/// A link that can be used now.
pub(super) struct Good {
    pub(super) user: User,
    pub(super) invited: Option<Invited>,
    issuer: Option<UserId>,
}

impl Good {
    /// Whether it lets its person set a password.
    pub(super) fn sets_password(&self) -> bool {
        self.invited.is_none() || !self.user.has_password
    }
}

/// What `viewer` finds who opens the link.
///
/// # Errors
/// If the database fails.
pub fn open(conn: &mut Conn, viewer: Option<UserId>, token: Option<&Token>) -> Result<Opened> {
    let Some(link) = token.map(|token| links::find(conn, token)).transpose()?.flatten() else {
        return Ok(Opened::Dead);
    };
    if link.kind == Kind::Setup {
        return Ok(Opened::Setup);
    }
    let Some(good) = judge(conn, &link)? else { return Ok(Opened::Dead) };
    let (email, user, sets_password) = (good.user.email.to_string(), good.user.id, good.sets_password());
    Ok(match good.invited {
        Some(invited) if sets_password => {
            Opened::SetPassword(Guest { org: Some(invited.org_name), name: invited.name.to_string(), email, user })
        }
        None => Opened::SetPassword(Guest { org: None, name: good.user.name.to_string(), email, user }),
        Some(invited) if viewer == Some(user) => Opened::Accept { org: invited.org_name, person: user },
        Some(invited) => {
            let reported = report_store::is_reported(conn, invited.id)?;
            Opened::SignIn { org: invited.org_name, email, reported }
        }
    })
}

/// The link with what it stands upon, if all of it still stands.
pub(super) fn judge(conn: &mut Conn, link: &Link) -> Result<Option<Good>> {
    let Some(user) = link.user else { return Ok(None) };
    let user = users::find(conn, user)?;
    let invited = match link.membership {
        Some(id) => link_store::invited(conn, id)?,
        None => None,
    };
    let stands = |invited: &Invited| invited.user == user.id && invited.version == link.membership_version;
    let membership_stands = link.membership.is_none() || invited.as_ref().is_some_and(stands);
    if !user.enabled || user.session_epoch != link.user_epoch || !membership_stands {
        return Ok(None);
    }
    if !entitled(conn, link, invited.as_ref())? {
        return Ok(None);
    }
    let issuer = link.issuer;
    Ok(match (link.kind, invited) {
        (Kind::Invitation, Some(invited)) if !invited.accepted => Some(Good { user, invited: Some(invited), issuer }),
        (Kind::Password, _) => Some(Good { user, invited: None, issuer }),
        (Kind::Invitation | Kind::Setup, _) => None,
    })
}

/// Whether the issuer may still give this link. The host always may.
fn entitled(conn: &mut Conn, link: &Link, invited: Option<&Invited>) -> Result<bool> {
    let Some(issuer) = link.issuer else { return Ok(true) };
    let Some(at) = invited.filter(|invited| link.issuer_org == Some(invited.org)) else { return Ok(false) };
    if link.kind == Kind::Password {
        return may_change(conn, issuer, at.org, at.user);
    }
    let by = users::find(conn, issuer)?;
    let runs = match membership_store::of_user(conn, at.org, issuer) {
        Ok(own) => own.admin && own.enabled && own.accepted_at.is_some(),
        Err(Error::NotFound(_)) => false,
        Err(other) => return Err(other),
    };
    Ok(by.enabled && (by.super_admin || runs))
}

/// Uses the link up, if it is still good.
fn take(tx: &mut Tx, token: &Token) -> Result<Option<Good>> {
    let Some(link) = links::find(tx.conn(), token)? else { return Ok(None) };
    let Some(good) = judge(tx.conn(), &link)? else { return Ok(None) };
    Ok(links::consume(tx, token)?.then_some(good))
}

fn join(tx: &mut Tx, invited: &Invited, user: &User) -> Result<Event> {
    membership_store::accept(tx, invited.id)?;
    report_store::forget(tx, invited.id)?;
    membership_store::show_as(tx, invited.org, invited.id, &user.name, &user.email)?;
    Ok(events::accepted(invited, user))
}

/// Ends the account's sessions, and begins one for this browser. A link is no second factor: where two-factor sign-in is on and
/// the browser has not shown a code yet, it must.
fn end_others_and_begin(tx: &mut Tx, good: &Good, second_factor: bool, browser: &Browser) -> Result<Used> {
    store::end_all(tx, good.user.id)?;
    let org = good.invited.as_ref().map(|invited| (invited.org_name.clone(), invited.slug.clone()));
    let name = users::find(tx.conn(), good.user.id)?.name.to_string();
    let admitted = if second_factor || two_factor::find(tx.conn(), good.user.id)?.is_none() {
        Admitted::In(begin(tx, good.user.id, second_factor, browser)?)
    } else {
        Admitted::Code(Pending::new(&users::find(tx.conn(), good.user.id)?))
    };
    Ok(Used { admitted, org, name, left: None })
}

/// Sets the password that was hashed, accepts the invitation if the link is one, and signs the person in, or lets them show a code
/// if two-factor sign-in is on. `None` if the link is not valid, or not for that. `leaving` is who is signed in with this browser and
/// agreed to be signed out by it.
///
/// # Errors
/// `Repeated` if this very form was sent before.
pub fn set_password(
    conn: &mut Conn,
    actor: &Actor,
    token: &Token,
    hash: &str,
    (browser, leaving): (&Browser, Option<UserId>),
) -> Result<Option<Used>> {
    operation::refuse_repeated(conn, actor)?;
    let Some(account) = sets_password_of(conn, token)? else { return Ok(None) };
    // it ends all sessions, a thief's among them, so it goes on when the disk is full
    audit::change_to_let(conn, actor, (Way::Out, account), |tx| {
        let Some(good) = take(tx, token)?.filter(Good::sets_password) else { return Ok(Change::Unchanged(None)) };
        if !good.user.has_password && !vouches(tx.conn(), good.issuer)? {
            users::confirm_email(tx, good.user.id, None)?;
        }
        users::set_password_hash(tx, good.user.id, hash)?;
        news::password_set_by_link(tx, &good.user, actor)?;
        let mut told = vec![stating(tx, events::password_set(&good.user), &events::PASSWORD)?];
        if let Some(invited) = &good.invited {
            told.push(join(tx, invited, &good.user)?);
        }
        let left = leaving.map(|user| leave(tx, user, browser)).transpose()?.flatten();
        told.extend(left.iter().map(events::signed_out));
        let used = end_others_and_begin(tx, &good, false, browser)?;
        Ok(Change::Changed(Some(Used { left: left.map(|user| user.name.to_string()), ..used }), told))
    })
}

/// The account whose password the link sets, if it is still good for that.
fn sets_password_of(conn: &mut Conn, token: &Token) -> Result<Option<UserId>> {
    let Some(link) = links::find(conn, token)? else { return Ok(None) };
    Ok(judge(conn, &link)?.filter(Good::sets_password).map(|good| good.user.id))
}

/// Whether the first password of an account leaves its address confirmed: only if the link came from the host or a super admin.
/// The admin who created the link may have kept it, and could then use the account.
fn vouches(conn: &mut Conn, issuer: Option<UserId>) -> Result<bool> {
    issuer.map_or(Ok(true), |issuer| Ok(users::find(conn, issuer)?.super_admin))
}

/// Signs out who is signed in with this browser: the user, if they still were.
fn leave(tx: &mut Tx, user: UserId, browser: &Browser) -> Result<Option<User>> {
    let Some(session) = &browser.session else { return Ok(None) };
    let user = users::find(tx.conn(), user)?;
    Ok(store::end(tx, session)?.then_some(user))
}

/// Accepts an invitation for the signed-in person. `None` if the link is not good, or not theirs.
///
/// # Errors
/// `Repeated` if this very form was sent before; `Unconfirmed`, as the new session counts as confirmed; `SignedOut`.
pub fn accept(conn: &mut Conn, actor: &Actor, token: &Token, browser: &Browser) -> Result<Option<Used>> {
    let person = actor.person()?.id;
    actor.require_confirmed()?;
    audit::change(conn, actor, |tx| {
        let own = take(tx, token)?.filter(|good| good.user.id == person && !good.sets_password());
        let Some((good, invited)) = own.and_then(|good| good.invited.clone().map(|invited| (good, invited))) else {
            return Ok(Change::Unchanged(None));
        };
        let event = join(tx, &invited, &good.user)?;
        let used = end_others_and_begin(tx, &good, actor.has_second_factor(), browser)?;
        Ok(Change::one(Some(used), event))
    })
}

/// Recognises a form that was sent twice, whose first sending has used the link up.
///
/// # Errors
/// `Repeated` if this very form was sent before.
pub fn refuse_repeated(conn: &mut Conn, actor: &Actor) -> Result<()> {
    operation::refuse_repeated(conn, actor)
}

/// The org that a person joined by this very form, by name and short name: accepting has ended the session that the second
/// sending of a double click still carries.
///
/// # Errors
/// If the database fails.
pub fn joined_before(conn: &mut Conn, person: UserId, form: &str) -> Result<Option<(String, String)>> {
    let done = operation::find(conn, person.number(), form)?.filter(|done| done.action == "membership.accepted");
    let Some(done) = done else { return Ok(None) };
    let joined = link_store::invited(conn, MembershipId::new(done.id))?.filter(|joined| joined.user == person);
    Ok(joined.map(|joined| (joined.org_name, joined.slug)))
}
