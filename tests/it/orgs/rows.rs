//! Who gets what from the routes of orgs.

use crate::access::row::{Row, What, Who};

const NEW: &[(&str, &str)] = &[("name", "Initech"), ("email", "bill@initech.example"), ("operation_id", "{operation}")];

const REQUIRED: &[(&str, &str)] = &[("required", "1"), ("operation_id", "{operation}")];

/// The rows of orgs.
pub fn rows() -> Vec<Row> {
    let own = [What::Own];
    vec![
        Row::page("/").people("303 /orgs/acme").when(&[Who::Outsider], &own, "303 /orgs/globex").when(
            &[Who::Shared],
            &own,
            "303 /orgs",
        ),
        Row::page("/orgs").people("303 /orgs/acme").when(&[Who::Outsider], &own, "303 /orgs/globex").when(
            &[Who::Shared, Who::SuperAdmin],
            &own,
            "200",
        ),
        Row::form("/orgs", NEW).when(&[Who::SuperAdmin], &own, "200"),
        Row::page("/orgs/{slug}/two-factor").admins("200"),
        // nobody of these has it on for themselves
        Row::form("/orgs/{slug}/two-factor", REQUIRED).admins("422 unchanged"),
        Row::page("/orgs/{slug}").admins("200").when(&[Who::Member, Who::Shared], &own, "303 /profile"),
    ]
}
