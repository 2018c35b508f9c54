//! *Routes x people*: every route of the app by everybody, for ids of their own, foreign, unknown, and of other kinds. The
//! routes come from the app's own table and the answers from each feature's rows; a route without a row fails.

pub mod case;
mod credentials;
mod former;
mod rejected_first;
pub mod row;
mod state;

use std::collections::BTreeSet;

use case::{Case, answer_of, bytes_of, caller};
use row::{Body, EVERYBODY, Row, What, Who};
pub use state::State;

use crate::support::people::World;
use crate::support::{Fixture, at_least_one, both};

/// Every route, with what everybody gets of it.
pub fn rows() -> Vec<Row> {
    let own = vec![
        Row::open("/static/{file}", "404").about(row::About::Words(["x.css", "y.css", "z.css", "x.svg"])),
        Row::open("/healthz", "200"),
    ];
    let features = [
        crate::accounts::rows::rows(),
        crate::audit::rows::rows(),
        crate::explorer::rows::rows(),
        crate::faults::rows::rows(),
        crate::keys::rows::rows(),
        crate::orgs::rows::rows(),
        crate::sessions::rows::rows(),
        crate::setup::rows::rows(),
        crate::users::rows::rows(),
    ];
    [own].into_iter().chain(features).flatten().collect()
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes: Vec<String> =
        keyhouse::app::routes().iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    let rows: Vec<String> = rows().iter().map(Row::name).collect();
    let missing: Vec<&String> = routes.iter().filter(|name| !rows.contains(name)).collect();
    let gone: Vec<&String> = rows.iter().filter(|name| !routes.contains(name)).collect();
    assert!(missing.is_empty() && gone.is_empty(), "routes without a row: {missing:?}; rows without a route: {gone:?}");
    assert_eq!(rows.len(), rows.iter().collect::<BTreeSet<_>>().len(), "a row stands twice");
}

both! {
    async fn everybody_reads_what_the_rows_say(world: World) {
        let mut wrong = Vec::new();
        for row in at_least_one(rows().iter().filter(|row| !row.changes())) {
            for who in EVERYBODY {
                wrong.extend(reads(&world, row, who).await);
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    async fn everybody_changes_what_the_rows_say(world: World) {
        let (mut world, mut wrong) = (world, Vec::new());
        for row in at_least_one(rows().iter().filter(|row| row.changes())) {
            for who in EVERYBODY {
                for what in row.kinds() {
                    let before = State::of(&world);
                    wrong.extend(writes(&world, row, who, what, &before).await);
                    if State::of(&world) != before {
                        world = World::start(world.app.database.backend).await;
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    async fn foreign_and_unknown_ids_are_answered_alike(world: World) {
        let (rows, mut wrong) = (rows(), Vec::new());
        for [one, other] in [[What::Foreign, What::Unknown], [What::Elsewhere, What::Nowhere]] {
            let pairs = rows.iter().flat_map(|row| EVERYBODY.map(|who| (row, who)));
            for (row, who) in at_least_one(pairs.filter(|(row, who)| are_refused_alike(row, *who, [one, other]))) {
                wrong.extend(alike(&world, row, who, [one, other]).await);
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    async fn no_form_is_taken_that_is_not_from_its_own_page(world: World) {
        let (rows, mut wrong) = (rows(), Vec::new());
        let forms = rows.iter().filter(|row| matches!(row.body, Body::Form(_)));
        for (row, who) in at_least_one(forms.flat_map(|row| row.forged_for.iter().map(move |who| (row, *who)))) {
            wrong.extend(forgeries(&world, row, who).await);
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    async fn no_rest_change_by_cookie_is_taken_from_elsewhere(world: World) {
        let (rows, mut wrong) = (rows(), Vec::new());
        for row in at_least_one(rows.iter().filter(|row| row.changes() && !matches!(row.body, Body::Form(_)))) {
            let case = Case { world: &world, row, who: Who::Admin, what: What::Own };
            let admin = world.admin();
            let before = State::of(&world);
            for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "http://evil.example"), ("origin", "null"), ("x", "y")] {
                let reply = case.ask_bare(&admin, "").header(name, value).send().await;
                wrong.extend((reply.status != 403).then(|| format!("{} with {name}: {value}: {}", row.name(), reply.status)));
            }
            assert_eq!(State::of(&world), before, "{}", row.name());
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// A GET and a HEAD of each kind of id; neither changes anything.
async fn reads(world: &World, row: &Row, who: Who) -> Vec<String> {
    let mut wrong = Vec::new();
    for what in row.kinds() {
        let case = Case { world, row, who, what };
        let before = State::of(world);
        let reply = case.send().await;
        wrong.extend(differs(&case, &answer_of(&reply)));
        let head = caller(world, who, row).ask("HEAD", reply.url.as_str()).send().await;
        let same = head.status == reply.status && head.text.is_empty();
        wrong.extend(
            (!same).then(|| format!("HEAD {} as {who:?}: {} and not {}", reply.url, head.status, reply.status)),
        );
        wrong.extend((State::of(world) != before).then(|| format!("{} as {who:?} changed something", row.name())));
    }
    wrong
}

/// A change. What is not answered as done must have done nothing.
async fn writes(world: &World, row: &Row, who: Who, what: What, before: &State) -> Vec<String> {
    let case = Case { world, row, who, what };
    let reply = case.send().await;
    let mut wrong: Vec<String> = differs(&case, &answer_of(&reply)).into_iter().collect();
    let refused = reply.status >= 400 || row.answer(who, what).ends_with("unchanged");
    if refused && State::of(world) != *before {
        wrong.push(format!("{} as {who:?} for {what:?} was refused and changed something", row.name()));
    }
    wrong
}

fn differs(case: &Case<'_>, got: &str) -> Option<String> {
    let Case { row, who, what, .. } = case;
    let expected = row.answer(*who, *what).trim_end_matches(" unchanged");
    let fits = if expected.contains(' ') { got.starts_with(expected) } else { got.split(' ').next() == Some(expected) };
    (!fits).then(|| format!("{} as {who:?} for {what:?}: {got} and not {expected}", row.name()))
}

/// Whether this person is refused both ids in the same way.
fn are_refused_alike(row: &Row, who: Who, [one, other]: [What; 2]) -> bool {
    // a super admin who visits the other org sees that org's banner there, also on error pages
    let sees_the_banner = matches!((who, one), (Who::Visiting, What::Elsewhere));
    let (kinds, answer) = (row.kinds(), row.answer(who, one));
    let asked = kinds.contains(&one) && kinds.contains(&other);
    asked && !sees_the_banner && answer.starts_with('4') && row.answer(who, other) == answer
}

/// Whether the two answers differ in any byte.
async fn alike(world: &World, row: &Row, who: Who, both: [What; 2]) -> Option<String> {
    let (before, mut seen) = (State::of(world), Vec::new());
    for what in both {
        let case = Case { world, row, who, what };
        seen.push(bytes_of(&case, &case.send().await));
    }
    assert_eq!(State::of(world), before, "{}", row.name());
    (seen[0] != seen[1])
        .then(|| format!("{} as {who:?}: {:?}:\n{}\n{:?}:\n{}", row.name(), both[0], seen[0], both[1], seen[1]))
}

/// What a form of another page, another person or another site gets: 403, and nothing changes.
async fn forgeries(world: &World, row: &Row, who: Who) -> Vec<String> {
    let case = Case { world, row, who, what: What::Own };
    let (me, before) = (caller(world, who, row), State::of(world));
    let (good, others) = (me.form_token(), world.owner().form_token());
    let sent = [
        ("no token", case.ask_with_token(&me, "")),
        ("the token of another session", case.ask_with_token(&me, &others)),
        ("a cross-site form", case.ask_bare(&me, &good).header("sec-fetch-site", "cross-site")),
        ("a same-site form", case.ask_bare(&me, &good).header("sec-fetch-site", "same-site")),
        ("a foreign origin", case.ask_bare(&me, &good).header("origin", "http://evil.example")),
        ("a null origin", case.ask_bare(&me, &good).header("origin", "null")),
    ];
    let mut wrong = Vec::new();
    for (name, ask) in sent {
        let reply = ask.send().await;
        wrong.extend((reply.status != 403).then(|| format!("{} as {who:?} with {name}: {}", row.name(), reply.status)));
    }
    assert_eq!(State::of(world), before, "{} as {who:?}", row.name());
    wrong
}
