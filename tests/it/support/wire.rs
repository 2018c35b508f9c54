//! Bytes over a raw socket, for what no well-behaved client sends, and the answers as they come back.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than any answer takes, shorter than any limit of the server.
const SILENCE: Duration = Duration::from_secs(2);
/// Longer than any limit of the server, on a slow machine too.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a server sent back.
#[derive(Debug)]
pub struct Answers {
    /// Everything, with what is no UTF-8 replaced.
    pub text: String,
    /// Whether the server closed the connection.
    pub closed: bool,
}

impl Answers {
    /// The status of each answer, in their order.
    pub fn statuses(&self) -> Vec<u16> {
        let lines = self.text.split("HTTP/1.1 ").skip(1);
        lines.filter_map(|line| line.get(..3)?.parse().ok()).collect()
    }
}

/// Sends all of it at once and reads until the server closes, or says nothing for two seconds.
pub async fn send(url: &str, bytes: &[u8]) -> Answers {
    exchange(url, bytes, SILENCE).await
}

/// The same for what the server has to end by itself: waits for that as long as it takes.
pub async fn send_to_the_end(url: &str, bytes: &[u8]) -> Answers {
    exchange(url, bytes, PATIENCE).await
}

async fn exchange(url: &str, bytes: &[u8], patience: Duration) -> Answers {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
    // the server may have closed already, which is an answer too
    let _ = stream.write_all(bytes).await;
    let (mut read, mut closed) = (Vec::new(), false);
    let mut part = [0; 16 * 1024];
    while let Ok(some) = timeout(patience, stream.read(&mut part)).await {
        match some {
            Ok(length) if length > 0 => read.extend_from_slice(&part[..length]),
            _ => {
                closed = true;
                break;
            }
        }
    }
    Answers { text: String::from_utf8_lossy(&read).into_owned(), closed }
}

/// A GET with further header lines as they are; the connection ends after it.
pub async fn get(url: &str, path: &[u8], headers: &[&[u8]]) -> Answers {
    let mut bytes = [b"GET ", path, b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"].concat();
    for header in headers {
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    send(url, &bytes).await
}
