//! The frame around every page, and how a page becomes a response. Knows the org and the person only as words to show.

use std::borrow::Borrow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::state::State;
use crate::text::grouped;

/// What every page shows around its own content.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The page's name; the templates add "Error: " in front where a form failed, and " · Org · Keyhouse" behind.
    pub title: String,
    /// The org that the page is about.
    pub org: Option<FrameOrg>,
    /// Who is signed in.
    pub person: Option<FramePerson>,
    /// Where in the main navigation the page belongs.
    pub section: Section,
    /// The token of every form on the page.
    pub csrf: String,
    /// What just happened.
    pub notice: Option<Notice>,
    /// As what the person acts here, if not as themselves by a membership of their own.
    pub assumed: Option<Assumed>,
    /// What holds for the whole installation or session, a line each: "Demo data".
    pub banners: Vec<String>,
}

/// What a person has entered, said on every page until they leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assumed {
    /// A visit of this org, as a super admin.
    Visit,
    /// An impersonation of whoever the frame calls the person.
    Impersonation,
}

/// The org in the bar.
#[derive(Debug, Clone)]
pub struct FrameOrg {
    /// As people call it.
    pub name: String,
    /// As addresses call it.
    pub slug: String,
    /// Whether the person may see its users, keys and docs.
    pub admin: bool,
    /// Whether there is another org to switch to, or one may be made.
    pub several: bool,
}

/// The person in the menu.
#[derive(Debug, Clone)]
pub struct FramePerson {
    /// First and last name.
    pub name: String,
    /// Whether they may see the pages of the whole installation.
    pub super_admin: bool,
}

/// The parts of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The people of the org.
    Users,
    /// The keys of the org.
    Keys,
    /// The audit trail of the org.
    Audit,
    /// The Swagger Docs.
    Docs,
    /// None of them.
    Other,
}

/// A sentence about what just happened, on top of the page.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Its beginning, set bold.
    pub bold: String,
    /// The rest of it; may be empty.
    pub rest: String,
    /// Whether it warns.
    pub warn: bool,
}

/// How a state is marked: the shape and colour beside its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As usual: a filled disc.
    Ok,
    /// Switched off or not there yet: a ring.
    Off,
    /// To look at: a triangle.
    Warn,
    /// Wrong: a cross.
    Bad,
}

/// A state as a word and a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge {
    /// The word.
    pub word: &'static str,
    /// The shape.
    pub tone: Tone,
}

impl Badge {
    /// The class of the shape; empty for the ring.
    pub fn class(&self) -> &'static str {
        match self.tone {
            Tone::Ok => "ok",
            Tone::Off => "",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
        }
    }
}

impl Frame {
    /// A frame with nothing in it but what holds for the whole installation.
    pub fn bare(state: &State) -> Frame {
        Frame {
            title: String::new(),
            org: None,
            person: None,
            section: Section::Other,
            csrf: String::new(),
            notice: None,
            assumed: None,
            banners: state.banners.clone(),
        }
    }

    /// Where the org's pages are: `/orgs/{slug}`, or empty without an org.
    pub fn at(&self) -> String {
        self.org.as_ref().map_or_else(String::new, |org| format!("/orgs/{}", org.slug))
    }

    /// What the org is called; "Keyhouse" without one.
    pub fn org_name(&self) -> &str {
        self.org.as_ref().map_or("Keyhouse", |org| &org.name)
    }

    /// Whether the person of the page is whom somebody acts as.
    pub fn is_impersonating(&self) -> bool {
        self.assumed == Some(Assumed::Impersonation)
    }

    /// Whether the person may see the pages of the whole installation.
    pub fn is_super_admin(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.super_admin)
    }

    /// What the person is called; empty if nobody is signed in.
    pub fn person_name(&self) -> &str {
        self.person.as_ref().map_or("", |person| &person.name)
    }

    /// The path of the style sheet.
    pub fn css(&self) -> &'static str {
        super::assets::css()
    }

    /// The path of the icon.
    pub fn icon(&self) -> &'static str {
        super::assets::icon()
    }

    /// The version of Keyhouse that made the page.
    pub fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

/// Most pages fit; a longer one grows once or twice.
const USUAL_LENGTH: usize = 16 * 1024;

/// The page as a response. One that cannot be rendered is logged and answered by a plain 500.
pub fn html<T: askama::Template>(status: StatusCode, page: &T) -> HttpResponse {
    let mut text = String::with_capacity(USUAL_LENGTH.max(T::SIZE_HINT));
    match page.render_into(&mut text) {
        Ok(()) => HttpResponse::build(status).content_type("text/html; charset=utf-8").body(text),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            HttpResponse::InternalServerError()
                .content_type("text/plain; charset=utf-8")
                .body("Keyhouse could not show this page. The reason is in its log.\n")
        }
    }
}

/// Everything that means something in a query, or could end an attribute.
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'\'')
    .add(b'+')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'`');

/// The path with these parameters as its query; empty ones are left out, so that an address stays short and canonical.
pub fn with_query(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut url = path.to_owned();
    let mut mark = '?';
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        url.push(mark);
        url.push_str(name);
        url.push('=');
        url.extend(utf8_percent_encode(value, QUERY));
        mark = '&';
    }
    url
}

/// A count as people read it: 1,000,000.
pub fn count(number: impl Borrow<u64>) -> String {
    grouped(*number.borrow())
}

/// The noun in the number that fits: "1 key", "2 keys".
pub fn counted(number: impl Borrow<u64>, noun: &str) -> String {
    let ending = if *number.borrow() == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", count(*number.borrow()))
}

#[cfg(test)]
mod tests {
    use super::{count, counted, with_query};

    #[test]
    fn a_query_is_short_and_escaped() {
        let parameters = [("q", "a&b=c d"), ("status", ""), ("after", "ü+")];
        assert_eq!(with_query("/users", &parameters), "/users?q=a%26b%3Dc%20d&after=%C3%BC%2B");
        assert_eq!(with_query("/users", &[("q", "")]), "/users");
    }

    #[test]
    fn counts_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000")] {
            assert_eq!(count(number), text);
        }
        assert_eq!(count(12_345_678), "12,345,678");
        assert_eq!(counted(1, "key"), "1 key");
        assert_eq!(counted(0, "key"), "0 keys");
    }
}
