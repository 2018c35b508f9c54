//! Who gets what from the page that says whether an operation was done.

use crate::access::row::{About, PEOPLE, Row, What, Who};

const WORDS: About = About::Words(["operation1", "operation2", "operation3", "no-operation"]);

/// The rows of operations. Nobody has sent these operations, and nobody learns of anybody else's.
pub fn rows() -> Vec<Row> {
    let page = Row::page("/operations/{id}").about(WORDS);
    // who acts as somebody else asks about what they themselves have sent
    let page = page.when(&[Who::Assuming], &[What::OtherKind], "404");
    let asked = [What::Own, What::Foreign, What::Unknown];
    vec![page.when(&PEOPLE, &asked, "200").when(&[Who::Assuming], &asked, "200")]
}
