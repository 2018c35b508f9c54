//! Clients that are slow on purpose: each has a time limit, and many of them stop nobody else.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::house::House;
use crate::support::Fixture;
use crate::support::database::Backend;

/// More than there are threads, by far.
const MANY: usize = 200;

async fn house() -> House {
    House::start(Backend::Sqlite).await
}

fn address(house: &House) -> std::net::SocketAddr {
    house.server.url.strip_prefix("http://").unwrap().parse().unwrap()
}

/// Sends the beginning, then a byte each half second; how long until the other side ended it, and what it said.
async fn drip(to: std::net::SocketAddr, beginning: String) -> (Duration, String) {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(beginning.as_bytes()).await.unwrap();
    let (began, mut said) = (Instant::now(), Vec::new());
    let (mut read, mut write) = stream.split();
    let dripping = async {
        while write.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = read.read_to_end(&mut said) => {}
        () = dripping => {}
        () = tokio::time::sleep(Duration::from_secs(30)) => panic!("never ended"),
    }
    (began.elapsed(), String::from_utf8_lossy(&said).into_owned())
}

/// Everybody else is served meanwhile.
async fn others_are_served(house: &House, seconds: u64) {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(seconds) {
        let asked = Instant::now();
        house.read().await.expect(200);
        house.server.client().get("/login").await.expect(200);
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_takes_more_than_five_seconds_is_ended_and_stops_nobody() {
    let house = house().await;
    let beginning = "GET /login HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ";
    let slow: Vec<_> = (0..MANY).map(|_| tokio::spawn(drip(address(&house), beginning.to_owned()))).collect();
    others_are_served(&house, 4).await;
    for one in slow {
        let (took, _) = one.await.unwrap();
        assert!((4..9).contains(&took.as_secs()), "{took:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_takes_more_than_ten_seconds_is_refused_and_stops_nobody() {
    let house = house().await;
    let form = "POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 5000\r\n\r\n";
    let json = format!(
        "POST /user/apiKey HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: {}\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n",
        house.bulk.token
    );
    let slow: Vec<_> = (0..MANY)
        .map(|n| tokio::spawn(drip(address(&house), if n % 2 == 0 { form.to_owned() } else { json.clone() })))
        .collect();
    others_are_served(&house, 9).await;
    for one in slow {
        let (took, said) = one.await.unwrap();
        assert!((9..15).contains(&took.as_secs()) && said.starts_with("HTTP/1.1 400"), "{took:?}: {said}");
    }
}

/// Asks for far more than all buffers hold, and reads nothing of it; none of it is left after the limit.
async fn stall(to: std::net::SocketAddr, path: String) -> (usize, usize) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8 * 1024).unwrap();
    let mut stream = socket.connect(to).await.unwrap();
    let asks = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").repeat(2000);
    let _ = tokio::time::timeout(Duration::from_secs(2), stream.write_all(asks.as_bytes())).await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    let (mut got, mut buffer) = (0, vec![0; 64 * 1024]);
    while let Ok(Ok(count @ 1..)) = tokio::time::timeout(Duration::from_secs(3), stream.read(&mut buffer)).await {
        got += count;
    }
    (got, 2000 * 10_000)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_takes_nothing_is_ended_after_fifteen_seconds_and_stops_nobody() {
    let house = house().await;
    let css = keyhouse::web::assets::css();
    let slow: Vec<_> = (0..20).map(|_| tokio::spawn(stall(address(&house), css.to_owned()))).collect();
    others_are_served(&house, 18).await;
    for one in slow {
        let (got, all) = one.await.unwrap();
        assert!(got < all / 2, "{got} bytes came after the limit");
    }
}
