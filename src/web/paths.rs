//! Which addresses are pages, as a link back must not lead to one that only takes forms; and what the others do, in words.

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

/// What the routes do that say so, by their paths.
pub struct Purposes(Vec<(&'static str, &'static str)>);

impl Purposes {
    /// Those of these routes: each with its path, and what it does if it says so.
    pub fn new(routes: impl Iterator<Item = (&'static str, Option<&'static str>)>) -> Purposes {
        Purposes(routes.filter_map(|(path, purpose)| Some((path, purpose?))).collect())
    }
}

/// What this request asks for, to stand after "You are about to"; empty if its route does not say.
pub(super) fn purpose(request: &HttpRequest) -> &'static str {
    let (purposes, pattern) = (request.app_data::<web::Data<Purposes>>(), request.match_pattern());
    let Some((purposes, pattern)) = purposes.zip(pattern) else { return "" };
    purposes.0.iter().find(|(path, _)| *path == pattern).map_or("", |(_, purpose)| purpose)
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
