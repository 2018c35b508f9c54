//! Some thousand samples of what people send, each changed in a few places by a fixed sequence of numbers: what `bin/fuzz` tries for
//! as long as it is let, tried a little in every run.

use keyhouse::explorer::Docs;
use reqwest::Url;

#[path = "../../../fuzz/properties.rs"]
mod properties;

const TRIES: usize = 4000;

/// A sequence that is the same in every run (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }
}

/// Pieces that mean something to one parser or another.
const PIECES: [&[u8]; 24] = [
    b"\0",
    b"\r\n",
    b"\t",
    b" ",
    b"%00",
    b"%",
    b"%2",
    b"%FF",
    b"+",
    b"&",
    b"=",
    b"..",
    b"/",
    b"//",
    b"\\",
    b"?",
    b"#",
    b"kh_",
    b"_",
    b"@",
    b"\xff",
    b"\xe2\x80\xae",
    "ς".as_bytes(),
    "İ".as_bytes(),
];

fn change(sample: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        match numbers.below(5) {
            0 => drop(bytes.splice(at..at, PIECES[numbers.below(PIECES.len())].iter().copied())),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            3 => bytes.truncate(at),
            _ => bytes.extend_from_within(at..),
        }
        bytes.truncate(4000);
    }
    bytes
}

/// Each sample as it is, and changed.
fn try_all(samples: &[&[u8]], property: impl Fn(&[u8])) {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for sample in samples {
        property(sample);
        for _ in 0..TRIES / samples.len() {
            property(&change(sample, &mut numbers));
        }
    }
}

#[test]
fn no_key_or_link_is_read_that_is_none_and_none_is_left_in_a_text() {
    let key = keyhouse::keys::model::Token::new().unwrap();
    let text = format!("a {0} b kh_{0},{0}", key.reveal());
    try_all(
        &[
            key.reveal().as_bytes(),
            text.as_bytes(),
            b"0123456789abcdef0123456789ABCDEF",
            b"kh_kh_kh_",
            b"+0+1+2+3+4+5+6+7+8+9+a+b+c+d+e+f",
        ],
        properties::token,
    );
}

#[test]
fn a_form_is_read_to_the_letter_or_not_at_all() {
    try_all(
        &[
            b"csrf=ab&first=An+n%C3%A9&last=&email=a%40b.example&enabled=1",
            b"q=%F0%9F%99%82&after=1.61&before",
            b"==&&=%",
            b"",
        ],
        properties::form,
    );
}

#[test]
fn whatever_next_says_one_stays_on_this_site() {
    let site = |path: &str| {
        Url::parse("https://keys.example.com/login").ok()?.join(path).ok().map(|url| url.origin().ascii_serialization())
    };
    try_all(
        &[
            b"/orgs/acme/users?q=a",
            b"//evil.example",
            b"/\\evil.example",
            b"https://evil.example/",
            b"/.//evil.example",
            b"/a/../..//evil.example",
        ],
        |bytes| properties::next(bytes, site),
    );
}

#[test]
fn a_search_for_the_start_of_a_text_finds_it() {
    try_all(
        &[
            "ΟΔΥΣΣΕΥΣ İstanbul".as_bytes(),
            "Đặng Thị\nGROẞ".as_bytes(),
            b"Ann.Miller@Example.com",
            b"12.616263",
            b"n.6162.63",
            "a\u{301}\u{FB01}".as_bytes(),
        ],
        properties::search,
    );
}

#[test]
fn what_is_typed_into_swagger_docs_stays_where_it_was_typed() {
    let docs = Docs::new(&keyhouse::openapi::document("https://keys.example.com", "keyhouse-session")).unwrap();
    try_all(&[b"1732", b"../users/me\n1&x=2", b"%2e%2e", b"1\r\nHost: evil", "ü\n5".as_bytes()], |bytes| {
        properties::explorer(bytes, &docs)
    });
}
