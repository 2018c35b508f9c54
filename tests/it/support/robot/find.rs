//! How the robot finds things on its page, and how it comes to the next one.

use scraper::{ElementRef, Html, Selector};

use super::{Ask, Reply, Robot, Scope, css, squeeze, text_of};

impl Robot {
    /// Follows redirects as a browser does, and sees the page at their end.
    pub(super) async fn arrive(&mut self, mut reply: Reply) -> &mut Robot {
        for _ in 0..10 {
            let location = reply.header("location");
            if !matches!(reply.status, 301..=303) || location.is_empty() {
                break;
            }
            let next = reply.url.join(location).unwrap();
            assert_eq!(next.origin(), reply.url.origin(), "the robot was sent to another site");
            let mut ask = self.client.ask("GET", next.as_str());
            ask = ask.header("sec-fetch-site", "same-origin").header("sec-fetch-mode", "navigate");
            reply = ask.send().await;
        }
        assert!(!matches!(reply.status, 300..=399), "{}: a redirect that the robot does not follow", reply.url);
        self.page = reply.page();
        self.reply = reply;
        self.edits.clear();
        self.scope = Scope::Page;
        self
    }

    /// What a browser adds to a request that a click made.
    pub(super) fn as_clicked(&self, ask: Ask) -> Ask {
        let ask = ask.header("sec-fetch-site", "same-origin").header("sec-fetch-mode", "navigate");
        if self.reply.header("referrer-policy") == "no-referrer" {
            return ask;
        }
        let mut referer = self.page.url.clone();
        referer.set_fragment(None);
        ask.header("referer", referer.as_str())
    }

    /// The part of the page that the robot was told to look at.
    pub(super) fn part<'a>(&self, document: &'a Html) -> ElementRef<'a> {
        match &self.scope {
            Scope::Page => document.root_element(),
            Scope::Row(text) => {
                let rows = css(document, "tr").into_iter().filter(|row| text_of(*row).contains(text.as_str()));
                self.only(&format!("row with \"{text}\""), rows.collect())
            }
            Scope::Part(part) => {
                let fits = Selector::parse(part).map(|selector| document.select(&selector).collect::<Vec<_>>());
                match fits {
                    Ok(elements) if !elements.is_empty() => self.only(part, elements),
                    _ => self.details(document, part),
                }
            }
        }
    }

    fn details<'a>(&self, document: &'a Html, text: &str) -> ElementRef<'a> {
        let summaries = css(document, "details > summary");
        let summary = self.one("part", text, summaries, text_of, |a, b| a.id() == b.id());
        summary.parent().and_then(ElementRef::wrap).unwrap_or(summary)
    }

    fn only<'a>(&self, what: &str, found: Vec<ElementRef<'a>>) -> ElementRef<'a> {
        match found.as_slice() {
            [one] => *one,
            _ => self.fail(&format!("{} of \"{what}\" are on the page, and not one", found.len())),
        }
    }

    /// The elements that fit, in the part that is looked at.
    pub(super) fn things<'a>(&self, selector: &str, document: &'a Html) -> Vec<ElementRef<'a>> {
        let selector = Selector::parse(selector).unwrap();
        self.part(document).select(&selector).filter(|element| !is_hidden(*element)).collect()
    }

    /// The one that is called `text`; else the only one whose name holds `text`. Several are one if they do the same.
    #[track_caller]
    pub(super) fn one<'a>(
        &self,
        what: &str,
        text: &str,
        things: Vec<ElementRef<'a>>,
        name: impl Fn(ElementRef<'a>) -> String,
        same: impl Fn(ElementRef<'a>, ElementRef<'a>) -> bool,
    ) -> ElementRef<'a> {
        let text = squeeze(text);
        let named: Vec<(String, ElementRef)> = things.into_iter().map(|thing| (name(thing), thing)).collect();
        let pick = |fits: &dyn Fn(&str) -> bool| -> Vec<ElementRef<'a>> {
            named.iter().filter(|(name, _)| fits(name)).map(|(_, thing)| *thing).collect()
        };
        let exact = pick(&|name| name == text);
        let found = if exact.is_empty() { pick(&|name| name.contains(text.as_str())) } else { exact };
        match found.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| same(*first, *other)) => *first,
            _ => {
                let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
                self.fail(&format!("{} times a {what} \"{text}\", among: {}", found.len(), names.join(" | ")))
            }
        }
    }

    /// Ends the test, and shows the page.
    #[track_caller]
    pub(super) fn fail(&self, why: &str) -> ! {
        panic!("{why}\n--- status {}, {}", self.reply.status, self.page.excerpt())
    }
}

fn is_hidden(element: ElementRef) -> bool {
    let around = element.ancestors().filter_map(ElementRef::wrap);
    element.attr("hidden").is_some() || around.into_iter().any(|e| e.attr("hidden").is_some())
}
