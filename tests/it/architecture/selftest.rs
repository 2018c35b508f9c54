//! Every rule finds its breach: one that cannot fail is worth nothing.

mod costly;
mod imports;
mod sizes;

use super::files::{self, File};
use super::paths::{Modules, module_of};
use super::{graph, scan};

fn one(path: &str, text: &str) -> Vec<File> {
    vec![File::new(path, text)]
}

fn tree(files: &[(&str, &str)]) -> Vec<File> {
    files.iter().map(|(path, text)| File::new(path, text)).collect()
}

#[track_caller]
fn breach(breaches: &[String], says: &str) {
    assert!(breaches.len() == 1 && breaches[0].contains(says), "{breaches:#?}");
}

#[test]
fn what_is_no_code_is_made_blank() {
    let source = "a // x\n/* y /* z */ */b \"q\\\"//\" 'c' '\\'' r#\"\"d\"# br\"e\" fn f<'g>(h: &'g str) {}";
    let blank: String = scan::blank(source).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(blank, "a b fn f<'g>(h: &'g str) {}");
    assert_eq!(scan::blank("\"a\nb\" c").matches('\n').count(), 1);
}

#[test]
fn tests_are_left_out_and_lines_keep_their_numbers() {
    let file = File::new("src/a.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { x.unwrap() }\n}\nfn c() {}");
    assert_eq!(file.code.split_whitespace().collect::<String>(), "fna(){}fnc(){}");
    assert_eq!(file.code.lines().count(), 6);
}

#[test]
fn paths_are_made_absolute() {
    let files = tree(&[
        ("src/keys/mod.rs", "mod store; pub use model::{ApiKey, Token as Whole}; fn f() { store::list() }"),
        ("src/keys/model.rs", ""),
        (
            "src/keys/store.rs",
            "use super::{model::ApiKey, Whole};\nuse crate::{db::{self, Conn}, id::*};\nfn f() { diesel::delete() }",
        ),
    ]);
    let modules = Modules::new(&files);
    let paths: Vec<String> =
        modules.mentions(&files[2]).iter().map(|m| format!("{}:{}", m.path.join("::"), m.line)).collect();
    let expected = "crate::keys::model::ApiKey:1 crate::keys::Whole:1 crate::db:2 crate::db::Conn:2 crate::id::*:2 diesel::delete:3";
    assert_eq!(paths.join(" "), expected);
    let whole = ["crate", "keys", "Whole"].map(str::to_owned);
    assert_eq!(modules.home(&whole), Some(module_of("src/keys/model.rs")));
    assert!(modules.mentions(&files[0]).iter().any(|m| m.path.join("::") == "crate::keys::store::list"));
}

#[test]
fn a_use_against_the_direction_is_found() {
    let users = ("src/users/actions.rs", "");
    let keys = ("src/keys/actions.rs", "\nuse crate::users::actions;");
    breach(
        &graph::direction(&tree(&[users, keys])),
        "src/keys/actions.rs:2: `keys` must not use `crate::users::actions`",
    );
    let pages = ("src/keys/pages.rs", "use crate::users::actions;");
    assert!(graph::direction(&tree(&[pages, users])).is_empty());
    breach(
        &graph::direction(&tree(&[("src/db/mod.rs", "use crate::web::page;"), ("src/web/page.rs", "")])),
        "`db` must not",
    );
    breach(&graph::direction(&one("src/things/mod.rs", "")), "`things` is not in the table");
}

#[test]
fn a_cycle_of_files_is_found() {
    let files = tree(&[
        ("src/keys/store.rs", "use super::model::A;"),
        ("src/keys/model.rs", "\nuse crate::keys::mark::B;"),
        ("src/keys/mark.rs", "use super::store::C;"),
    ]);
    breach(&graph::cycles(&files), "src/keys/mark.rs:1 -> src/keys/store.rs:1 -> src/keys/model.rs:2 and back");
    let through_mod =
        tree(&[("src/keys/mod.rs", "fn routes() { pages::routes() }"), ("src/keys/pages.rs", "use super::routes;")]);
    breach(&graph::cycles(&through_mod), "and back");
}

#[test]
fn files_without_introduction_or_meaning_are_found() {
    breach(&files::introductions(&one("src/a.rs", "// no\n")), "src/a.rs:1: start with");
    assert!(files::introductions(&one("src/a.rs", "\n//! Yes.\n")).is_empty());
    breach(&files::names(&one("src/keys/utils.rs", "")), "src/keys/utils.rs:1");
    breach(&files::names(&one("src/helpers/mod.rs", "")), "src/helpers/mod.rs:1");
    assert!(files::names(&one("src/manager_of_things.rs", "")).is_empty());
}
