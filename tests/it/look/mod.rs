//! Every page, rendered from made-up data without a database: as it should look (`rich`), with hostile text in every field
//! (`hostile`), and with nothing in it (`empty`). `KEYHOUSE_LOOK=DIR cargo test look` also writes them to DIR.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod audit;
mod explorer;
mod keys;
mod orgs;
mod people;
mod rules;
mod sample;
mod two_factor;
mod users;

use sample::{Kind, Sample};

/// A rendered page and a name for it: `users-list.rich`.
struct Shown {
    name: String,
    html: String,
}

fn shown(sample: &Sample) -> Vec<Shown> {
    [
        accounts::pages(sample),
        audit::pages(sample),
        people::pages(sample),
        orgs::pages(sample),
        users::pages(sample),
        keys::pages(sample),
        explorer::pages(sample),
        two_factor::pages(sample),
    ]
    .into_iter()
    .flatten()
    .map(|(name, html)| Shown { name: format!("{name}.{}", sample.kind.word()), html })
    .collect()
}

fn all() -> Vec<Shown> {
    let kinds = [Kind::Rich, Kind::Hostile, Kind::Empty];
    kinds.into_iter().flat_map(|kind| shown(&Sample { kind })).collect()
}

#[test]
fn pages_are_written_where_asked() {
    let Ok(folder) = std::env::var("KEYHOUSE_LOOK") else {
        return;
    };
    std::fs::create_dir_all(format!("{folder}/static")).unwrap();
    for (path, bytes) in [
        (keyhouse::web::assets::css(), &include_bytes!("../../../static/keyhouse.css")[..]),
        (keyhouse::web::assets::icon(), &include_bytes!("../../../static/keyhouse.svg")[..]),
    ] {
        std::fs::write(format!("{folder}{path}"), bytes).unwrap();
    }
    for page in all() {
        std::fs::write(format!("{folder}/{}.html", page.name), page.html).unwrap();
    }
}
