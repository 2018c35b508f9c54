//! What people type into Swagger Docs.
#![no_main]

#[path = "../properties.rs"]
#[allow(dead_code)]
mod properties;

/// Made once, from the document itself.
fn docs() -> &'static keyhouse::explorer::Docs {
    static DOCS: std::sync::OnceLock<keyhouse::explorer::Docs> = std::sync::OnceLock::new();
    DOCS.get_or_init(|| {
        let document = keyhouse::openapi::document("https://keys.example.com", "keyhouse-session");
        keyhouse::explorer::Docs::new(&document).expect("the document is JSON")
    })
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::explorer(bytes, docs()));
