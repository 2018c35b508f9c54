//! Every answer that is no success, as a real page: what happened, what to do next, and the request to name.

use actix_web::http::StatusCode;
use askama::Template;

use super::page::Frame;

/// A page that says why there is no other.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame; its title is the heading.
    pub frame: Frame,
    /// What happened, in a few words.
    pub heading: String,
    /// Why, and what to do.
    pub explanation: String,
    /// Where to go next: (address, what is there).
    pub next: Vec<(String, String)>,
    /// The request, as the log names it.
    pub request_id: String,
}

impl ErrorPage {
    /// The page for this status in its usual words, with a way to the start.
    pub fn new(frame: Frame, status: StatusCode, request_id: impl Into<String>) -> Self {
        let (heading, explanation) = usual(status);
        Self {
            frame: Frame { title: heading.to_owned(), ..frame },
            heading: heading.to_owned(),
            explanation: explanation.to_owned(),
            next: vec![("/".to_owned(), "The start page".to_owned())],
            request_id: request_id.into(),
        }
    }

    /// The same page with a reason of its own.
    pub fn because(mut self, explanation: impl Into<String>) -> Self {
        self.explanation = explanation.into();
        self
    }

    /// The same page under a heading of its own.
    pub fn headed(mut self, heading: &str) -> Self {
        self.frame.title = heading.to_owned();
        self.heading = heading.to_owned();
        self
    }

    /// The same page with a way that goes before all others.
    pub fn leading(mut self, address: String, text: &str) -> Self {
        self.next.insert(0, (address, text.to_owned()));
        self
    }

    /// The same page with this link and no other.
    pub fn leading_only(mut self, address: String, text: &str) -> Self {
        self.next = vec![(address, text.to_owned())];
        self
    }
}

/// Heading and explanation of each status that Keyhouse answers with.
fn usual(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 => (
            "This request makes no sense",
            "Its address or its form is not as Keyhouse made it. Go back, load the page again and retry.",
        ),
        403 => (
            "This may not be sent",
            "The form did not come from a page of this session, or it is too old. Go back, load the page again and send it once more.",
        ),
        404 => (
            "Page not found",
            "There is nothing at this address. What was here may have been deleted, or it belongs to an org that you are not in.",
        ),
        405 => ("Not this way", "This address exists, but it does not answer this kind of request."),
        409 => (
            "Somebody was faster",
            "What you changed was changed by somebody else in the meantime. Look at it again, then decide.",
        ),
        413 => ("Too much at once", "What was sent is longer than any form of Keyhouse. Nothing was changed."),
        415 => (
            "Keyhouse can’t read this form",
            "It was not sent by a form on a page of Keyhouse. Go back, reload the page and send it from there.",
        ),
        421 => (
            "Wrong address",
            "Keyhouse does not answer under this host name. Use the address that your admin gave you.",
        ),
        429 => ("Too many attempts", "Wait a minute, then try once more."),
        503 => ("Keyhouse cannot do this now", "Nothing was changed. Try again in a moment."),
        _ => ("Something went wrong", "Something went wrong on our side. Check whether your change was saved."),
    }
}
