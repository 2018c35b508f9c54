//! "This is not my account": the answer of an invited user whose address another account has. The link proves the invitation.

use super::link::judge;
use crate::access::Actor;
use crate::audit::{self, Change};
use crate::db::Conn;
use crate::error::Result;
use crate::links::model::Token;
use crate::links::store as links;
use crate::users::{events, report_store};

/// Records that the invited user is not the user of the account that has their address, for super admins to decide. `false` if the
/// link is not valid, or not an invitation of such an account.
///
/// # Errors
/// `Repeated` if this very form was sent before.
pub fn report_account(conn: &mut Conn, actor: &Actor, token: &Token) -> Result<bool> {
    audit::change(conn, actor, |tx| {
        let link = links::find(tx.conn(), token)?;
        let good = link.map(|link| judge(tx.conn(), &link)).transpose()?.flatten();
        let Some(good) = good.filter(|good| !good.sets_password()) else { return Ok(Change::Unchanged(false)) };
        let Some(invited) = &good.invited else { return Ok(Change::Unchanged(false)) };
        if report_store::is_reported(tx.conn(), invited.id)? {
            return Ok(Change::Unchanged(true));
        }
        report_store::add(tx, invited.id, good.user.id)?;
        let told = |org| events::email_reported(org, invited.id, &invited.name, &good.user);
        Ok(Change::Changed(true, vec![told(None), told(Some(invited.org))]))
    })
}
