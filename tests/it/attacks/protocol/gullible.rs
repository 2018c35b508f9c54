//! A server that believes whatever it is told: the stories about lengths, chunks and heads must notice each thing that it falls for.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{broken_heads, lying_chunks, smuggled, taken, two_lengths};

/// How many of these bytes the server takes for one request; none if it waits for more.
type Takes = fn(&[u8]) -> Option<usize>;

async fn serve(takes: Takes) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, takes));
        }
    });
    url
}

async fn answer(mut stream: TcpStream, takes: Takes) {
    let (mut waiting, mut part) = (Vec::new(), vec![0; 64 * 1024]);
    while let Ok(count @ 1..) = stream.read(&mut part).await {
        waiting.extend_from_slice(&part[..count]);
        while let Some(length) = takes(&waiting) {
            let asked: Vec<u8> = waiting.drain(..length).collect();
            let told = if asked.starts_with(b"GET /healthz") { "\"ok\"" } else { "good" };
            let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n{told}").as_bytes()).await;
        }
        if waiting.is_empty() {
            let _ = stream.shutdown().await;
        }
    }
}

/// The first request, for somebody who takes the first length that they can make out and then looks at chunks.
fn first_request(bytes: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty())?;
    let end = text.find("\r\n\r\n")? + 4;
    let head = text[..end].to_ascii_lowercase();
    let values = |wanted: &'static str| {
        let pairs = head.lines().filter_map(|line| line.split_once(':'));
        pairs.filter(move |(name, _)| name.trim() == wanted).map(|(_, value)| value)
    };
    let body = match values("content-length").next() {
        Some(length) => first_number(length),
        None if values("transfer-encoding").any(|value| value.contains("chunked")) => chunks(&text[end..])?,
        None => 0,
    };
    (text.len() >= end + body).then_some(end + body)
}

/// The first digits; what is too much for 64 bits begins anew at 0.
fn first_number(text: &str) -> usize {
    let digits = text.bytes().skip_while(|byte| !byte.is_ascii_digit()).take_while(u8::is_ascii_digit);
    digits.fold(0_usize, |number, digit| number.wrapping_mul(10).wrapping_add(usize::from(digit - b'0')))
}

/// How long chunks are, for somebody who takes what is no number for the end.
fn chunks(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_hexdigit()).len();
        let size = usize::from_str_radix(&rest[..digits], 16).unwrap_or(0);
        at += rest.find('\n')? + 1 + size;
        let after = text.get(at..)?;
        at += after.len() - after.strip_prefix("\r\n").or(after.strip_prefix('\n')).unwrap_or(after).len();
        if size == 0 {
            return Some(at);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_the_first_of_two_lengths_is_found_out_by_each_of_them() {
    let url = serve(first_request).await;
    assert_eq!(smuggled(&url, two_lengths()).await.len(), two_lengths().len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_believes_chunks_that_lie_is_found_out_by_each_of_them() {
    let url = serve(first_request).await;
    assert_eq!(smuggled(&url, lying_chunks()).await.len(), lying_chunks().len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_anything_for_a_head_is_found_out_by_each_of_them() {
    let url = serve(|bytes| Some(bytes.len()).filter(|length| *length > 0)).await;
    assert_eq!(taken(&url, broken_heads()).await.len(), broken_heads().len());
}
