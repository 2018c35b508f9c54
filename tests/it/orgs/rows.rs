//! Who gets what from the routes of orgs.

use crate::access::row::{Row, What, Who};

const NEW: &[(&str, &str)] = &[("name", "Initech"), ("email", "bill@initech.example"), ("operation_id", "{operation}")];

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
        Row::page("/orgs/{slug}").admins("200").when(&[Who::Member, Who::Shared], &own, "303 /profile"),
    ]
}
