//! Who gets what from the routes of keys.

use crate::access::row::{About, Row};

/// The rows of keys.
pub fn rows() -> Vec<Row> {
    pages()
}

fn pages() -> Vec<Row> {
    vec![
        Row::page("/orgs/{slug}/keys").admins("200"),
        Row::form("/orgs/{slug}/keys/find", &[("token", "no key")]).admins("422"),
        Row::page("/orgs/{slug}/users/{id}/keys/new").about(About::User).admins("200"),
        Row::form("/orgs/{slug}/users/{id}/keys", &[("name", "ci"), ("operation_id", "{operation}")])
            .about(About::User)
            .admins("200"),
        Row::page("/orgs/{slug}/keys/{id}").about(About::Key).admins("200"),
        Row::page("/orgs/{slug}/keys/{id}/delete").about(About::Key).admins("200"),
        Row::form("/orgs/{slug}/keys/{id}/delete", &[("operation_id", "{operation}")])
            .about(About::Key)
            .admins("303 /orgs/"),
    ]
}
