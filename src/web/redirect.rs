//! Where a handler leads after a change: only to pages of ours that exist, with a word of what just happened.

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;

use super::cookie;
use super::location::{LocalPath, see_other};
use super::page::Notice;
use super::paths;
use super::site::Site;
use crate::error::{Error, Result};
use crate::text::is_local_path;

impl Site {
    /// The page of this org that the person came from, if the browser says so.
    pub fn came_from(&self, slug: &str) -> Option<String> {
        let referer = self.request().headers().get("referer")?.to_str().ok()?;
        let path = referer.strip_prefix(self.state().public_url.as_str())?;
        self.is_page_of(path, slug).then(|| path.to_owned())
    }

    /// Whether a path is the address of one of this org's pages, so that it is safe to lead there and something is there.
    pub fn is_page_of(&self, path: &str, slug: &str) -> bool {
        is_within_org(path, slug) && paths::is_page(self.request(), path)
    }

    /// 303 to a page.
    pub fn see(&self, to: impl Into<LocalPath>) -> HttpResponse {
        see_other(to).finish()
    }

    /// 303 to a page that says what just happened.
    pub fn see_with(&self, to: impl Into<LocalPath>, bold: impl Into<String>, rest: impl Into<String>) -> HttpResponse {
        let notice = Notice { bold: bold.into(), rest: rest.into(), warn: false };
        see_other(to).cookie(self.carry(&notice)).finish()
    }

    /// Has the next page say something.
    ///
    /// # Errors
    /// If it cannot be written as a cookie, which is a defect.
    pub fn say(&self, response: &mut HttpResponse, notice: &Notice) -> Result<()> {
        response.add_cookie(&self.carry(notice)).map_err(|error| Error::unexpected(error.to_string()))
    }

    fn carry(&self, notice: &Notice) -> Cookie<'static> {
        cookie::from_notice(notice, self.state().form_key(), self.state().https())
    }
}

/// Whether a path is within this org and leads nowhere else.
fn is_within_org(path: &str, slug: &str) -> bool {
    let rest = path.strip_prefix("/orgs/").and_then(|rest| rest.strip_prefix(slug));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) && path.len() <= 1000 && is_local_path(path)
}

#[cfg(test)]
mod tests {
    use super::is_within_org;

    #[test]
    fn only_pages_of_the_org_are_led_back_to() {
        assert!(is_within_org("/orgs/acme/users/1/edit?q=a", "acme"));
        assert!(is_within_org("/orgs/acme", "acme"));
        for wrong in
            ["/orgs/acme2", "/orgs/other/keys", "//evil", "/\\evil", "/orgs/acme/\r\nx", "https://evil/orgs/acme", ""]
        {
            assert!(!is_within_org(wrong, "acme"), "{wrong:?}");
        }
    }
}
