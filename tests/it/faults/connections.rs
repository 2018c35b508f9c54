//! Connections that are kept open: one address keeps no other address out, however many it opens.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::support::database::{Backend, Database};
use crate::support::server::Server;

/// Another address than that of the tests' clients.
const OTHER: &str = "127.0.0.2";
const PATIENCE: Duration = Duration::from_secs(6);
const SILENCE: Duration = Duration::from_secs(2);

/// A server with two workers that may have so many files open, and trusts this proxy.
fn server(descriptors: usize, proxy: &str, database: &Database) -> Server {
    limited(&format!("-n {descriptors}"), proxy, database)
}

/// The same, with the limit as `ulimit` takes it.
fn limited(limit: &str, proxy: &str, database: &Database) -> Server {
    let settings = format!("KEYHOUSE_WORKERS=2 KEYHOUSE_TRUSTED_PROXIES={proxy}");
    let script = format!("ulimit {limit} && export {settings} && exec \"$0\" \"$@\"");
    Server::start_under(database, &["bash", "-c", &script])
}

/// Connects from an address of this machine, asks once for `/healthz`, and keeps the connection; what came back, if anything.
async fn hold(from: &'static str, server: SocketAddr) -> (TcpStream, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    let mut stream = socket.connect(server).await.unwrap();
    // one too many may be closed already
    let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").await;
    let mut answer = vec![0; 4096];
    let length = timeout(PATIENCE, stream.read(&mut answer)).await.map_or(0, |read| read.unwrap_or(0));
    (stream, String::from_utf8_lossy(&answer[..length]).into_owned())
}

/// Opens many at once.
async fn hold_many(count: usize, server: SocketAddr) -> Vec<(TcpStream, String)> {
    let all: Vec<_> = (0..count).map(|_| tokio::spawn(hold(OTHER, server))).collect();
    let mut held = Vec::new();
    for one in all {
        held.push(one.await.unwrap());
    }
    held
}

/// How many the server keeps open.
async fn still_open(held: Vec<(TcpStream, String)>) -> usize {
    let is_open = |mut stream: TcpStream| async move {
        let ended = timeout(SILENCE, stream.read(&mut [0; 16])).await;
        (ended.is_err(), stream)
    };
    let all: Vec<_> = held.into_iter().map(|(stream, _)| tokio::spawn(is_open(stream))).collect();
    let mut open = Vec::new();
    for one in all {
        open.push(one.await.unwrap());
    }
    open.iter().filter(|(open, _)| *open).count()
}

fn address(server: &Server) -> SocketAddr {
    server.url.strip_prefix("http://").unwrap().parse().unwrap()
}

async fn answers(server: &Server) {
    for path in ["/login", "/healthz"] {
        let asked = timeout(PATIENCE, server.client().get(path)).await;
        asked.unwrap_or_else(|_| panic!("{path} was not answered:\n{}", server.log())).expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_one_address_keeps_open_keep_no_other_address_out() {
    let database = Database::migrated(Backend::Sqlite);
    let server = server(96, "", &database);
    let held = hold_many(120, address(&server)).await;
    answers(&server).await;
    let open = still_open(held).await;
    assert!(open <= 96 / 4, "{open} are still open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_keeps_silent_on_many_connections_keeps_no_other_address_out() {
    let database = Database::migrated(Backend::Sqlite);
    let mut server = server(96, "", &database);
    let to = address(&server);
    let mut silent = Vec::new();
    for _ in 0..120 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{OTHER}:0").parse().unwrap()).unwrap();
        silent.push(socket.connect(to).await.unwrap());
    }
    answers(&server).await;
    server.wait_line(|line| line.contains("this address has too many connections open").then_some(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trusted_proxy_may_have_all_connections_and_they_end_early_when_many_are_open() {
    let database = Database::migrated(Backend::Sqlite);
    let server = server(128, OTHER, &database);
    // more than the quarter of an address, less than half of all
    let held = hold_many(30, address(&server)).await;
    assert!(held.iter().all(|(_, answer)| answer.starts_with("HTTP/1.1 200") && !answer.contains("connection: close")));
    let more = hold_many(20, address(&server)).await;
    assert!(more.iter().all(|(_, answer)| answer.starts_with("HTTP/1.1 200")));
    assert!(more.iter().any(|(_, answer)| answer.contains("connection: close")), "{more:?}");
    assert_eq!(still_open(held).await, 30);
    answers(&server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_may_open_as_many_files_as_the_system_allows_not_as_few_as_its_shell() {
    let database = Database::migrated(Backend::Sqlite);
    let server = limited("-Sn 96", "", &database);
    let held = hold_many(60, address(&server)).await;
    assert!(held.iter().all(|(_, answer)| answer.starts_with("HTTP/1.1 200")), "{held:?}");
    assert_eq!(still_open(held).await, 60);
    answers(&server).await;
}
