//! The app's own table of routes: a method, a path and a handler each. The app is mounted from it and the tests walk it, so no
//! route escapes them.

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder, guard, web};

use super::{Answer, refusal};
use crate::error::Error;

/// One route.
pub struct Route {
    /// The method; a GET route answers HEAD too.
    pub method: Method,
    /// The path, with `{name}` for its parameters.
    pub path: &'static str,
    handler: actix_web::Route,
}

/// A page, or a REST read.
pub fn get<F, Args>(path: &'static str, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let guarded = actix_web::Route::new().guard(guard::Any(guard::Get()).or(guard::Head()));
    Route { method: Method::GET, path, handler: guarded.to(handler) }
}

/// A change.
pub fn post<F, Args>(path: &'static str, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Route { method: Method::POST, path, handler: web::post().to(handler) }
}

/// A REST delete.
pub fn delete<F, Args>(path: &'static str, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Route { method: Method::DELETE, path, handler: web::delete().to(handler) }
}

/// The paths that have routes, in their order, and whether each is a page: for telling where one can be led back to.
#[derive(Clone)]
pub struct Paths(Vec<(&'static str, bool)>);

impl Paths {
    /// Those of these routes.
    pub fn of(routes: &[Route]) -> Paths {
        let pages = |path: &str| routes.iter().any(|route| route.path == path && route.method == Method::GET);
        Paths(routes.iter().map(|route| (route.path, pages(route.path))).collect())
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

/// Mounts the routes: one resource for each path, which answers other methods with 405 and `Allow`.
pub fn mount(routes: Vec<Route>, config: &mut web::ServiceConfig) {
    let mut resources: Vec<(&'static str, Vec<Route>)> = Vec::new();
    for route in routes {
        match resources.iter_mut().find(|(path, _)| *path == route.path) {
            Some((_, same)) => same.push(route),
            None => resources.push((route.path, vec![route])),
        }
    }
    for (path, routes) in resources {
        let allow = allowed(&routes);
        let refuse = move |request: HttpRequest| refuse_method(request, allow.clone());
        let resource = web::resource(path).default_service(web::route().to(refuse));
        config.service(routes.into_iter().fold(resource, |resource, route| resource.route(route.handler)));
    }
}

fn allowed(routes: &[Route]) -> String {
    let mut methods: Vec<&str> = routes.iter().map(|route| route.method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.join(", ")
}

/// What answers at an address that no route has.
///
/// # Errors
/// Always `NotFound`.
pub async fn nothing_here() -> Answer {
    Err(Error::not_found())
}

async fn refuse_method(request: HttpRequest, allow: String) -> HttpResponse {
    let mut response = refusal::method_not_allowed(&request);
    if let Ok(value) = HeaderValue::from_str(&allow) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::Paths;

    #[test]
    fn only_addresses_of_pages_answer_get() {
        let paths = [("/", true), ("/a/find", false), ("/a/{id}", true), ("/a/{id}/link", false), ("/b", true)];
        let paths = Paths(paths.to_vec());
        for page in ["/", "/a/1", "/a/1?q=/a/find", "/b#c", "/?q=x"] {
            assert!(paths.answers_get(page), "{page}");
        }
        for none in ["", "/a", "/a/", "/a/find", "/a/find?q=1", "/a/1/link", "/a/1/", "/c", "b", "//b"] {
            assert!(!paths.answers_get(none), "{none}");
        }
    }
}
