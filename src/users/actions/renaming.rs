//! Gives an account another name or email address, everywhere that shows it: the installation and every org of the user is told.

use crate::access::Actor;
use crate::audit::{By, Echo, Event, Tx, stating};
use crate::clock::now;
use crate::error::Result;
use crate::id::OrgId;
use crate::users::account_model::{News, NewsKind};
use crate::users::confirmer::Confirmer;
use crate::users::model::{Email, Name, User};
use crate::users::{account_store, events, membership_store, report_store, standing_store, store};

/// Gives an account this name and email address, wherever they are shown. A new address ends sessions and links, and is news for
/// the account. Returns the events of the installation, and those of each org that shows the account but for the one where the
/// actor acts, which records the change in its own way.
///
/// # Errors
/// `Invalid` if another account has the address.
pub fn show_as(
    tx: &mut Tx,
    actor: &Actor,
    here: Option<OrgId>,
    user: &User,
    (name, email): (&Name, &Email),
) -> Result<(Vec<Event>, Vec<Echo>)> {
    store::rename(tx, user, name, email, set_by(actor))?;
    let mut events = events::account_changed(user, name, email);
    let mut echoes = Vec::new();
    let as_admin = here.is_some() && !actor.is_super_admin() && actor.user() != Some(user.id);
    let by = if as_admin { By::AnotherOrgsAdmin } else { By::Name };
    for (id, org, accepted) in standing_store::present(tx.conn(), user.id)? {
        if !accepted {
            continue;
        }
        membership_store::show_as(tx, org, id, name, email)?;
        if here != Some(org) {
            echoes.extend(events.iter().map(|event| Echo { event: Event { org: Some(org), ..event.clone() }, by }));
        }
    }
    if *email != user.email {
        if let Some(moved) = events.pop() {
            events.push(stating(tx, moved, &["sessionEpoch"])?);
        }
        account_store::forget_email_change(tx, user.id)?;
        report_store::forget_of(tx, user.id)?;
        account_store::tell(tx, user.id, &new_address(actor, user))?;
    }
    Ok((events, echoes))
}

/// Whether an address is confirmed by being set: only the host and super admins vouch for what they set.
pub(super) fn set_by(actor: &Actor) -> Option<Confirmer> {
    match actor.person() {
        _ if actor.is_host() => Some(Confirmer::Host),
        Ok(person) if actor.is_super_admin() => Some(Confirmer::SuperAdmin(person.id)),
        _ => None,
    }
}

fn new_address(actor: &Actor, user: &User) -> News {
    News {
        kind: NewsKind::Email,
        at: now(),
        by: actor.named().name.to_owned(),
        address: actor.origin().address.clone(),
        detail: user.email.to_string(),
    }
}
