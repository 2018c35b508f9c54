//! The short cookies beside the session's: a notice for the next page, the seed of signed-out forms, a link's token; and the long one
//! of a known browser.

use std::borrow::Cow;

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, web};

use super::page::Notice;
use super::state::State;
use crate::secret::{hex, unhex};

/// Carries a notice over a redirect.
pub const NOTICE: &str = "keyhouse-notice";
/// Binds signed-out forms to a browser.
pub const FORM: &str = "keyhouse-form";
/// Tells a browser that signed in before.
pub const DEVICE: &str = "keyhouse-device";
/// Carries the token of an opened link, out of the address.
pub const LINK: &str = "keyhouse-link";

/// Carries who showed a good password and still has to show a code.
pub const CODE: &str = "keyhouse-code";

/// The name of a cookie: over https with the prefix by which browsers take it from this very host only.
fn name_of(name: &'static str, https: bool) -> Cow<'static, str> {
    if https { format!("__Host-{name}").into() } else { name.into() }
}

/// A cookie that scripts and other sites do not get.
pub fn short(name: &'static str, value: String, seconds: i64, https: bool) -> Cookie<'static> {
    Cookie::build(name_of(name, https), value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(https)
        .max_age(Duration::seconds(seconds))
        .finish()
}

/// The value of a request's cookie.
pub fn value(request: &HttpRequest, name: &'static str) -> Option<String> {
    let https = request.app_data::<web::Data<State>>().is_some_and(|state| state.https());
    request.cookie(&name_of(name, https)).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty())
}

/// A notice as a cookie for the next minute. In hexadecimal: a percent encoding would be undone before we read the value.
pub fn from_notice(notice: &Notice, https: bool) -> Cookie<'static> {
    let mark = if notice.warn { "w" } else { "n" };
    let parts = [hex(notice.bold.as_bytes()), hex(notice.rest.as_bytes())];
    short(NOTICE, format!("{mark}.{}.{}", parts[0], parts[1]), 60, https)
}

/// The notice that a request brought along.
pub fn to_notice(value: &str) -> Option<Notice> {
    let mut parts = value.splitn(3, '.');
    let (mark, bold, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let decode = |text: &str| Some(String::from_utf8(unhex(text)?).ok()?.chars().take(500).collect());
    Some(Notice { bold: decode(bold)?, rest: decode(rest)?, warn: mark == "w" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_survives_the_redirect() {
        let notice = Notice { bold: "Key “a.b;c” is deleted.".into(), rest: "Since 09:14, ok".into(), warn: false };
        let cookie = from_notice(&notice, false);
        let back = to_notice(cookie.value()).unwrap();
        assert_eq!((back.bold, back.rest, back.warn), (notice.bold, notice.rest, false));
        assert!(to_notice("nonsense").is_none());
    }
}
