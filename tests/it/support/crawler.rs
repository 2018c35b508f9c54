//! A visitor who follows every link and sends every form that only asks (GET), on every page that can be reached.

use std::collections::{BTreeSet, VecDeque};

use scraper::Html;

use super::client::{Client, Reply};
use super::form::{self, CONTROLS, Edit, Edits};
use super::page::{Page, css};

/// More pages than any small world has: a crawl beyond them does not end.
const MOST: usize = 1500;

/// An address that was visited, and where it was found.
#[derive(Debug)]
pub struct Visit {
    /// The page that it stood on.
    pub from: String,
    /// What was answered.
    pub reply: Reply,
}

impl Visit {
    /// The page, if it is one.
    pub fn page(&self) -> Option<Page> {
        self.reply.header("content-type").starts_with("text/html").then(|| self.reply.page())
    }

    /// What a failing test says of it.
    pub fn name(&self) -> String {
        format!("{} {} (from {})", self.reply.status, self.reply.url, self.from)
    }
}

/// Visits everything that can be reached from these addresses; into the fields of forms it types each of these texts.
pub async fn crawl(client: &Client, starts: &[&str], typed: &[&str]) -> Vec<Visit> {
    let mut queue: VecDeque<(String, String)> =
        starts.iter().map(|path| ("(start)".to_owned(), (*path).to_owned())).collect();
    let mut seen: BTreeSet<String> = starts.iter().map(|path| (*path).to_owned()).collect();
    let mut visits = Vec::new();
    while let Some((from, path)) = queue.pop_front() {
        let ask = client.ask("GET", &path).header("sec-fetch-site", "same-origin").header("sec-fetch-mode", "navigate");
        let visit = Visit { from, reply: ask.send().await };
        for next in onwards(&visit, typed) {
            if seen.insert(next.clone()) {
                queue.push_back((path.clone(), next));
            }
        }
        visits.push(visit);
        assert!(visits.len() < MOST, "the crawl does not end; the last: {}", visits[MOST - 2].name());
    }
    visits
}

fn onwards(visit: &Visit, typed: &[&str]) -> Vec<String> {
    let reply = &visit.reply;
    let mut urls: Vec<reqwest::Url> = reply.url.join(reply.header("location")).into_iter().collect();
    if let Some(page) = visit.page() {
        let links = [page.attributes("a[href]", "href"), page.attributes("link[href]", "href")].concat();
        urls.extend(links.iter().filter_map(|href| reply.url.join(href).ok()));
        urls.extend(typed.iter().flat_map(|text| asked(&page, text)));
    }
    let ours = urls.into_iter().filter(|url| url.origin() == reply.url.origin());
    ours.map(|url| url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()))).collect()
}

/// The addresses that the page's asking forms lead to with this text in each field.
fn asked(page: &Page, text: &str) -> Vec<reqwest::Url> {
    let document = page.document();
    let edits = typed_into(&document, text);
    let buttons = css(&document, "form:not([method=post]) button, form:not([method=post]) input[type=submit]");
    let sent = buttons.into_iter().filter_map(|button| form::submit(page, &document, button, &edits).ok());
    sent.filter(|sent| !sent.post).map(|sent| sent.url).collect()
}

fn typed_into(document: &Html, text: &str) -> Edits {
    let controls = css(document, CONTROLS).into_iter().enumerate();
    let fields = controls.filter(|(_, control)| {
        matches!(form::kind(*control).as_str(), "text" | "search" | "textarea" | "number" | "date")
    });
    fields.map(|(place, _)| (place, Edit::Value(text.to_owned()))).collect()
}
