//! Who gets what from Swagger Docs.

use crate::access::row::{ADMINS, About, Row, What};

const RESOURCES: About = About::Words(["apiKey", "nothing", "nope", "93768"]);
const OTHERS: [What; 3] = [What::Foreign, What::Unknown, What::OtherKind];

/// The rows of the explorer.
pub fn rows() -> Vec<Row> {
    vec![
        Row::open("/openapi.json", "200"),
        Row::page("/orgs/{slug}/docs").admins("200"),
        Row::page("/orgs/{slug}/docs/{resource}").about(RESOURCES).admins("200"),
        // the call is answered in the page: a key that is not there changes nothing
        Row::form("/orgs/{slug}/docs/{resource}", &[("id", "{id}"), ("operation_id", "{operation}")])
            .query("?op=deleteApiKey")
            .about(About::Key)
            .when(&ADMINS, &OTHERS, "200 unchanged")
            .admins("200"),
    ]
}
