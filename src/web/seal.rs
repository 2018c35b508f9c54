//! Text that goes through a browser and comes back as it was, unread: authenticated encryption, as the cookie jar does it.

use actix_web::cookie::{Cookie, CookieJar, Key};

use crate::secret::SealKey;

/// Seals a text for one purpose; what was sealed for another does not open.
pub fn seal(key: &SealKey, purpose: &'static str, text: String) -> String {
    let mut jar = CookieJar::new();
    jar.private_mut(&Key::from(&key.double())).add(Cookie::new(purpose, text));
    // without the signs that a form or a cookie would write as three
    jar.get(purpose)
        .map_or_else(String::new, |cookie| cookie.value().trim_end_matches('=').replace('+', "-").replace('/', "_"))
}

/// What was sealed for this purpose under this key; `None` if it was not, or was changed.
pub fn open(key: &SealKey, purpose: &'static str, sealed: &str) -> Option<String> {
    if sealed.contains(['+', '/', '=']) {
        return None;
    }
    let padding = "=".repeat((4 - sealed.len() % 4) % 4);
    let value = format!("{}{padding}", sealed.replace('-', "+").replace('_', "/"));
    let opened = CookieJar::new().private(&Key::from(&key.double())).decrypt(Cookie::new(purpose, value));
    opened.map(|cookie| cookie.value().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secrets;

    #[test]
    fn what_was_sealed_opens_for_its_purpose_only_and_hides_the_text() {
        let [key, other] = ["one secret", "other keys"]
            .map(|text| Secrets::parse(&format!("{text} of the tests, which is long enough")).unwrap().key("forms"));
        let sealed = seal(&key, "one", "ann@example.com".into());
        assert!(!sealed.contains("ann"));
        assert_ne!(sealed, seal(&key, "one", "ann@example.com".into()));
        assert_eq!(open(&key, "one", &sealed).as_deref(), Some("ann@example.com"));
        assert_eq!(open(&other, "one", &sealed), None);
        assert_eq!(open(&key, "two", &sealed), None);
        for wrong in ["", "x", &sealed[1..], &format!("{sealed}A")] {
            assert_eq!(open(&key, "one", wrong), None, "{wrong}");
        }
    }
}
