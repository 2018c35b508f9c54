//! The form robot: it opens an address, and from there only follows links and submits forms that it finds on the page,
//! by their visible text and labels. It runs no script, so what it can do, a browser without scripts can do.

mod find;

use reqwest::Url;
use scraper::{ElementRef, Html, Selector};

use super::client::{Ask, Client, Reply};
use super::form::{self, CONTROLS, Edit, Edits, Submission};
use super::page::{Page, css, label_of, name_of, squeeze, text_of};

/// A person who reads pages and clicks. It panics, with an excerpt of the page, when a thing is not there.
pub struct Robot {
    /// Its cookies; the robot and tests that look behind the pages share them.
    pub client: Client,
    /// The page that it sees.
    pub page: Page,
    /// The answer that the page came with.
    pub reply: Reply,
    /// How many links and buttons it has clicked.
    pub clicks: usize,
    edits: Edits,
    scope: Scope,
}

enum Scope {
    Page,
    Part(String),
    Row(String),
}

impl Robot {
    /// A robot that has seen nothing yet.
    pub fn new(base: &str) -> Robot {
        let url = Url::parse(base).unwrap();
        let reply = Reply { status: 0, headers: Default::default(), text: String::new(), url };
        let page = Page::parse(base, "");
        Robot { client: Client::new(base), page, reply, clicks: 0, edits: Edits::new(), scope: Scope::Page }
    }

    /// Types an address; redirects are followed.
    pub async fn open(&mut self, path: &str) -> &mut Robot {
        let ask = self.client.ask("GET", path).header("sec-fetch-site", "none");
        let reply = ask.header("sec-fetch-mode", "navigate").send().await;
        self.arrive(reply).await
    }

    /// Clicks the link with this text. One that opens a new tab is followed too.
    pub async fn click(&mut self, text: &str) -> &mut Robot {
        self.clicks += 1;
        let url = self.link(text);
        let mut here = url.clone();
        here.set_fragment(self.page.url.fragment());
        if here == self.page.url && url.fragment().is_some() {
            self.page.url = url;
            return self;
        }
        let ask = self.as_clicked(self.client.ask("GET", url.as_str()));
        let reply = ask.send().await;
        self.arrive(reply).await
    }

    /// Follows the first link that fits the selector, whatever it is called.
    pub async fn click_first(&mut self, selector: &str) -> &mut Robot {
        let href = self.page.attributes(selector, "href").remove(0);
        self.clicks += 1;
        self.open(&href).await
    }

    /// Presses the button with this text and so submits its form.
    pub async fn press(&mut self, text: &str) -> &mut Robot {
        self.clicks += 1;
        let submission = self.submission(text);
        let method = if submission.post { "POST" } else { "GET" };
        let mut ask = self.as_clicked(self.client.ask(method, submission.url.as_str()));
        if submission.post {
            let origin = self.page.url.origin().ascii_serialization();
            // what browsers send under that policy
            let hidden = self.reply.header("referrer-policy") == "no-referrer";
            ask = ask.header("origin", if hidden { "null" } else { &origin });
            ask = ask.body("application/x-www-form-urlencoded", submission.body);
        }
        let reply = ask.send().await;
        self.arrive(reply).await
    }

    /// Writes into the field with this label, or chooses the option with this text in the list with this label.
    pub fn fill(&mut self, label: &str, value: &str) -> &mut Robot {
        let document = self.page.document();
        let (place, control) = self.control(&document, label, |kind| !matches!(kind, "checkbox" | "radio"));
        let value = match control.value().name() {
            "select" => {
                let mut options = control.descendent_elements().filter(|e| e.value().name() == "option");
                let option = options.find(|option| text_of(*option) == value);
                form::option_value(
                    option.unwrap_or_else(|| self.fail(&format!("no choice \"{value}\" in \"{label}\""))),
                )
            }
            _ => value.to_owned(),
        };
        self.edits.insert(place, Edit::Value(value));
        self
    }

    /// Ticks the box, or chooses the radio button, with this label.
    pub fn tick(&mut self, label: &str) -> &mut Robot {
        let document = self.page.document();
        let (place, control) = self.control(&document, label, |kind| matches!(kind, "checkbox" | "radio"));
        if form::kind(control) == "radio" {
            for (other, radio) in css(&document, CONTROLS).into_iter().enumerate() {
                if form::kind(radio) == "radio" && radio.attr("name") == control.attr("name") {
                    self.edits.insert(other, Edit::Checked(false));
                }
            }
        }
        self.edits.insert(place, Edit::Checked(true));
        self
    }

    /// Unticks the box with this label.
    pub fn untick(&mut self, label: &str) -> &mut Robot {
        let document = self.page.document();
        let (place, _) = self.control(&document, label, |kind| kind == "checkbox");
        self.edits.insert(place, Edit::Checked(false));
        self
    }

    /// From now on looks only inside the element that fits this selector, or inside the `<details>` with this summary;
    /// until the next page, or [`Robot::anywhere`].
    pub fn within(&mut self, part: &str) -> &mut Robot {
        self.scope = Scope::Part(part.to_owned());
        let _ = self.part(&self.page.document());
        self
    }

    /// From now on looks only inside the table row that holds this text.
    pub fn within_row(&mut self, text: &str) -> &mut Robot {
        self.scope = Scope::Row(text.to_owned());
        let _ = self.part(&self.page.document());
        self
    }

    /// Looks at the whole page again.
    pub fn anywhere(&mut self) -> &mut Robot {
        self.scope = Scope::Page;
        self
    }

    /// What can be read, in the part that is looked at.
    pub fn text(&self) -> String {
        text_of(self.part(&self.page.document()))
    }

    /// The text of each element that fits the selector, in the part that is looked at.
    pub fn select(&self, selector: &str) -> Vec<String> {
        let parsed = Selector::parse(selector).unwrap_or_else(|e| panic!("{selector}: {e:?}"));
        self.part(&self.page.document()).select(&parsed).map(text_of).collect()
    }

    /// Panics unless this can be read, in the part that is looked at.
    #[track_caller]
    pub fn sees(&mut self, text: &str) -> &mut Robot {
        if !self.text().contains(text) {
            self.fail(&format!("\"{text}\" is not on the page"));
        }
        self
    }

    /// Panics if this can be read, in the part that is looked at.
    #[track_caller]
    pub fn sees_no(&mut self, text: &str) -> &mut Robot {
        if self.text().contains(text) {
            self.fail(&format!("\"{text}\" is on the page"));
        }
        self
    }

    /// Panics unless the page came with this status.
    #[track_caller]
    pub fn status(&mut self, status: u16) -> &mut Robot {
        if self.reply.status != status {
            self.fail(&format!("the status is not {status}"));
        }
        self
    }

    /// The path of the page, with its query.
    pub fn path(&self) -> String {
        let url = &self.page.url;
        url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// What pressing the button with this text would send.
    pub fn submission(&self, text: &str) -> Submission {
        let document = self.page.document();
        let buttons = self.things("button, input[type=submit], input[type=image]", &document);
        let button = self.one("button", text, buttons, |e| name_of(&document, e), |a, b| a.id() == b.id());
        form::submit(&self.page, &document, button, &self.edits)
            .unwrap_or_else(|e| self.fail(&format!("\"{text}\": {e}")))
    }

    fn link(&self, text: &str) -> Url {
        let document = self.page.document();
        let links = self.things("a[href]", &document);
        let link = self.one("link", text, links, |e| name_of(&document, e), |a, b| a.attr("href") == b.attr("href"));
        self.page.url.join(link.attr("href").unwrap_or_default()).unwrap_or_else(|e| self.fail(&e.to_string()))
    }

    fn control<'a>(&self, document: &'a Html, label: &str, fits: impl Fn(&str) -> bool) -> (usize, ElementRef<'a>) {
        let kinds = ["hidden", "submit", "button", "reset", "image", "file"];
        let mut fields = self.things(CONTROLS, document);
        fields.retain(|e| !kinds.contains(&form::kind(*e).as_str()) && fits(&form::kind(*e)));
        let control = self.one("field", label, fields, |e| label_of(document, e), |a, b| a.id() == b.id());
        if form::is_disabled(control) || control.attr("readonly").is_some() {
            self.fail(&format!("\"{label}\" cannot be changed"));
        }
        let place = css(document, CONTROLS).iter().position(|e| e.id() == control.id()).unwrap();
        (place, control)
    }
}
