//! The audit events of accounts. They stand in the installation's own chain; that an account was disabled or enabled stands in the
//! chain of each of its orgs too, because its keys there stop or start.

use serde_json::{Value, json};

use super::model::{Account, Place};
use crate::audit::{By, Echo, Event, Target};
use crate::id::OrgId;

fn of_account(org: Option<OrgId>, action: &'static str, account: &Account, before: Value, after: Value) -> Event {
    let target = Target { kind: "user", id: account.id.number(), name: account.name.to_string() };
    Event { org, action, target, before: Some(before), after: Some(after) }
}

/// An account was enabled or disabled: the event of the installation, and what each org is told that the user belongs to.
pub fn enabled_changed(account: &Account, enabled: bool, places: &[Place]) -> (Event, Vec<Echo>) {
    let action = if enabled { "account.enabled" } else { "account.disabled" };
    let event =
        |org| of_account(org, action, account, json!({"enabled": account.enabled}), json!({"enabled": enabled}));
    let echo = |place: &Place| Echo { event: event(Some(place.org)), by: By::Name };
    (event(None), places.iter().filter(|place| !place.invited).map(echo).collect())
}

/// Somebody became a super admin, or stopped to be one.
pub fn super_admin_changed(account: &Account, on: bool) -> Event {
    let action = if on { "account.super_admin_granted" } else { "account.super_admin_revoked" };
    of_account(None, action, account, json!({"superAdmin": account.super_admin}), json!({"superAdmin": on}))
}
