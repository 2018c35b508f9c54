//! Calls of the API from within: the API's own routes as a service of this worker, which the explorer calls. The caller is
//! handed over as they were found at the door, so no token is made and no cookie read.

use actix_http::Request;
use actix_http::body::EitherBody;
use actix_service::boxed::{self, BoxService};
use actix_service::{IntoServiceFactory, Service, ServiceFactory};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{AppConfig, Payload, ServiceResponse};
use actix_web::http::Uri;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpMessage, web};
use tokio::sync::OnceCell;

use crate::error::{Error, Result};
use crate::explorer::ApiCall;
use crate::explorer::call::{Answered, Answering, CAP, Call};
use crate::web::identify::is_api;
use crate::web::route::{self, Route};
use crate::web::state::State;
use crate::web::{json, respond};

type Api = BoxService<Request, ServiceResponse<EitherBody<BoxBody>>, actix_web::Error>;

/// The API, as one worker calls it. It is made with the first call.
pub struct InProcess {
    state: web::Data<State>,
    routes: fn() -> Vec<Route>,
    api: OnceCell<Api>,
}

impl InProcess {
    /// With the state of the app and its routes, of which those of the API are called.
    pub fn new(state: web::Data<State>, routes: fn() -> Vec<Route>) -> InProcess {
        InProcess { state, routes, api: OnceCell::new() }
    }

    async fn api(&self) -> Result<&Api> {
        self.api.get_or_try_init(|| make(self.state.clone(), (self.routes)())).await
    }
}

impl ApiCall for InProcess {
    fn call(&self, call: Call) -> Answering<'_> {
        Box::pin(async move {
            let api = self.api().await?;
            std::future::poll_fn(|context| api.poll_ready(context)).await.map_err(fault)?;
            let response = api.call(request(call)?).await.map_err(fault)?;
            answered(response).await
        })
    }
}

fn fault(error: actix_web::Error) -> Error {
    Error::unexpected(error.to_string())
}

async fn make(state: web::Data<State>, routes: Vec<Route>) -> Result<Api> {
    let routes = routes.into_iter().filter(|route| is_api(route.path)).collect();
    let app = App::new()
        .app_data(state)
        .app_data(web::PayloadConfig::new(json::LIMIT))
        .configure(|config| route::mount(routes, config))
        .default_service(web::route().to(route::nothing_here))
        .wrap(from_fn(respond::respond));
    let api = app.into_factory().new_service(AppConfig::default()).await;
    api.map(boxed::service).map_err(|()| Error::unexpected("the API did not start for the explorer"))
}

fn request(call: Call) -> Result<Request> {
    let mut request = Request::new();
    if let Some(body) = call.body {
        request = Request::with_payload(Payload::from(web::Bytes::from(body)));
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let head = request.head_mut();
    head.method = call.method;
    head.uri = call.path.parse::<Uri>().map_err(Error::unexpected)?;
    head.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    head.headers.insert(HeaderName::from_static("x-org-id"), HeaderValue::from(call.org.number()));
    request.extensions_mut().insert(call.request_id);
    request.extensions_mut().insert(call.caller);
    Ok(request)
}

async fn answered<B: MessageBody>(response: ServiceResponse<B>) -> Result<Answered> {
    let status = response.status();
    let mut headers: Vec<(String, String)> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    headers.sort();
    let (body, cut) = beginning(response.into_body(), CAP).await?;
    Ok(Answered { status, headers, body, cut })
}

/// The first bytes of a body, and whether there are more. The rest is never made.
async fn beginning<B: MessageBody>(body: B, most: usize) -> Result<(Vec<u8>, bool)> {
    let mut body = std::pin::pin!(body);
    let mut read = Vec::new();
    while let Some(chunk) = std::future::poll_fn(|context| body.as_mut().poll_next(context)).await {
        let chunk = chunk.map_err(|error| Error::unexpected(error.into().to_string()))?;
        let room = most - read.len();
        if chunk.len() > room {
            read.extend_from_slice(&chunk[..room]);
            return Ok((read, true));
        }
        read.extend_from_slice(&chunk);
    }
    Ok((read, false))
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use actix_web::body::BodySize;

    use super::*;

    /// A body without an end.
    struct Endless;

    impl MessageBody for Endless {
        type Error = std::convert::Infallible;

        fn size(&self) -> BodySize {
            BodySize::Stream
        }

        fn poll_next(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<std::result::Result<web::Bytes, Self::Error>>> {
            Poll::Ready(Some(Ok(web::Bytes::from_static(&[b'x'; 1000]))))
        }
    }

    #[actix_web::test]
    async fn a_body_is_read_up_to_the_cap() {
        let (read, cut) = beginning(Endless, CAP).await.unwrap();
        assert_eq!((read.len(), cut), (CAP, true));
    }

    #[actix_web::test]
    async fn a_body_that_fits_is_whole() {
        for length in [0, 1, CAP] {
            let (read, cut) = beginning(web::Bytes::from(vec![b'x'; length]), CAP).await.unwrap();
            assert_eq!((read.len(), cut), (length, false));
        }
    }
}
