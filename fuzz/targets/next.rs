//! Where to go after the sign-in.
#![no_main]

#[path = "../properties.rs"]
#[allow(dead_code)]
mod properties;

/// Which site a browser on ours would go to.
fn site(path: &str) -> Option<String> {
    let base = url::Url::parse("https://keys.example.com/login").ok()?;
    base.join(path).ok().map(|url| url.origin().ascii_serialization())
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::next(bytes, site));
