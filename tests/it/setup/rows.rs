//! Who gets what from setup once there are accounts: nobody anything.

use crate::access::row::Row;

/// The rows of setup.
pub fn rows() -> Vec<Row> {
    vec![
        Row::open("/setup", "404"),
        Row::open_form("/setup", &[("org", "Evil"), ("email", "eve@evil.example")], "404"),
        Row::page("/orgs/{slug}/first-steps").admins("200"),
    ]
}
