//! The rules of the house, checked over the source: who may use whom, in which direction, and how long things may be.
//! Each rule is a function from files to breaches (`file:line: what is wrong; what to do`), tried in `selftest` on
//! small sources that must fail.

mod costly;
mod files;
mod graph;
mod imports;
mod paths;
mod scan;
mod selftest;
mod sizes;

use files::File;

#[track_caller]
fn holds(breaches: Vec<String>) {
    assert!(breaches.is_empty(), "{} breaches:\n{}", breaches.len(), breaches.join("\n"));
}

fn product() -> Vec<File> {
    files::read("src", "rs")
}

fn product_and_tests() -> Vec<File> {
    [files::read("src", "rs"), files::read("tests", "rs")].concat()
}

#[test]
fn each_file_uses_only_what_its_name_allows() {
    holds(imports::by_file_name(&product()));
}

#[test]
fn diesel_stays_in_the_stores() {
    holds(imports::diesel(&product()));
}

#[test]
fn modules_depend_in_one_direction() {
    holds(graph::direction(&product()));
}

#[test]
fn the_graph_of_files_has_no_cycle() {
    holds(graph::cycles(&product()));
}

#[test]
fn files_are_short() {
    holds(sizes::files(&product_and_tests()));
}

#[test]
fn functions_are_short() {
    holds(sizes::functions(&product_and_tests()));
}

#[test]
fn templates_are_short() {
    holds(sizes::templates(&files::read("templates", "html")));
}

#[test]
fn nothing_unwraps_outside_tests_and_main() {
    holds(imports::unwraps(&product()));
}

#[test]
fn only_db_knows_that_there_are_two_databases() {
    holds(imports::backends(&product()));
}

#[test]
fn nobody_asks_for_the_address_past_the_trusted_proxies() {
    holds(imports::connection_info(&product()));
}

#[test]
fn every_redirect_is_written_in_one_place() {
    holds(imports::redirects(&product()));
}

#[test]
fn passwords_are_judged_and_hashed_in_the_hash_queue_only() {
    holds(costly::outside_the_queue(&product()));
}

#[test]
fn every_module_says_what_it_is() {
    holds(files::introductions(&product_and_tests()));
}

#[test]
fn no_file_has_a_name_without_meaning() {
    holds(files::names(&product_and_tests()));
}
