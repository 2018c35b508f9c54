//! Who gets what from the page that says whether an operation was done.

use crate::access::row::{About, PEOPLE, Row, What};

const WORDS: About = About::Words(["operation1", "operation2", "operation3", "no-operation"]);

/// The rows of operations. Nobody has sent these operations, and nobody learns of anybody else's.
pub fn rows() -> Vec<Row> {
    let page = Row::page("/operations/{id}").about(WORDS);
    vec![page.when(&PEOPLE, &[What::Own, What::Foreign, What::Unknown], "200")]
}
