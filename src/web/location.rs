//! The addresses of redirects. Only this module writes the header `Location`, and only from a `LocalPath`, so no answer leads a
//! client to another site.

use actix_web::http::header::{HeaderMap, HeaderValue, LOCATION};
use actix_web::{HttpResponse, HttpResponseBuilder};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::text::is_local_path;

/// Characters that an address contains in their encoded form only, besides those that are not ASCII.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'\\');

/// A path on this site, with or without a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPath(String);

impl LocalPath {
    /// Returns `None` if browsers read the text as the address of another site.
    pub fn parse(text: &str) -> Option<LocalPath> {
        is_local_path(text).then(|| LocalPath(text.to_owned()))
    }

    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Encodes the characters that an address cannot contain. Replaces an address of another site with the start page: only a defect
/// produces one, so the log names it.
impl<T: AsRef<str> + ?Sized> From<&T> for LocalPath {
    fn from(text: &T) -> LocalPath {
        let encoded = utf8_percent_encode(text.as_ref(), ENCODED).to_string();
        LocalPath::parse(&encoded).unwrap_or_else(|| {
            tracing::error!("a redirect would have led to another site; it leads to the start page instead");
            LocalPath("/".to_owned())
        })
    }
}

/// Adds `Location` to the headers of a response.
pub fn add(headers: &mut HeaderMap, to: impl Into<LocalPath>) {
    let value = HeaderValue::from_str(to.into().as_str()).unwrap_or_else(|_| HeaderValue::from_static("/"));
    headers.insert(LOCATION, value);
}

/// Starts the response 303 See Other.
pub fn see_other(to: impl Into<LocalPath>) -> HttpResponseBuilder {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((LOCATION, to.into().0));
    response
}

/// The same for a path under the public URL, for a client that came by another name.
pub fn see_other_at(public_url: &str, to: &LocalPath) -> HttpResponseBuilder {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((LOCATION, format!("{public_url}{}", to.as_str())));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_odd_characters_is_encoded() {
        let encoded = LocalPath::from("/orgs/a b\\\u{e9}\r\n%20/users?q=1");
        assert_eq!(encoded.as_str(), "/orgs/a%20b%5C%C3%A9%0D%0A%20/users?q=1");
    }

    #[test]
    fn an_address_of_another_site_becomes_the_start_page() {
        for other in ["", "//evil.example", "https://evil.example/", "evil.example"] {
            assert_eq!(LocalPath::parse(other), None, "{other}");
            assert_eq!(LocalPath::from(other).as_str(), "/", "{other}");
        }
        assert_eq!(LocalPath::parse("/\\evil.example"), None);
        assert_eq!(LocalPath::from("/\\evil.example").as_str(), "/%5Cevil.example");
    }
}
