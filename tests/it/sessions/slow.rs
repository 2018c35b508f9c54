//! A request that is provably in flight: the server has begun to answer it, and waits for its body.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::client::encode;
use crate::support::people::World;
use crate::support::somebody::{SESSION, Somebody};

/// A form of which the server has the head and the first bytes.
pub struct Slow {
    stream: TcpStream,
    rest: String,
}

impl Slow {
    /// Sends the head, waits until the server asks for the body (`100 Continue`), and sends the first bytes.
    pub async fn begin(world: &World, somebody: &Somebody, path: &str, fields: &[(&str, &str)]) -> Slow {
        let token = somebody.form_token();
        let body = encode(&[fields, &[("csrf", token.as_str())]].concat());
        let host = world.app.url().trim_start_matches("http://");
        let cookie = somebody.client.cookie(SESSION).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\nCookie: {SESSION}={cookie}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(host).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut begun = [0; 25];
        stream.read_exact(&mut begun).await.unwrap();
        assert_eq!(&begun, b"HTTP/1.1 100 Continue\r\n\r\n");
        let (first, rest) = body.split_at(4);
        stream.write_all(first.as_bytes()).await.unwrap();
        Slow { stream, rest: rest.to_owned() }
    }

    /// Sends the rest, and returns the answer.
    pub async fn finish(mut self) -> String {
        self.stream.write_all(self.rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}
