//! The short cookies beside the session's: a notice for the next page, the seed of signed-out forms, a link's token; and the long one
//! of a known browser.

use std::borrow::Cow;

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, web};

use super::page::Notice;
use super::seal;
use super::state::State;
use crate::secret::SealKey;

/// Carries a notice over a redirect.
pub const NOTICE: &str = "keyhouse-notice";
/// The purpose for which a notice is sealed.
const PURPOSE: &str = "notice";
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

/// Returns a notice as a cookie for the next minute. It is sealed, because programs on other ports of the host can set cookies too.
pub fn from_notice(notice: &Notice, key: &SealKey, https: bool) -> Cookie<'static> {
    let text = serde_json::to_string(&(notice.warn, &notice.bold, &notice.rest)).unwrap_or_default();
    short(NOTICE, seal::seal(key, PURPOSE, text), 60, https)
}

/// Returns the notice in a cookie's value; `None` if Keyhouse did not seal it.
pub fn to_notice(value: &str, key: &SealKey) -> Option<Notice> {
    let (warn, bold, rest) = serde_json::from_str(&seal::open(key, PURPOSE, value)?).ok()?;
    Some(Notice { bold, rest, warn })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secrets;

    #[test]
    fn a_notice_survives_the_redirect_and_a_made_up_one_does_not() {
        let key = Secrets::parse("a secret of the tests, which is long enough").unwrap().key("forms");
        for warn in [true, false] {
            let notice =
                Notice { bold: "Key “a.b;\n\"c” is deleted.".into(), rest: "Since 09:14, ok".into(), warn };
            let back = to_notice(from_notice(&notice, &key, false).value(), &key).unwrap();
            assert_eq!((back.bold, back.rest, back.warn), (notice.bold, notice.rest, warn));
        }
        let device = seal::seal(&key, "device", "[true,\"Call 555\",\"\"]".into());
        for made_up in ["nonsense", "n.6162.", "[true,\"Call 555\",\"\"]", &device] {
            assert!(to_notice(made_up, &key).is_none(), "{made_up}");
        }
    }
}
