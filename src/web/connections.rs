//! How many connections are open. Each needs a file descriptor, so Keyhouse takes no more than the system allows. One address holds
//! at most a quarter of them, unless it is a trusted proxy, which speaks for many. When many are open, each ends with its answer.

use std::any::Any;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;

/// More connections than this cost memory that a node has better uses for.
const MOST: usize = 8192;
/// Descriptors for everything else: for each worker three of its own and two of its reader, and those of the whole process.
const KEPT: usize = 40;
const KEPT_PER_WORKER: usize = 6;
/// How often the log says that an address has too many.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// All connections of a server. Clones share the counts.
#[derive(Clone)]
pub struct Connections {
    most: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
    told: Option<Instant>,
}

/// One of them, counted until it is dropped.
pub struct Connection {
    connections: Connections,
    /// None for a trusted proxy.
    network: Option<IpAddr>,
    excess: bool,
}

impl Connections {
    /// As many as the limit of this process leaves for them.
    pub fn of_this_process(workers: usize) -> Connections {
        let kept = KEPT + KEPT_PER_WORKER * workers;
        Connections::new(descriptors().saturating_sub(kept).clamp(4 * workers, MOST.max(4 * workers)))
    }

    fn new(most: usize) -> Connections {
        Connections { most, open: Arc::default() }
    }

    /// How many each worker may have.
    pub fn per_worker(&self, workers: usize) -> usize {
        (self.most / workers.max(1)).max(1)
    }

    /// Counts a connection that was just accepted, and leaves it in the data of its requests. Nothing more is read from one too
    /// many: unless its request has come already, it ends at once.
    pub fn admit(&self, stream: &dyn Any, data: &mut Extensions, is_proxy: impl Fn(IpAddr) -> bool) {
        let Some(stream) = stream.downcast_ref::<TcpStream>() else { return };
        // one whose other side is gone ends by itself
        let Ok(peer) = stream.peer_addr() else { return };
        let peer = peer.ip().to_canonical();
        let connection = self.count(peer, is_proxy(peer));
        #[cfg(unix)]
        if connection.excess
            && let Err(error) = rustix::net::shutdown(stream, rustix::net::Shutdown::Read)
        {
            tracing::debug!(%error, "a connection too many could not be ended at once");
        }
        data.insert(connection);
    }

    fn count(&self, peer: IpAddr, is_proxy: bool) -> Connection {
        let network = (!is_proxy).then(|| network(peer));
        let mut open = self.lock();
        open.all += 1;
        let of_network = network.map_or(0, |network| {
            let count = open.by_network.entry(network).or_default();
            *count += 1;
            *count
        });
        let excess = of_network > self.per_network();
        if excess && open.told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
            open.told = Some(Instant::now());
            let limit = self.per_network();
            tracing::warn!(address = %peer, limit, "this address has too many connections open; further ones are closed");
        }
        Connection { connections: self.clone(), network, excess }
    }

    fn per_network(&self) -> usize {
        (self.most / 4).max(1)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    /// Whether its address has more than its share, so that nothing is done for it.
    pub fn is_excess(&self) -> bool {
        self.excess
    }

    /// Whether so many are open that it should end with its answer: half of all, or half of its address's share.
    pub fn is_one_of_many(&self) -> bool {
        let (open, connections) = (self.connections.lock(), &self.connections);
        let of_network = self.network.and_then(|network| open.by_network.get(&network).copied()).unwrap_or(0);
        open.all > connections.most / 2 || of_network > connections.per_network() / 2
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut open = self.connections.lock();
        open.all = open.all.saturating_sub(1);
        if let Some(network) = self.network
            && let Some(count) = open.by_network.get_mut(&network)
        {
            *count -= 1;
            if *count == 0 {
                open.by_network.remove(&network);
            }
        }
    }
}

/// Which addresses share a quarter: each of IPv4 has its own, and a /48 of IPv6, which one site gets, has one.
fn network(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).into()
        }
    }
}

/// How many files this process may have open at once.
#[cfg(unix)]
fn descriptors() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.current.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX)
}

#[cfg(not(unix))]
fn descriptors() -> usize {
    usize::MAX
}

/// Raises the number of files that this process may have open to what the system lets it have. Shells and supervisors begin with less,
/// for programs that could not handle more.
#[cfg(unix)]
pub fn raise_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::debug!(%error, "the limit of open files stays as it is");
    }
}

/// Other systems have no such limit.
#[cfg(not(unix))]
pub fn raise_limit() {}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_a_quarter_and_a_trusted_proxy_has_all() {
        let all = Connections::new(40);
        let mut held: Vec<Connection> = (0..10).map(|_| all.count(ip("192.0.2.1"), false)).collect();
        assert!(held.iter().all(|one| !one.is_excess()));
        assert!(all.count(ip("192.0.2.1"), false).is_excess());
        assert!(!all.count(ip("192.0.2.2"), false).is_excess());
        held.pop();
        assert!(!all.count(ip("192.0.2.1"), false).is_excess(), "one that closed makes room");
        let proxied: Vec<Connection> = (0..30).map(|_| all.count(ip("10.0.0.1"), true)).collect();
        assert!(proxied.iter().all(|one| !one.is_excess()));
        drop((held, proxied));
        assert!(all.lock().all == 0 && all.lock().by_network.is_empty());
    }

    #[test]
    fn addresses_of_one_ipv6_site_share_a_quarter() {
        let all = Connections::new(8);
        let held = ["2001:db8:1::1", "2001:db8:1:ffff::2"].map(|text| all.count(ip(text), false));
        assert!(held.iter().all(|one| !one.is_excess()));
        assert!(all.count(ip("2001:db8:1:2::3"), false).is_excess());
        assert!(!all.count(ip("2001:db8:2::1"), false).is_excess());
    }

    #[test]
    fn connections_end_with_their_answer_when_many_are_open() {
        let all = Connections::new(40);
        let first = all.count(ip("192.0.2.1"), false);
        let own: Vec<Connection> = (0..4).map(|_| all.count(ip("192.0.2.1"), false)).collect();
        assert!(!first.is_one_of_many());
        let sixth = all.count(ip("192.0.2.1"), false);
        assert!(first.is_one_of_many() && !all.count(ip("192.0.2.2"), false).is_one_of_many());
        drop((own, sixth));
        let others: Vec<Connection> = (1..=19).map(|n| all.count(ip(&format!("198.51.100.{n}")), false)).collect();
        assert!(!first.is_one_of_many());
        let last = all.count(ip("10.0.0.1"), true);
        assert!(first.is_one_of_many() && last.is_one_of_many() && others.len() == 19);
    }
}
