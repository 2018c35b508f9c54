//! Checks of many pages at once: valid HTML (by vnu, one run for all), no script, no inline style, nothing from
//! elsewhere, titles that differ.

use std::collections::BTreeMap;
use std::process::Command;

use reqwest::Url;
use scraper::{ElementRef, Html};
use serde_json::Value;
use tempfile::TempDir;

use super::page::Page;

/// Pages under a name each, such as "edit user, with errors".
#[derive(Default)]
pub struct Pages(BTreeMap<String, Page>);

impl Pages {
    /// Adds a page; the name must be new.
    pub fn add(&mut self, name: &str, page: Page) {
        let before = self.0.insert(name.to_owned(), page);
        assert!(before.is_none(), "two pages are named \"{name}\"");
    }

    /// Everything that is wrong with any of them, each with the page's name in front; empty when nothing is.
    pub fn problems(&self) -> Vec<String> {
        let own = self
            .0
            .iter()
            .flat_map(|(name, page)| own_rules(page).into_iter().map(move |problem| format!("{name}: {problem}")));
        own.chain(self.same_titles()).chain(self.invalid()).collect()
    }

    fn same_titles(&self) -> Vec<String> {
        let mut names: BTreeMap<String, Vec<(&str, &Url)>> = BTreeMap::new();
        for (name, page) in &self.0 {
            names.entry(page.title()).or_default().push((name, &page.url));
        }
        // the same address may be looked at twice
        let shared = names.into_iter().filter(|(_, pages)| pages.iter().any(|(_, url)| *url != pages[0].1));
        let shared = shared.map(|(title, pages)| (title, pages.into_iter().map(|(name, _)| name).collect::<Vec<_>>()));
        shared.map(|(title, names)| format!("{}: all have the title \"{title}\"", names.join(", "))).collect()
    }

    fn invalid(&self) -> Vec<String> {
        let folder = TempDir::new().unwrap();
        let mut names = BTreeMap::new();
        for (number, (name, page)) in self.0.iter().enumerate() {
            let file = folder.path().join(format!("{number}.html"));
            std::fs::write(&file, &page.html).unwrap();
            names.insert(format!("file:{}", file.display()), name);
        }
        let vnu = super::tool("node_modules/vnu-jar/build/dist/vnu.jar");
        let mut command = Command::new("java");
        command.arg("-jar").arg(vnu).args(["--format", "json", "--stdout", "--exit-zero-always"]).arg(folder.path());
        let output = command.output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("vnu: {e}: {}", String::from_utf8_lossy(&output.stderr)));
        let messages = report["messages"].as_array().unwrap();
        messages.iter().map(|message| readable(message, &names)).collect()
    }
}

fn readable(message: &Value, names: &BTreeMap<String, &String>) -> String {
    let url = message["url"].as_str().unwrap_or_default();
    let name = names.get(url).map_or(url, |name| name.as_str());
    let text = |key: &str| message[key].as_str().unwrap_or_default().to_owned();
    format!("{name}:{}: {} {} in {}", message["lastLine"], text("type"), text("message"), text("extract"))
}

/// What is wrong with one page by the product's own rules.
pub fn own_rules(page: &Page) -> Vec<String> {
    let document = page.document();
    let mut problems: Vec<String> =
        document.root_element().descendent_elements().flat_map(|e| of_element(page, e)).collect();
    problems.extend(headings(&document));
    if page.title().is_empty() {
        problems.push("no title".into());
    }
    problems
}

fn headings(document: &Html) -> Option<String> {
    let count = super::page::css(document, "h1").len();
    (count != 1).then(|| format!("{count} h1, and not one"))
}

fn of_element(page: &Page, element: ElementRef) -> Vec<String> {
    let name = element.value().name();
    let mut problems = Vec::new();
    if matches!(name, "script" | "style" | "iframe" | "object" | "embed" | "base") {
        problems.push(format!("a <{name}>"));
    }
    for (attribute, value) in element.value().attrs() {
        if attribute == "style" || attribute.starts_with("on") {
            problems.push(format!("<{name} {attribute}=\"{value}\">"));
        }
        let refers = ["src", "href", "action", "formaction", "poster", "srcset", "data", "ping"].contains(&attribute);
        if refers && leads_away(page, value) {
            problems.push(format!("<{name} {attribute}=\"{value}\"> leads elsewhere"));
        }
    }
    problems
}

fn leads_away(page: &Page, address: &str) -> bool {
    match page.url.join(address.trim()) {
        Ok(url) => url.origin() != page.url.origin(),
        Err(_) => true,
    }
}
