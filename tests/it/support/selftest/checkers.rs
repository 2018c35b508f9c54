//! The checks of pages find each thing that they are for.

use crate::support::html::{Pages, own_rules};
use crate::support::page::Page;

fn page(title: &str, main: &str) -> Page {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>{title}</title></head><body><h1>A</h1>{main}</body></html>"
    );
    Page::parse("http://h/a", &html)
}

#[test]
fn a_clean_page_has_no_problem() {
    let mut pages = Pages::default();
    pages.add("one", page("One", "<p><a href=\"/x\">x</a> <a href=\"#y\">y</a> <b id=\"y\">online</b></p>"));
    assert_eq!(pages.problems(), Vec::<String>::new());
}

#[test]
fn invalid_html_and_shared_titles_are_found() {
    let mut pages = Pages::default();
    pages.add("one", page("Same", "<label for=\"none\">x</label>"));
    pages.add("two", page("Same", "<p></div>"));
    pages.add("three", Page::parse("http://h/b", &page("Same", "").html));
    let problems = pages.problems().join("\n");
    assert!(problems.contains("one, three, two: all have the title \"Same\""), "{problems}");
    assert!(problems.contains("one:2: error The value of the “for” attribute"), "{problems}");
    assert!(problems.contains("two:2: error Stray end tag “div”."), "{problems}");
}

#[test]
fn each_own_rule_finds_its_breach() {
    for (breach, says) in [
        ("<script></script>", "a <script>"),
        ("<style></style>", "a <style>"),
        ("<p style='x'>", "<p style="),
        ("<p onclick='x'>", "<p onclick="),
        ("<img src=//cdn/x.png>", "leads elsewhere"),
        ("<a href='https://other/'>", "leads elsewhere"),
        ("<a href='javascript:x()'>", "leads elsewhere"),
        ("<form action='http://h2/'>", "leads elsewhere"),
        ("<h1>again</h1>", "2 h1"),
    ] {
        let problems = own_rules(&page("One", breach)).join("\n");
        assert!(problems.contains(says), "{breach}: {problems}");
    }
}
