//! Where things meet: the state, the order of the middleware, and every feature's routes.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};

use crate::error::Error;
use crate::keys::model::parse_presented;
use crate::secret::Secrets;
use crate::sessions::cookie;
use crate::web::route::{self, Route};
use crate::web::state::State;
use crate::web::{Answer, assets, guard, json, respond};

/// Every route of the app.
pub fn routes() -> Vec<Route> {
    let own = vec![route::get("/static/{file}", assets::serve), route::get("/healthz", healthz)];
    [own, crate::keys::routes()].into_iter().flatten().collect()
}

/// Whether this node is ready: it answers once the database does.
async fn healthz(state: web::Data<State>) -> Answer {
    state.access.db().ping().await?;
    json::answer(actix_web::http::StatusCode::OK, &serde_json::json!({"status": "ok"}))
}

async fn nothing_here() -> Result<HttpResponse, Error> {
    Err(Error::not_found())
}

/// How long requests in flight may take to finish after SIGTERM.
const SHUTDOWN_SECONDS: u64 = 10;

/// Starts to serve on a listener; the server runs until it is stopped.
///
/// # Errors
/// If the listener cannot be used.
pub fn serve(listener: TcpListener, state: State, secrets: Secrets, workers: usize) -> std::io::Result<Server> {
    let state = web::Data::new(state);
    let server = HttpServer::new(move || {
        let session = cookie::middleware(&secrets, state.https());
        App::new()
            .app_data(state.clone())
            .app_data(web::PayloadConfig::new(json::LIMIT))
            .configure(|config| route::mount(routes(), config))
            .default_service(web::route().to(nothing_here))
            .wrap(from_fn(|request, next| guard::guard(parse_presented, request, next)))
            .wrap(session)
            .wrap(from_fn(respond::respond))
    });
    let server = server
        .workers(workers)
        .client_request_timeout(Duration::from_secs(5))
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .listen(listener)?;
    Ok(server.run())
}
