//! Who gets what from the routes of orgs.

use crate::access::row::{Row, SUPER_ADMINS, What, Who};

const NEW: &[(&str, &str)] = &[("name", "Initech"), ("email", "bill@initech.example"), ("operation_id", "{operation}")];

const REQUIRED: &[(&str, &str)] = &[("required", "1"), ("operation_id", "{operation}")];
const SENT: &[(&str, &str)] = &[("operation_id", "{operation}")];
const NAME: &[(&str, &str)] = &[("name", "Another name"), ("operation_id", "{operation}")];

/// The rows of orgs.
pub fn rows() -> Vec<Row> {
    choice().into_iter().chain(one()).collect()
}

fn one() -> Vec<Row> {
    let elsewhere = [What::Elsewhere];
    vec![
        Row::page("/orgs/{slug}").admins("200").when(&[Who::Member, Who::Shared], &[What::Own], "303 /profile"),
        Row::page("/orgs/{slug}/rename").admins("200"),
        Row::form("/orgs/{slug}/rename", NAME).admins("303 /orgs/"),
        // who belongs to an org, or visits it, need not enter it
        Row::page("/orgs/{slug}/enter").of_installation("303 /orgs/acme", "200").when(
            &[Who::Visiting],
            &elsewhere,
            "303 /orgs/globex",
        ),
        Row::form("/orgs/{slug}/enter", SENT).of_installation("303 /orgs unchanged", "303 /orgs/globex"),
        Row::form("/orgs/{slug}/leave", SENT).of_installation("303 /orgs unchanged", "303 /orgs unchanged").when(
            &[Who::Visiting],
            &elsewhere,
            "303 /orgs",
        ),
        Row::page("/orgs/{slug}/two-factor").admins("200"),
        // nobody of these has it on for themselves
        Row::form("/orgs/{slug}/two-factor", REQUIRED).admins("422 unchanged"),
        Row::page("/orgs/{slug}/disable").of_installation("200", "200"),
        Row::form("/orgs/{slug}/disable", SENT).of_installation("303 /orgs", "303 /orgs"),
        Row::page("/orgs/{slug}/enable").of_installation("303 /orgs", "303 /orgs"),
        Row::form("/orgs/{slug}/enable", SENT).of_installation("303 /orgs unchanged", "303 /orgs unchanged"),
    ]
}

fn choice() -> Vec<Row> {
    let own = [What::Own];
    vec![
        Row::page("/")
            .people("303 /orgs/acme")
            .when(&[Who::Outsider], &own, "303 /orgs/globex")
            .when(&[Who::Shared], &own, "303 /orgs")
            .when(&[Who::Assuming], &own, "303 /orgs/acme"),
        Row::page("/orgs")
            .people("303 /orgs/acme")
            .when(&[Who::Outsider], &own, "303 /orgs/globex")
            .when(&[Who::Shared], &own, "200")
            .when(&SUPER_ADMINS, &own, "200"),
        Row::form("/orgs", NEW).when(&SUPER_ADMINS, &own, "200"),
    ]
}
