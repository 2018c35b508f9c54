//! Who is what by the events alone: the last word of the chains about each membership and account, to be compared with what the
//! tables say. Read from the facts of the events, so that an action of any name counts.

use std::collections::HashMap;

use serde_json::Value;

use super::model::Entry;

/// What the events say of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Role {
    pub admin: bool,
    pub enabled: bool,
    /// Not removed.
    pub there: bool,
    /// The last event that said so.
    pub by: i64,
}

/// What the events say of an account, and the event that said so; nothing if none did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Account {
    pub super_admin: Option<(bool, i64)>,
    pub enabled: Option<(bool, i64)>,
}

/// What the events read so far say of everybody.
#[derive(Default)]
pub(super) struct Roles {
    memberships: HashMap<i64, Role>,
    accounts: HashMap<i64, Account>,
}

impl Roles {
    /// What is said of a membership.
    pub(super) fn membership(&self, id: i64) -> Option<Role> {
        self.memberships.get(&id).copied()
    }

    /// What is said of an account.
    pub(super) fn account(&self, id: i64) -> Account {
        self.accounts.get(&id).copied().unwrap_or_default()
    }

    /// Reads one event more.
    pub(super) fn apply(&mut self, entry: &Entry) {
        let Some(target) = entry.target_id else { return };
        let after: Value = entry.after.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        match entry.target_kind.as_str() {
            "membership" => self.of_membership(entry, target, &after),
            "user" => self.of_user(entry, target, &after),
            _ => {}
        }
    }

    fn of_membership(&mut self, entry: &Entry, id: i64, after: &Value) {
        let Some(role) = self.memberships.get_mut(&id) else { return };
        let said = (after["admin"].as_bool(), after["enabled"].as_bool(), entry.action == "membership.removed");
        if said == (None, None, false) {
            return;
        }
        role.admin = said.0.unwrap_or(role.admin);
        role.enabled = said.1.unwrap_or(role.enabled);
        role.there &= !said.2;
        role.by = entry.id;
    }

    fn of_user(&mut self, entry: &Entry, id: i64, after: &Value) {
        // an event that begins a membership says what it is; others only name it
        if let (Some(membership), Some(admin)) = (after["orgUserId"].as_i64(), after["admin"].as_bool()) {
            let enabled = after["enabled"] != false;
            self.memberships.insert(membership, Role { admin, enabled, there: true, by: entry.id });
        }
        let account = self.account(id);
        let said = |value: &Value, before: Option<(bool, i64)>| {
            let newer = before.is_none_or(|(_, by)| by < entry.id);
            value.as_bool().filter(|_| newer).map_or(before, |value| Some((value, entry.id)))
        };
        let of_account = if after["orgUserId"].is_null() { &after["enabled"] } else { &Value::Null };
        let now = Account {
            super_admin: said(&after["superAdmin"], account.super_admin),
            enabled: said(of_account, account.enabled),
        };
        if now != account {
            self.accounts.insert(id, now);
        }
    }
}
