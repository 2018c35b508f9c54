//! Who gets what from the routes of users.

use crate::access::row::{ADMINS, About, GLOBEX_ADMINS, KEYS, PEOPLE, Row, What, Who};

const NEW: &[(&str, &str)] =
    &[("first", "Nina"), ("email", "nina@new.example"), ("role", "user"), ("operation_id", "{operation}")];
const MAKE_ADMIN: &[(&str, &str)] =
    &[("version", "{version}"), ("enabled", "1"), ("admin", "1"), ("operation_id", "{operation}")];
const EMAIL: &[(&str, &str)] = &[("email", "new@new.example"), ("operation_id", "{operation}")];
const SENT: &[(&str, &str)] = &[("operation_id", "{operation}")];

/// The rows of users.
pub fn rows() -> Vec<Row> {
    lists().into_iter().chain(one()).chain(own()).chain(impersonation()).chain(api()).collect()
}

/// Nobody acts as themselves, nor as anybody while they visit an org or act as somebody else.
fn impersonation() -> Vec<Row> {
    let ours = [What::Own, What::Foreign, What::Unknown, What::OtherKind];
    let of_users = |row: Row, answer| {
        let row = row.about(About::User).admins(answer).when(&[Who::Assuming], &ours, "403");
        row.when(&[Who::Outsider, Who::Visiting], &[What::Elsewhere], "403")
    };
    vec![
        of_users(Row::page("/orgs/{slug}/users/{id}/impersonate"), "200"),
        of_users(Row::form("/orgs/{slug}/users/{id}/impersonate", SENT), "303 /orgs/"),
        Row::page("/impersonation").people("303 /").when(&[Who::Assuming], &[What::Own], "200"),
        Row::form("/impersonation/stop", &[]).people("303 / unchanged").when(
            &[Who::Assuming],
            &[What::Own],
            "303 /orgs/acme/users/",
        ),
    ]
}

fn lists() -> Vec<Row> {
    vec![
        Row::page("/orgs/{slug}/users").admins("200"),
        Row::form("/orgs/{slug}/users", NEW).admins("200"),
        Row::page("/orgs/{slug}/users/new").admins("200"),
    ]
}

/// What changes an account, which nobody does while they act as somebody else.
fn not_as_somebody_else(row: Row) -> Row {
    row.when(&[Who::Assuming], &[What::Own], "403")
}

fn one() -> Vec<Row> {
    let page = |path| Row::page(path).about(About::User);
    let form = |path, fields| Row::form(path, fields).about(About::User);
    vec![
        page("/orgs/{slug}/users/{id}/edit").admins("200"),
        page("/orgs/{slug}/users/{id}").admins("303 /orgs/"),
        form("/orgs/{slug}/users/{id}", MAKE_ADMIN).admins("303 /orgs/"),
        // nobody makes a password link for themselves
        not_as_somebody_else(form("/orgs/{slug}/users/{id}/link", SENT).admins("200").when(
            &[Who::Outsider],
            &[What::Elsewhere],
            "403",
        )),
        page("/orgs/{slug}/users/{id}/disable").admins("200"),
        form("/orgs/{slug}/users/{id}/disable", SENT).admins("303 /orgs"),
        page("/orgs/{slug}/users/{id}/enable").admins("303 /orgs/"),
        form("/orgs/{slug}/users/{id}/enable", SENT).admins("303 /orgs/ unchanged"),
        // acme's member is no admin, whom globex asks about is one
        page("/orgs/{slug}/users/{id}/demote").admins("303 /orgs/").when(&GLOBEX_ADMINS, &[What::Elsewhere], "200"),
        form("/orgs/{slug}/users/{id}/demote", SENT)
            .admins("303 /orgs/ unchanged")
            .when(&[Who::Shared, Who::Visiting], &[What::Elsewhere], "303 /orgs/")
            .when(&[Who::Outsider], &[What::Elsewhere], "303 /profile"),
        page("/orgs/{slug}/users/{id}/shown-keys").admins("200"),
        // nobody has asked for another address
        not_as_somebody_else(page("/orgs/{slug}/users/{id}/email").admins("303 /orgs/")),
        not_as_somebody_else(form("/orgs/{slug}/users/{id}/email", SENT).admins("303 /orgs/ unchanged")),
        not_as_somebody_else(form("/orgs/{slug}/users/{id}/email/decline", SENT).admins("303 /orgs/ unchanged")),
        page("/orgs/{slug}/users/{id}/remove").admins("200"),
        form("/orgs/{slug}/users/{id}/remove", SENT).admins("303 /orgs"),
        // nobody of these has it on
        page("/orgs/{slug}/users/{id}/two-factor")
            .admins("303 /orgs/")
            .when(&[Who::Outsider], &[What::Elsewhere], "303 /profile/two-factor")
            .when(&[Who::Assuming], &[What::Own], "403"),
        form("/orgs/{slug}/users/{id}/two-factor", SENT)
            .admins("303 /orgs/ unchanged")
            .when(&[Who::Outsider], &[What::Elsewhere], "403")
            .when(&[Who::Assuming], &[What::Own], "403"),
    ]
}

/// Who runs every org of theirs changes their own address at once, and is signed out by it.
fn own() -> Vec<Row> {
    vec![
        Row::page("/profile/email").people("200"),
        Row::form("/profile/email", EMAIL).people("303 /profile/email").when(
            &[Who::Admin, Who::Outsider, Who::SuperAdmin, Who::Visiting],
            &[What::Own],
            "303 /login",
        ),
        Row::form("/profile/email/withdraw", SENT).people("303 /profile/email unchanged"),
    ]
}

fn api() -> Vec<Row> {
    vec![
        Row::api("GET", "/user/users/me")
            .when(&PEOPLE, &[What::Own], "200")
            .when(&[Who::Assuming], &[What::Own], "200")
            .when(&KEYS, &[What::Own], "200"),
        Row::api("GET", "/user/org/{orgId}/user/{userId}")
            .about(About::OrgAndUser)
            .when(&ADMINS, &[What::Own], "200")
            .when(&KEYS, &[What::Own], "200")
            .when(&[Who::Member], &[What::Own], "200")
            .when(&[Who::Outsider], &[What::Foreign], "200"),
    ]
}
