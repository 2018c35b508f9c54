//! The rules about names find their breaches.

use super::super::{graph, imports};
use super::{breach, one, tree};

const WRONG: [(&str, &str, &str); 11] = [
    (
        "src/users/pages.rs",
        "use super::membership_store::list;",
        "`pages` must not use `crate::users::membership_store",
    ),
    ("src/keys/model.rs", "use actix_web::web;", "src/keys/model.rs:1: `model` must not use `actix_web::web`"),
    ("src/keys/store.rs", "\nfn f() { askama::render() }", "store.rs:2: `store` must not use `askama::render`"),
    ("src/keys/actions.rs", "use diesel::prelude::*;", "`actions` must not use `diesel::prelude::*`"),
    ("src/keys/events.rs", "use super::store::list;", "`events` must not use `crate::keys::store::list`"),
    ("src/keys/pages.rs", "use crate::{keys::store};", "`pages` must not use `crate::keys::store`"),
    ("src/keys/pages/edit.rs", "use crate::keys::api;", "`pages` must not use `crate::keys::api`"),
    ("src/keys/api.rs", "use askama::Template;", "`api` must not use `askama::Template`"),
    ("src/keys/verify.rs", "use crate::web::form;", "`verify` must not use `crate::web::form`"),
    ("src/cli.rs", "use actix_web::App;", "`cli` must not use `actix_web::App`"),
    ("src/jobs.rs", "use crate::keys::store;", "`jobs` must not use `crate::keys::store`"),
];

#[test]
fn each_name_has_its_own_limits() {
    for (path, text, says) in WRONG {
        let mut files = one(path, text);
        files.extend(tree(&[
            ("src/keys/store.rs", ""),
            ("src/users/membership_store.rs", ""),
            ("src/keys/api.rs", ""),
            ("src/web/form.rs", ""),
        ]));
        breach(&imports::by_file_name(&files), says);
    }
}

#[test]
fn what_a_name_allows_is_allowed() {
    let files = tree(&[
        ("src/keys/pages.rs", "use askama::Template; use super::actions; use crate::web::page;"),
        ("src/keys/actions.rs", "use super::{model::ApiKey, store}; // diesel::delete"),
        ("src/keys/store.rs", "use diesel::prelude::*; use super::model::ApiKey;"),
        ("src/keys/model.rs", "use diesel::{Queryable, Selectable}; use chrono::Utc;"),
        ("src/web/page.rs", "use actix_web::HttpResponse;"),
    ]);
    for breaches in
        [imports::by_file_name(&files), imports::diesel(&files), graph::direction(&files), graph::cycles(&files)]
    {
        assert_eq!(breaches, Vec::<String>::new());
    }
}

#[test]
fn diesel_elsewhere_is_found() {
    breach(&imports::diesel(&one("src/app.rs", "use diesel::QueryDsl;")), "src/app.rs:1: `diesel::QueryDsl` belongs");
    breach(&imports::diesel(&one("src/keys/model.rs", "use diesel::prelude::*;")), "`diesel::prelude::*`");
    breach(&imports::diesel(&one("src/access/policy.rs", "use diesel::Queryable;")), "policy.rs:1");
}

#[test]
fn forbidden_calls_are_found() {
    breach(&imports::unwraps(&one("src/a.rs", "\nfn f() { x.unwrap(); }")), "src/a.rs:2: `.unwrap()`");
    breach(&imports::unwraps(&one("src/a.rs", "fn f() { x.expect(\"y\"); }")), "`.expect(`");
    let fine =
        "fn f() { x.unwrap_or(1); x.expected(); } // y.unwrap()\n#[cfg(test)] mod tests { fn g() { x.unwrap(); } }";
    assert!(imports::unwraps(&one("src/a.rs", fine)).is_empty());
    assert!(imports::unwraps(&one("src/main.rs", "fn main() { x.unwrap(); }")).is_empty());
    breach(&imports::backends(&one("src/keys/store.rs", "match c { Conn::Sqlite(c) => 1 }")), "`Conn::Sqlite`");
    breach(&imports::backends(&one("src/cli.rs", "if b == Backend::Postgres {}")), "`Backend::`");
    assert!(imports::backends(&one("src/db/dialect.rs", "Conn::Sqlite(c)")).is_empty());
    breach(&imports::redirects(&one("src/a.rs", "insert_header((LOCATION, to))")), "src/a.rs:1: `LOCATION`");
    breach(&imports::redirects(&one("src/a.rs", "\ninsert_header((\"Location\", to))")), "src/a.rs:2: a header by");
    assert!(imports::redirects(&one("src/web/location.rs", "insert(LOCATION, to)")).is_empty());
    breach(&imports::connection_info(&one("src/app.rs", "r.connection_info()")), "src/app.rs:1: `connection_info`");
}
