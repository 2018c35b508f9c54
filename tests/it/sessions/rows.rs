//! Who gets what from sign-in, links and the profile.

use crate::access::row::{About, KEYS, PEOPLE, Row, What, Who};

const WRONG: &[(&str, &str)] = &[("email", "{operation}@acme.example"), ("password", "not anybody's password")];
const NAME: &[(&str, &str)] = &[("first", "Anna"), ("last", "Other"), ("operation_id", "{operation}")];
const OPERATION: &[(&str, &str)] = &[("operation_id", "{operation}")];
const PASSWORD: &[(&str, &str)] =
    &[("current", "not this one either"), ("new", "violet harbour seventeen"), ("operation_id", "{operation}")];
const CODE: &[(&str, &str)] = &[("code", "123456"), ("operation_id", "{operation}")];
const TOKENS: About = About::Words([
    "00000000000000000000000000000001",
    "00000000000000000000000000000002",
    "00000000000000000000000000000003",
    "no-token-at-all",
]);

/// The rows of sessions.
pub fn rows() -> Vec<Row> {
    vec![
        Row::open("/login", "200").when(&PEOPLE, &[What::Own], "303 /").when(&[Who::Assuming], &[What::Own], "303 /"),
        Row::open_form("/login", WRONG, "422 unchanged"),
        Row::open("/login/code", "303 /login"),
        Row::open_form("/login/code", CODE, "303 /login unchanged"),
        // whoever has no session is signed out already
        Row::open_form("/logout", &[], "303 /login").when(&KEYS, &[What::Own], "303 /login").forged_for(&[Who::Admin]),
        // their own password, whomever they act as
        Row::page("/confirm").people("200").when(&[Who::Assuming], &[What::Own], "200"),
        Row::form("/confirm", &[("confirm_password", "not anybody's password")]).people("422 unchanged").when(
            &[Who::Assuming],
            &[What::Own],
            "422 unchanged",
        ),
        Row::open("/links/{token}", "303 /links").about(TOKENS),
        Row::open("/links/{token}/{rest:.*}", "303 /links").about(TOKENS),
        Row::open("/links", "404").when(&[Who::Assuming], &[What::Own], "403"),
        Row::open_form("/links", &[("operation_id", "{operation}")], "404").when(&[Who::Assuming], &[What::Own], "403"),
        // nobody of these has opened a link
        Row::open("/links/report", "303 /links").when(&[Who::Assuming], &[What::Own], "403"),
        Row::open_form("/links/report", OPERATION, "303 /links unchanged").when(&[Who::Assuming], &[What::Own], "403"),
        Row::page("/profile").people("200"),
        Row::form("/profile", NAME).people("303 /profile"),
        Row::form("/profile/sessions/{id}/end", OPERATION)
            .about(About::Session)
            .when(&[Who::Member], &[What::Own], "303 /login")
            .when(&[Who::Outsider], &[What::Foreign], "303 /login"),
        Row::form("/profile/sessions/end-others", OPERATION).people("303 /profile"),
        Row::form("/profile/sessions/end-all", OPERATION).people("303 /login"),
        Row::form("/profile/password", PASSWORD).people("422 unchanged"),
        Row::page("/profile/two-factor").people("200"),
        Row::form("/profile/two-factor", CODE).people("422 unchanged"),
        // nobody of these has it on
        Row::page("/profile/two-factor/off").people("303 /profile/two-factor"),
        Row::form("/profile/two-factor/off", CODE).people("303 /profile/two-factor unchanged"),
        Row::page("/profile/two-factor/codes").people("303 /profile/two-factor"),
        Row::form("/profile/two-factor/codes", CODE).people("303 /profile/two-factor unchanged"),
    ]
}
