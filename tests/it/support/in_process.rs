//! The product inside the test's process: the same app and middleware as the binary's, in a thread of its own.
//! [`start`] is the one place of the tests that knows how the product is put together.

use std::net::TcpListener;
use std::sync::mpsc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::rt;
use keyhouse::access::Access;
use keyhouse::db::{Db, Url};
use keyhouse::secret::Secrets;
use keyhouse::web::state::State;

use super::database::Database;

/// Connections that read at the same time.
pub const READERS: u32 = 4;

/// A product that runs. Dropping it stops it.
pub struct Running {
    /// `http://127.0.0.1:port`
    pub url: String,
    /// What its handlers reach: for tests that prepare or look at what no page shows.
    pub state: State,
    /// The installation's secrets.
    pub secrets: Secrets,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// Starts the product on `database`, on a free port.
pub fn start(database: &Database) -> Running {
    start_with(database, secrets())
}

/// The secret of the tests, as it stands three times in a line.
pub const SECRET: &str = "a secret of the tests ";

/// The secrets of a product inside the tests.
pub fn secrets() -> Secrets {
    Secrets::parse(&SECRET.repeat(3)).unwrap()
}

/// The same with other secrets.
pub fn start_with(database: &Database, secrets: Secrets) -> Running {
    super::leaks::watch_the_log();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let db = Db::open(&Url::parse(&database.url()).unwrap(), READERS).unwrap();
    let mut state = State::new(Access::new(db, &secrets), &secrets, url.clone());
    state.loopback = true;
    let (server, thread) = serve(listener, state.clone(), secrets.clone());
    Running { url, state, secrets, server, thread: Some(thread) }
}

fn serve(listener: TcpListener, state: State, secrets: Secrets) -> (ServerHandle, JoinHandle<()>) {
    let (send, receive) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        rt::System::new().block_on(async move {
            let server = keyhouse::app::serve(listener, state, secrets, 2).unwrap();
            send.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    (receive.recv().unwrap(), thread)
}

impl Drop for Running {
    fn drop(&mut self) {
        // sent when called; the future would only wait
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
