//! Who gets what from the routes of the audit trail.

use crate::access::row::{About, Row, SUPER_ADMINS, What};

/// Ids that no event has: those of events that exist are asked for in `pages`.
const EVENTS: About = About::Words(["1", "2", "3", "4"]);

/// The rows of the audit trail.
pub fn rows() -> Vec<Row> {
    let super_admin = |row: Row| row.when(&SUPER_ADMINS, &[What::Own], "200");
    vec![
        Row::page("/orgs/{slug}/audit").admins("200"),
        Row::page("/orgs/{slug}/audit/export").admins("200"),
        Row::form("/orgs/{slug}/audit/export", &[("format", "csv")]).admins("200"),
        Row::page("/orgs/{slug}/audit/refusals").admins("200"),
        Row::page("/orgs/{slug}/audit/{event}").about(EVENTS),
        super_admin(Row::page("/audit")),
        super_admin(Row::page("/audit/refusals")),
        Row::page("/audit/{event}").about(EVENTS),
        Row::page("/profile/activity").people("200"),
    ]
}
