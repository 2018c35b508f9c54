//! The ceilings find what is above them.

use super::super::sizes;
use super::{breach, one};

fn lines(count: usize) -> String {
    "\n    x();".repeat(count)
}

fn function(before: &str, count: usize) -> String {
    format!("{before} fn f(a: [u8; 2]) {{{}\n}}\n", lines(count))
}

#[test]
fn long_files_are_found() {
    breach(&sizes::files(&one("src/a.rs", &lines(300))), "src/a.rs:301: 301 lines");
    assert!(sizes::files(&one("src/db/schema.rs", &lines(900))).is_empty());
    breach(&sizes::templates(&one("templates/a.html", &lines(120))), "121 lines");
}

#[test]
fn long_functions_are_found() {
    breach(&sizes::functions(&one("src/a.rs", &function("", 49))), "src/a.rs:1: `f` has 51 lines");
    assert!(sizes::functions(&one("src/a.rs", &function("async", 48))).is_empty());
    assert!(sizes::functions(&one("src/a.rs", "trait T { fn f(); }\ntype F = fn(u8);")).is_empty());
}

#[test]
fn long_tests_are_found() {
    let test = function("#[tokio::test(flavor = \"multi_thread\")]\nasync", 31);
    breach(&sizes::functions(&one("tests/a.rs", &test)), "tests/a.rs:2: `f` has 31 lines, and 30");
    assert!(sizes::functions(&one("tests/a.rs", &function("#[test]\n", 30))).is_empty());
    let both = format!("both! {{ async fn a(x: X) {{ y(); }}\n {} }}\n{}", function("async", 31), function("", 31));
    breach(&sizes::functions(&one("tests/a.rs", &both)), "tests/a.rs:2: `f` has 31 lines");
}
