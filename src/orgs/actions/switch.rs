//! What becomes of an org that exists: another name, disabled, enabled again. Orgs are never deleted.

use crate::access::{Act, Actor, OrgScope};
use crate::audit::{self, Change, Tx};
use crate::db::Conn;
use crate::error::Result;
use crate::orgs::model::{Org, OrgName};
use crate::orgs::{events, list_store, store};

/// What a switch came to.
pub struct Switched {
    /// The org, as it was before.
    pub org: Org,
    /// Whether it was switched now; else it was so before.
    pub changed: bool,
}

/// Disables an org, or enables it: while it is disabled nobody opens it, and none of its keys works.
///
/// # Errors
/// `Unconfirmed`, `Repeated`; `NotFound` if there is none, and for who is no super admin.
pub fn set_enabled(conn: &mut Conn, actor: &Actor, slug: &str, enabled: bool) -> Result<Switched> {
    actor.require(Act::ManageOrgs)?;
    actor.require_confirmed()?;
    let act = |tx: &mut Tx| {
        let listed = list_store::by_slug(tx.conn(), slug)?;
        if listed.org.enabled == enabled {
            return Ok(Change::Unchanged(Switched { org: listed.org, changed: false }));
        }
        store::set_enabled(tx, listed.org.id, enabled)?;
        let event = events::enabled_changed(&listed, enabled);
        Ok(Change::one(Switched { org: listed.org, changed: true }, event))
    };
    if enabled { audit::change(conn, actor, act) } else { audit::change_on_reserve(conn, actor, act) }
}

/// Gives the org another name; its short name in addresses stays. Whether it had another before.
///
/// # Errors
/// `Repeated`; as the policy says.
pub fn rename(conn: &mut Conn, scope: &OrgScope, name: &OrgName) -> Result<bool> {
    scope.require(Act::RenameOrg)?;
    audit::change(conn, scope.actor(), |tx| {
        let org = store::find(tx.conn(), scope.org_id())?;
        if org.name == name.as_str() {
            return Ok(Change::Unchanged(false));
        }
        store::rename(tx, org.id, name)?;
        Ok(Change::one(true, events::renamed(&org, name)))
    })
}
