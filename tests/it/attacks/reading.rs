//! Reading: whoever asks for whatever page, by GET or HEAD, changes no row of any table.

use crate::access::case::{Case, caller};
use crate::access::row::{EVERYBODY, Row, What, Who};
use crate::access::rows;
use crate::support::people::World;
use crate::support::{at_least_one, both, dump};

/// Marks of when somebody or something was last seen: not part of what people change.
const MARKS: [&str; 3] = ["seen_at", "last_seen_at", "last_used"];

async fn reads(world: &World, row: &Row, who: Who) {
    for what in row.kinds() {
        Case { world, row, who, what }.send().await;
    }
    let own = Case { world, row, who, what: What::Own }.path();
    caller(world, who, row).ask("HEAD", &own).send().await;
    // what a link of another site sends along, and what a browser that looks ahead does
    let ask = caller(world, who, row).ask("GET", &own);
    ask.header("sec-fetch-site", "cross-site").header("sec-purpose", "prefetch").send().await;
}

both! {
    async fn whoever_looks_at_everything_has_changed_nothing(world: World) {
        let all = || dump::rows(&world.app.database, |_, column| !MARKS.contains(&column));
        let before = all();
        assert!(before.len() > 30, "{before:?}");
        for row in at_least_one(rows().iter().filter(|row| !row.changes())) {
            for who in EVERYBODY {
                reads(&world, row, who).await;
            }
        }
        assert_eq!(dump::difference(&before, &all()), Vec::<String>::new());
    }

    async fn a_form_that_a_page_of_another_site_sends_by_get_does_nothing(world: World) {
        let before = dump::rows(&world.app.database, |_, column| !MARKS.contains(&column));
        for row in at_least_one(rows().iter().filter(|row| row.changes())) {
            let case = Case { world: &world, row, who: Who::Admin, what: What::Own };
            let path = case.path();
            let body = format!("csrf={}&operation_id=abc&name=ci&first=Eve&enabled=1&admin=1&_method=POST", world.admin().form_token());
            let mark = if path.contains('?') { '&' } else { '?' };
            for method in ["GET", "HEAD", "OPTIONS"] {
                let ask = world.admin().ask(method, &format!("{path}{mark}{body}"));
                ask.header("x-http-method-override", row.method).header("x-method-override", row.method).send().await;
            }
        }
        let after = dump::rows(&world.app.database, |_, column| !MARKS.contains(&column));
        assert_eq!(dump::difference(&before, &after), Vec::<String>::new());
    }
}
