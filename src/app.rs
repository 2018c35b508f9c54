//! Where things meet: the state, the order of the middleware, every feature's routes, and how serving begins and ends.

mod api_call;
mod open;

use std::any::Any;
use std::io::Write;
use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::rt;
use actix_web::{App, HttpServer, web};
use api_call::InProcess;
pub use open::{open, open_made, open_present, open_without_lost_secret};

use crate::access::Access;
use crate::accounts;
use crate::audit;
use crate::audit::exports::Exports;
use crate::config::Config;
use crate::explorer::{self, ApiCall, Docs};
use crate::jobs;
use crate::keys;
use crate::keys::model::{parse_presented, without_secrets};
use crate::openapi;
use crate::operations;
use crate::orgs;
use crate::secret::Secrets;
use crate::sessions::hash_queue::Queue;
use crate::sessions::pages::confirm::show_password;
use crate::sessions::pages::interrupted::sign_in_again;
use crate::sessions::{self, cookie};
use crate::setup;
use crate::users;
use crate::web::confirm::Confirm;
use crate::web::connections::{self, Connections};
use crate::web::identify::KeyRules;
use crate::web::paths::{Paths, Purposes};
use crate::web::posted::SignInAgain;
use crate::web::route::{self, Route};
use crate::web::state::State;
use crate::web::{assets, guard, health, json, respond};

/// Every route of the app. The router tries one path after the other, and a path with parameters costs it a regular expression, so the
/// paths without parameters come first.
pub fn routes() -> Vec<Route> {
    let own = vec![route::get("/static/{file}", assets::serve), route::get("/healthz", health::show)];
    let features = [
        accounts::routes(),
        audit::routes(),
        explorer::routes(),
        keys::routes(),
        operations::routes(),
        orgs::routes(),
        sessions::routes(),
        setup::routes(),
        users::routes(),
    ];
    let mut all: Vec<Route> = [own].into_iter().chain(features).flatten().collect();
    all.sort_by_key(|route| route.path.contains('{'));
    all
}

/// How long requests in flight may take to finish after SIGTERM.
const SHUTDOWN_SECONDS: u64 = 10;

/// How long a connection may take nothing of what is sent to it.
const STALLED: Duration = Duration::from_secs(15);

/// Ends a connection whose other side does not read, when so much is sent that it must wait for that.
fn limit_stalls(connection: &dyn Any) {
    #[cfg(target_os = "linux")]
    if let Some(stream) = connection.downcast_ref::<rt::net::TcpStream>() {
        let limit = u32::try_from(STALLED.as_millis()).unwrap_or(u32::MAX);
        if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, limit) {
            tracing::debug!(%error, "a connection has no time limit for stalled writes");
        }
    }
}

/// What all workers share, for the handlers to look up.
fn shared(state: &web::Data<State>) -> std::io::Result<impl Fn(&mut web::ServiceConfig) + Clone + Send + use<>> {
    let state = state.clone();
    let document = openapi::document(&state.public_url, cookie::name(state.https()));
    let docs = web::Data::new(Docs::new(&document)?);
    let exports = web::Data::new(Exports::default());
    let hashing = Queue::of_this_machine();
    let paths = web::Data::new(Paths::new(routes().iter().map(|route| (route.path, route.method == Method::GET))));
    let purposes = web::Data::new(Purposes::new(routes().iter().map(|route| (route.path, route.purpose))));
    Ok(move |config: &mut web::ServiceConfig| {
        config
            .app_data(state.clone())
            .app_data(docs.clone())
            .app_data(exports.clone())
            .app_data(hashing.clone())
            .app_data(paths.clone())
            .app_data(purposes.clone())
            .app_data(Confirm(show_password))
            .app_data(SignInAgain(sign_in_again))
            .app_data(web::PayloadConfig::new(json::LIMIT));
    })
}

/// Starts to serve on a listener; the server runs until its handle stops it. Signals are `run`'s business.
///
/// # Errors
/// If the listener cannot be used.
pub fn serve(listener: TcpListener, state: State, secrets: Secrets, workers: usize) -> std::io::Result<Server> {
    let state = web::Data::new(state);
    let share = shared(&state)?;
    let keys = KeyRules { parse: parse_presented, cut: without_secrets };
    connections::raise_limit();
    let connections = Connections::of_this_process(workers);
    let (per_worker, proxies) = (connections.per_worker(workers), state.trusted_proxies.clone());
    let server = HttpServer::new(move || {
        let session = cookie::middleware(&secrets, state.https());
        let api: Rc<dyn ApiCall> = Rc::new(InProcess::new(state.clone(), routes));
        App::new()
            .configure(share.clone())
            .app_data(api)
            .configure(|config| route::mount(routes(), config))
            .default_service(web::route().to(route::nothing_here))
            .wrap(from_fn(move |request, next| guard::guard(keys, request, next)))
            .wrap(session)
            .wrap(from_fn(respond::respond))
    });
    let server = server
        .workers(workers)
        .client_request_timeout(Duration::from_secs(5))
        .keep_alive(Duration::from_secs(75))
        .max_connections(per_worker)
        .on_connect(move |stream, data| {
            limit_stalls(stream);
            connections.admit(stream, data, |peer| proxies.contains(peer));
        })
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// Serves until SIGTERM, SIGINT or SIGHUP, and then until the requests in flight are answered.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
pub fn run(config: &Config) -> Result<(), String> {
    let listener = TcpListener::bind(config.listen).map_err(|e| format!("cannot listen on {}: {e}", config.listen))?;
    let bound = listener.local_addr().map_err(|error| error.to_string())?;
    let (access, secrets) = open(config)?;
    let mut state = State::new(access.clone(), &secrets, config.public_url(bound));
    state.trusted_proxies.clone_from(&config.trusted_proxies);
    state.hosts.extra.clone_from(&config.extra_hosts);
    state.loopback = config.loopback();
    state.limits = config.limits;
    state.banners = banners(config, &access)?;
    let link = access.write_as_host(setup::actions::offer).map_err(|error| error.to_string())?;
    let mut lines = format!("Keyhouse {} listening on http://{bound}\n", env!("CARGO_PKG_VERSION"));
    if let Some(link) = link {
        lines += &format!("Set up: {}{}\n", state.public_url, link.path());
    }
    rt::System::new().block_on(serve_and_stop(config.workers, listener, state, secrets, &lines))
}

async fn serve_and_stop(
    workers: usize,
    listener: TcpListener,
    state: State,
    secrets: Secrets,
    lines: &str,
) -> Result<(), String> {
    let access = state.access.clone();
    let server = serve(listener, state, secrets, workers).map_err(|error| format!("cannot serve: {error}"))?;
    let stop = stop_signals().map_err(|error| format!("cannot wait for signals: {error}"))?;
    rt::spawn(stop_when(stop, server.handle()));
    let clock = rt::spawn(jobs::run(access.clone()));
    let watch = rt::spawn(stop_when_changed(access.clone(), server.handle()));
    // whoever started us may not be listening any more
    let _ = std::io::stdout().write_all(lines.as_bytes()).and_then(|()| std::io::stdout().flush());
    let ended = server.await;
    clock.abort();
    watch.abort();
    jobs::finish(&access).await;
    tracing::info!("stopped");
    if let Some(changed) = access.db().changed() {
        let emptied = access.db().empty_log();
        emptied.unwrap_or_else(
            |error| tracing::error!(%error, "the log of the database could not be emptied; it is beside the new file"),
        );
        return Err(changed.told().to_owned());
    }
    ended.map_err(|error| format!("the server failed: {error}"))
}

/// Looks each second, as a node that nobody asks anything would not find out.
async fn stop_when_changed(access: Access, server: ServerHandle) {
    while access.db().changed().is_none() {
        rt::time::sleep(Duration::from_secs(1)).await;
        let _ = access.db().ping().await;
    }
    server.stop(true).await;
}

fn banners(config: &Config, access: &Access) -> Result<Vec<String>, String> {
    let mut banners = Vec::new();
    if access.db().read_now(setup::actions::is_demo).map_err(|error| error.to_string())? {
        if config.public() && !config.public_demo {
            return Err("this is a database of made-up data; to serve it beyond this machine, add --public-demo".into());
        }
        banners.push("Demo data: everybody and everything here is made up.".to_owned());
    }
    if config.plain_http() {
        banners.push("Plain HTTP: passwords and keys travel in clear. Put Keyhouse behind https.".to_owned());
    }
    Ok(banners)
}

/// SIGTERM, SIGINT and, unless Keyhouse was started under `nohup`, SIGHUP.
#[cfg(unix)]
type Signals = Vec<rt::signal::unix::Signal>;

#[cfg(unix)]
fn stop_signals() -> std::io::Result<Signals> {
    use rt::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
    let ignores_hangup = ignored_signals() & 1 != 0;
    kinds.into_iter().take(if ignores_hangup { 2 } else { 3 }).map(signal).collect()
}

/// The signals that the parent process made this one ignore: the lowest bit is SIGHUP. 0 where the system does not tell.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// The first signal lets the requests in flight finish. A second SIGTERM or SIGINT does not wait for them; a closed terminal may
/// send SIGHUP twice.
#[cfg(unix)]
async fn stop_when(mut signals: Signals, server: ServerHandle) {
    for (graceful, awaited) in [(true, 3), (false, 2)] {
        std::future::poll_fn(|context| {
            let any = signals.iter_mut().take(awaited).any(|signal| signal.poll_recv(context).is_ready());
            if any { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        tracing::info!(graceful, "stopping");
        rt::spawn(server.stop(graceful));
    }
}

#[cfg(not(unix))]
fn stop_signals() -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
async fn stop_when((): (), server: ServerHandle) {
    if rt::signal::ctrl_c().await.is_ok() {
        server.stop(true).await;
    }
}

#[cfg(test)]
mod tests {
    use super::routes;

    #[test]
    fn paths_without_parameters_come_before_those_with_parameters() {
        assert!(routes().iter().map(|route| route.path.contains('{')).is_sorted());
    }
}
