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

/// What was sealed for this purpose under one of these keys; `None` if it was not, or was touched.
pub fn open(keys: &[SealKey], purpose: &'static str, sealed: &str) -> Option<String> {
    if sealed.contains(['+', '/', '=']) {
        return None;
    }
    let padding = "=".repeat((4 - sealed.len() % 4) % 4);
    let value = format!("{}{padding}", sealed.replace('-', "+").replace('_', "/"));
    let cookie = || Cookie::new(purpose, value.clone());
    let opened = |key: &SealKey| CookieJar::new().private(&Key::from(&key.double())).decrypt(cookie());
    keys.iter().find_map(opened).map(|cookie| cookie.value().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secrets;

    #[test]
    fn what_was_sealed_opens_for_its_purpose_only_and_hides_the_text() {
        let keys = Secrets::parse(&"k".repeat(40)).unwrap().keys("forms");
        let other = Secrets::parse(&"o".repeat(40)).unwrap().keys("forms");
        let sealed = seal(&keys[0], "one", "ann@example.com".into());
        assert!(!sealed.contains("ann"));
        assert_ne!(sealed, seal(&keys[0], "one", "ann@example.com".into()));
        assert_eq!(open(&keys, "one", &sealed).as_deref(), Some("ann@example.com"));
        assert_eq!(open(&[other[0].clone(), keys[0].clone()], "one", &sealed).as_deref(), Some("ann@example.com"));
        assert_eq!(open(&other, "one", &sealed), None);
        assert_eq!(open(&keys, "two", &sealed), None);
        for wrong in ["", "x", &sealed[1..], &format!("{sealed}A")] {
            assert_eq!(open(&keys, "one", wrong), None, "{wrong}");
        }
    }
}
