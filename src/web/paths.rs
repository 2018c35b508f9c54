//! Which addresses are pages: a link back must not lead to an address that only takes forms.

use actix_web::{HttpRequest, web};

/// The paths that have routes, in their order, and whether each is a page: for telling where one can be led back to.
#[derive(Clone)]
pub struct Paths(Vec<(&'static str, bool)>);

impl Paths {
    /// Those of these routes: each with its path, and whether it answers GET.
    pub fn new(routes: impl Iterator<Item = (&'static str, bool)>) -> Paths {
        let mut paths: Vec<(&'static str, bool)> = Vec::new();
        for (path, get) in routes {
            match paths.iter_mut().find(|(known, _)| *known == path) {
                Some((_, any)) => *any |= get,
                None => paths.push((path, get)),
            }
        }
        Paths(paths)
    }

    /// Whether an address (a path, with or without a query) answers GET. The first path that fits counts, as it does for the
    /// router.
    pub fn answers_get(&self, address: &str) -> bool {
        let path = address.split(['?', '#']).next().unwrap_or("");
        self.0.iter().find(|(pattern, _)| fits(pattern, path)).is_some_and(|(_, page)| *page)
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given || (wanted.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

/// Whether a request for this address would find a page in the app that this request is for.
pub fn is_page(request: &HttpRequest, address: &str) -> bool {
    request.app_data::<web::Data<Paths>>().is_some_and(|paths| paths.answers_get(address))
}

#[cfg(test)]
mod tests {
    use super::Paths;

    #[test]
    fn only_addresses_of_pages_answer_get() {
        let paths = [
            ("/", true),
            ("/a/find", false),
            ("/a/{id}", false),
            ("/a/{id}", true),
            ("/a/{id}/link", false),
            ("/b", true),
        ];
        let paths = Paths::new(paths.into_iter());
        for page in ["/", "/a/1", "/a/1?q=/a/find", "/b#c", "/?q=x"] {
            assert!(paths.answers_get(page), "{page}");
        }
        for none in ["", "/a", "/a/", "/a/find", "/a/find?q=1", "/a/1/link", "/a/1/", "/c", "b", "//b"] {
            assert!(!paths.answers_get(none), "{none}");
        }
    }
}
