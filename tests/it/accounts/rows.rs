//! Who gets what from the routes of accounts: super admins everything, whatever the org, and nobody else anything.

use crate::access::row::{About, Row, SUPER_ADMINS, What};

const SENT: &[(&str, &str)] = &[("operation_id", "{operation}")];
const FIND: &[(&str, &str)] = &[("email", "adam@acme.example")];
const SHOWN: &[(&str, &str)] = &[("version", "{account_version}"), ("operation_id", "{operation}")];

/// The rows of accounts.
pub fn rows() -> Vec<Row> {
    let page = |path| Row::page(path).about(About::User);
    let form = |path| Row::form(path, SENT).about(About::User);
    let own = [What::Own, What::Foreign];
    vec![
        Row::page("/accounts").when(&SUPER_ADMINS, &[What::Own], "200"),
        page("/accounts/{id}").when(&SUPER_ADMINS, &own, "200"),
        page("/accounts/{id}/disable").when(&SUPER_ADMINS, &own, "200"),
        form("/accounts/{id}/disable").when(&SUPER_ADMINS, &own, "303 /accounts/"),
        page("/accounts/{id}/enable").when(&SUPER_ADMINS, &own, "303 /accounts/"),
        form("/accounts/{id}/enable").when(&SUPER_ADMINS, &own, "303 /accounts/ unchanged"),
        Row::page("/super-admins").when(&SUPER_ADMINS, &[What::Own], "200"),
        Row::form("/super-admins", FIND).when(&SUPER_ADMINS, &[What::Own], "303 /super-admins/ unchanged"),
        page("/super-admins/{id}/add").when(&SUPER_ADMINS, &own, "200"),
        Row::form("/super-admins/{id}/add", SHOWN).about(About::User).when(&SUPER_ADMINS, &own, "303 /super-admins"),
        page("/accounts/{id}/free-email").when(&SUPER_ADMINS, &own, "200"),
        Row::form("/accounts/{id}/free-email", SHOWN).about(About::User).when(&SUPER_ADMINS, &own, "303 /accounts/"),
        // nobody has reported these
        Row::form("/accounts/{id}/dismiss-reports", SHOWN).about(About::User).when(
            &SUPER_ADMINS,
            &own,
            "303 /accounts unchanged",
        ),
        page("/super-admins/{id}/remove").when(&SUPER_ADMINS, &own, "303 /super-admins"),
        form("/super-admins/{id}/remove").when(&SUPER_ADMINS, &own, "303 /super-admins unchanged"),
    ]
}
