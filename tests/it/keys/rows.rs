//! Who gets what from the routes of keys.

use crate::access::row::{ADMINS, About, EVERYTHING, Row, What, Who};

/// The rows of keys.
pub fn rows() -> Vec<Row> {
    pages().into_iter().chain(api()).collect()
}

fn pages() -> Vec<Row> {
    vec![
        Row::page("/orgs/{slug}/keys").admins("200"),
        Row::form("/orgs/{slug}/keys/find", &[("token", "no key")]).admins("422"),
        Row::page("/orgs/{slug}/keys/new").admins("200"),
        Row::page("/orgs/{slug}/users/{id}/keys/new").about(About::User).admins("200"),
        Row::form("/orgs/{slug}/users/{id}/keys", &[("name", "ci"), ("operation_id", "{operation}")])
            .about(About::User)
            .admins("200"),
        Row::page("/orgs/{slug}/keys/{id}").about(About::Key).admins("200"),
        Row::page("/orgs/{slug}/keys/{id}/delete").about(About::Key).admins("200"),
        Row::form("/orgs/{slug}/keys/{id}/delete", &[("operation_id", "{operation}")])
            .about(About::Key)
            .admins("303 /orgs/"),
        Row::page("/profile/keys").people("200"),
        Row::page("/profile/keys/{id}/delete").about(About::Key).when(&[Who::Member], &[What::Own], "200").when(
            &[Who::Outsider],
            &[What::Foreign],
            "200",
        ),
        Row::form("/profile/keys/{id}/delete", &[("operation_id", "{operation}")])
            .about(About::Key)
            .when(&[Who::Member], &[What::Own], "303 /profile/keys")
            .when(&[Who::Outsider], &[What::Foreign], "303 /profile/keys"),
    ]
}

const ADMIN_KEYS: [Who; 2] = [Who::AdminKey, Who::Impersonator];
const MEMBERS: [Who; 3] = [Who::Member, Who::Shared, Who::MemberKey];

fn api() -> Vec<Row> {
    let read = |path| {
        let row = Row::api("GET", path).when(&ADMINS, &[What::Own], "200").when(&ADMIN_KEYS, &[What::Own], "200");
        let row = row.when(&[Who::Member, Who::MemberKey], &[What::Own], "200");
        row.when(&[Who::Outsider], &[What::Foreign], "200")
    };
    vec![
        Row::api("POST", "/user/apiKey")
            .about(About::Membership)
            .json(r#"{"orgUserId": {id}, "name": "ci", "canImpersonate": false}"#)
            .when(&ADMINS, &EVERYTHING, "400")
            .when(&ADMIN_KEYS, &EVERYTHING, "400")
            .when(&[Who::Outsider], &EVERYTHING, "400")
            .when(&MEMBERS, &EVERYTHING, "403")
            .when(&ADMINS, &[What::Own], "201")
            .when(&ADMIN_KEYS, &[What::Own], "201")
            .when(&[Who::Outsider], &[What::Foreign], "201"),
        read("/user/apiKey/user/{userId}").about(About::User),
        read("/user/apiKey/{id}").about(About::UserOrKey),
        Row::api("DELETE", "/user/apiKey/{id}")
            .about(About::Key)
            .when(&ADMINS, &[What::Own], "204")
            .when(&ADMIN_KEYS, &[What::Own], "204")
            .when(&[Who::Member, Who::MemberKey], &[What::Own], "204")
            .when(&[Who::Outsider], &[What::Foreign], "204"),
    ]
}
