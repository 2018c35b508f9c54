//! The app's own table of routes: a method, a path and a handler each. The app is mounted from it and the tests walk it, so no
//! route escapes them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder, guard, web};

use super::{Answer, refusal};
use crate::error::Error;

/// One route.
pub struct Route {
    /// The method; a GET route answers HEAD too.
    pub method: Method,
    /// The path, with `{name}` for its parameters.
    pub path: &'static str,
    /// What it does, if it says so.
    pub purpose: Option<&'static str>,
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
    Route { method: Method::GET, path, purpose: None, handler: guarded.to(handler) }
}

/// A change.
pub fn post<F, Args>(path: &'static str, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Route { method: Method::POST, path, purpose: None, handler: web::post().to(handler) }
}

/// A REST delete.
pub fn delete<F, Args>(path: &'static str, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Route { method: Method::DELETE, path, purpose: None, handler: web::delete().to(handler) }
}

impl Route {
    /// The same route, which says what it does, to stand after "You are about to": for the page that asks for the password first.
    #[must_use]
    pub fn doing(self, purpose: &'static str) -> Route {
        Route { purpose: Some(purpose), ..self }
    }
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
        let whole = routes.into_iter().fold(resource, |resource, route| resource.route(route.handler));
        config.service(whole.wrap(from_fn(survive)));
    }
}

/// A handler that panics answers 500 like any other defect, and its thread lives on.
async fn survive<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    // the routing is done, so nobody needs the request for himself any more
    let kept = request.request().clone();
    let mut handling = Box::pin(next.call(request));
    let ended = std::future::poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| handling.as_mut().poll(context)));
        polled.map_or(Poll::Ready(None), |poll| poll.map(Some))
    });
    match ended.await {
        Some(answer) => Ok(answer?.map_into_left_body()),
        None => {
            let error = Error::unexpected("a handler panicked; its message is above in the log");
            Ok(ServiceResponse::new(kept.clone(), refusal::answer(&kept, &error)).map_into_right_body())
        }
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
