//! What becomes of an address whose invited user reported the account that has it: the address is freed, or the report dismissed.
//! The callers check the right to decide.

use super::renaming::show_as;
use crate::access::Actor;
use crate::audit::{By, Echo, Event, Tx, stating_all};
use crate::db::Conn;
use crate::error::Result;
use crate::id::UserId;
use crate::links::model::Kind;
use crate::links::store as links;
use crate::users::membership::Membership;
use crate::users::model::{Email, User};
use crate::users::report_model::Report;
use crate::users::{events, membership_store, report_store, standing_store, store};

/// Frees the address of an account: the account gets one that no mail reaches, and its sessions and links end. Its memberships
/// stay. Invitations to the address that wait move to a new account, and need a new link.
///
/// # Errors
/// If the database fails.
pub fn free_email(tx: &mut Tx, actor: &Actor, user: &User) -> Result<(Vec<Event>, Vec<Echo>)> {
    let released = Email::released(user.id);
    let (mut events, mut echoes) = show_as(tx, actor, None, user, (&user.name, &released))?;
    store::confirm_email(tx, user.id, None)?;
    for event in events.iter_mut().chain(echoes.iter_mut().map(|echo| &mut echo.event)) {
        event.action = events::EMAIL_FREED;
    }
    let (created, moved) = move_invitations(tx, user)?;
    events.extend(created);
    echoes.extend(moved);
    Ok((events, echoes))
}

/// Moves the invitations that wait to one new account; returns its event, and what the orgs are told.
fn move_invitations(tx: &mut Tx, from: &User) -> Result<(Option<Event>, Vec<Echo>)> {
    let (mut account, mut created, mut echoes): (Option<UserId>, _, _) = (None, None, Vec::new());
    for (id, org, accepted) in standing_store::present(tx.conn(), from.id)? {
        if accepted {
            continue;
        }
        let invited = membership_store::find(tx.conn(), org, id)?;
        if invited.email != from.email {
            continue;
        }
        let to = match account {
            Some(to) => to,
            None => {
                let new = store::create(tx, &invited.name, &invited.email, false, None)?;
                created = Some(stating_all(tx, events::account_created(&new))?);
                new.id
            }
        };
        account = Some(to);
        membership_store::move_to(tx, id, to)?;
        links::withdraw(tx, Kind::Invitation, Some(from.id), Some(id))?;
        echoes.push(Echo { event: events::invitation_moved(&invited, to), by: By::Name });
    }
    Ok((created, echoes))
}

/// Dismisses the reports about an account: the installation and each org that invited are told.
///
/// # Errors
/// If the database fails.
pub fn dismiss_reports(tx: &mut Tx, reports: &[Report], account: UserId) -> Result<(Vec<Event>, Vec<Echo>)> {
    report_store::forget_of(tx, account)?;
    let events = reports.iter().map(|report| events::report_dismissed(None, report)).collect();
    let told = |report: &Report| Echo { event: events::report_dismissed(Some(report.org), report), by: By::Name };
    Ok((events, reports.iter().map(told).collect()))
}

/// Returns the state of an invitation for its org: whether its user reported the account that has the address.
///
/// # Errors
/// If the database fails.
pub(super) fn is_reported(conn: &mut Conn, membership: &Membership) -> Result<bool> {
    if membership.accepted_at.is_some() { Ok(false) } else { report_store::is_reported(conn, membership.id) }
}
