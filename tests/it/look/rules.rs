//! What holds for every page.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Selector};

use super::all;
use crate::support::at_least_one;

fn every<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn each(check: impl Fn(&str, &Html)) {
    for page in at_least_one(all()) {
        check(&page.name, &Html::parse_document(&page.html));
    }
}

#[test]
fn no_page_has_a_script_or_an_inline_style() {
    each(|name, page| {
        assert!(every(page, "script, style, iframe, object, base, img").is_empty(), "{name}");
        for element in every(page, "*") {
            let bad = element.value().attrs().find(|(key, _)| *key == "style" || key.starts_with("on"));
            assert_eq!(bad, None, "{name}");
        }
    });
}

#[test]
fn no_page_refers_to_the_outside() {
    each(|name, page| {
        for element in every(page, "[href], [src], [action], [formaction]") {
            for key in ["href", "src", "action", "formaction"] {
                let to = element.attr(key).unwrap_or("/");
                let inside = to.starts_with('/') && !to.starts_with("//") || to.starts_with(['#', '?']);
                assert!(inside, "{name}: {to}");
            }
        }
    });
}

#[test]
fn every_page_has_one_heading_and_a_title() {
    each(|name, page| {
        assert_eq!(every(page, "h1").len(), 1, "{name}");
        assert_eq!(every(page, "main").len(), 1, "{name}");
        assert!(every(page, "[autofocus]").len() <= 1, "{name}: two things want the focus");
        let title: String = every(page, "title")[0].text().collect();
        assert!(title.ends_with(" · Keyhouse"), "{name}: {title}");
    });
}

#[test]
fn the_page_about_what_cannot_be_done_now_claims_no_cause_in_its_heading() {
    let pages: Vec<_> = all().into_iter().filter(|page| page.name.starts_with("error-503")).collect();
    assert_eq!(pages.len(), 3);
    for page in pages {
        let heading: String = every(&Html::parse_document(&page.html), "h1")[0].text().collect();
        assert_eq!(heading, "Keyhouse cannot do this now", "it may be full, busy or without its database");
    }
}

#[test]
fn ids_are_unique_and_references_meet_them() {
    each(|name, page| {
        let mut ids = HashSet::new();
        for element in every(page, "[id]") {
            assert!(ids.insert(element.attr("id").unwrap()), "{name}: {:?}", element.attr("id"));
        }
        for element in every(page, "[aria-describedby], [aria-labelledby], [for]") {
            let lists = ["aria-describedby", "aria-labelledby", "for"].map(|key| element.attr(key).unwrap_or(""));
            for id in lists.iter().flat_map(|list| list.split_whitespace()) {
                assert!(ids.contains(id), "{name}: nothing is called {id}");
            }
        }
        for link in every(page, ".summary a") {
            assert!(ids.contains(&link.attr("href").unwrap()[1..]), "{name}");
        }
    });
}

#[test]
fn every_control_has_a_label() {
    each(|name, page| {
        for control in every(page, "input:not([type=hidden]):not([hidden]), select, textarea") {
            let id = control.attr("id").unwrap_or_else(|| panic!("{name}: a control without an id"));
            assert_eq!(every(page, &format!("label[for='{id}']")).len(), 1, "{name}: {id}");
        }
    });
}

#[test]
fn every_form_that_posts_carries_its_token() {
    each(|name, page| {
        for form in every(page, "form[method=post]") {
            let token = Selector::parse("input[type=hidden][name=csrf]").unwrap();
            assert_eq!(form.select(&token).count(), 1, "{name}");
        }
    });
}

#[test]
fn pages_and_sheet_stay_small() {
    for page in at_least_one(all().iter().filter(|page| page.name.ends_with("rich"))) {
        let length = page.html.len();
        assert!(length <= 60 * 1024, "{}: {length}", page.name);
    }
    let sheet = include_bytes!("../../../static/keyhouse.css").len();
    assert!(sheet <= 28 * 1024, "the sheet has {sheet} bytes");
}
