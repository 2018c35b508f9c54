//! An HTML page as a person reads it: its visible text, and things found by their text or their label.

use reqwest::Url;
use scraper::{ElementRef, Html, Node, Selector};

/// A page and where it came from. It is parsed at every look, which keeps it a plain text that may cross threads.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its address.
    pub url: Url,
    /// Its source.
    pub html: String,
}

impl Page {
    /// A page from its source.
    pub fn parse(url: &str, html: &str) -> Page {
        Page { url: Url::parse(url).unwrap_or_else(|e| panic!("{url}: {e}")), html: html.to_owned() }
    }

    /// The document.
    pub fn document(&self) -> Html {
        Html::parse_document(&self.html)
    }

    /// Everything that can be read on it.
    pub fn text(&self) -> String {
        css(&self.document(), "body").first().map(|body| text_of(*body)).unwrap_or_default()
    }

    /// The text of each element that fits the selector.
    pub fn select(&self, selector: &str) -> Vec<String> {
        css(&self.document(), selector).into_iter().map(text_of).collect()
    }

    /// An attribute of each element that fits the selector and has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        css(&self.document(), selector).iter().filter_map(|e| e.attr(name)).map(str::to_owned).collect()
    }

    /// The title.
    pub fn title(&self) -> String {
        css(&self.document(), "title").first().map(|e| squeeze(&e.text().collect::<String>())).unwrap_or_default()
    }

    /// What a failing test should show: the title, and the first 1,500 characters of the text.
    pub fn excerpt(&self) -> String {
        let text: String = self.text().chars().take(1500).collect();
        format!("{} — {}\n{text}", self.url, self.title())
    }
}

/// All elements that fit a selector, in the order of the page; panics when the selector is none.
pub fn css<'a>(document: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).unwrap_or_else(|e| panic!("{selector}: {e:?}"));
    document.select(&selector).collect()
}

/// Text with every run of white space made one space.
pub fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text that can be read in an element: not what is hidden, nor what the head holds.
pub fn text_of(element: ElementRef) -> String {
    let mut text = String::new();
    collect(element, &mut text);
    squeeze(&text)
}

fn collect(element: ElementRef, text: &mut String) {
    for child in element.children() {
        match child.value() {
            Node::Text(words) => text.push_str(words),
            Node::Element(_) => {
                let Some(child) = ElementRef::wrap(child) else {
                    continue;
                };
                let name = child.value().name();
                if child.attr("hidden").is_some() || matches!(name, "head" | "script" | "style" | "template") {
                    continue;
                }
                // words of neighbouring blocks must not grow together
                let inline = matches!(
                    name,
                    "a" | "b" | "code" | "em" | "i" | "kbd" | "mark" | "small" | "span" | "strong" | "wbr"
                );
                text.push_str(if inline { "" } else { " " });
                collect(child, text);
                text.push_str(if inline { "" } else { " " });
            }
            _ => {}
        }
    }
}

/// What a control or link is called: `aria-label`, what `aria-labelledby` names, its value (of an input), or its text.
pub fn name_of(document: &Html, element: ElementRef) -> String {
    if let Some(label) = element.attr("aria-label") {
        return squeeze(label);
    }
    if let Some(ids) = element.attr("aria-labelledby") {
        let texts = ids.split_whitespace().filter_map(|id| by_id(document, id)).map(text_of);
        return texts.collect::<Vec<_>>().join(" ");
    }
    if element.value().name() == "input" {
        return squeeze(element.attr("value").unwrap_or("Submit"));
    }
    let text = text_of(element);
    if !text.is_empty() {
        return text;
    }
    let images = element.descendent_elements().filter_map(|e| e.attr("alt"));
    squeeze(&images.collect::<Vec<_>>().join(" "))
}

/// The element with this id.
pub fn by_id<'a>(document: &'a Html, id: &str) -> Option<ElementRef<'a>> {
    document.root_element().descendent_elements().find(|e| e.attr("id") == Some(id))
}

/// What a form's control is labelled: `<label for>`, the `<label>` around it, or its `aria-label(ledby)`.
pub fn label_of(document: &Html, control: ElementRef) -> String {
    if control.attr("aria-label").is_some() || control.attr("aria-labelledby").is_some() {
        return name_of(document, control);
    }
    if let Some(id) = control.attr("id")
        && let Some(label) = css(document, "label[for]").into_iter().find(|l| l.attr("for") == Some(id))
    {
        return text_of(label);
    }
    closest(control, "label").map(text_of).unwrap_or_default()
}

/// The nearest element around this one with that tag.
pub fn closest<'a>(element: ElementRef<'a>, tag: &str) -> Option<ElementRef<'a>> {
    element.ancestors().filter_map(ElementRef::wrap).find(|e| e.value().name() == tag)
}
