//! The static files: inside the binary, and named by their content, so that a browser may keep them for ever.

use std::fmt::Write;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use sha2::{Digest, Sha256};

use super::Answer;
use crate::error::Error;

static CSS: LazyLock<Asset> = LazyLock::new(|| Asset {
    path: named("keyhouse", "css", include_bytes!("../../static/keyhouse.css")),
    kind: "text/css; charset=utf-8",
    bytes: include_bytes!("../../static/keyhouse.css"),
});

static ICON: LazyLock<Asset> = LazyLock::new(|| Asset {
    path: named("keyhouse", "svg", include_bytes!("../../static/keyhouse.svg")),
    kind: "image/svg+xml",
    bytes: include_bytes!("../../static/keyhouse.svg"),
});

struct Asset {
    path: String,
    kind: &'static str,
    bytes: &'static [u8],
}

/// The path of the style sheet.
pub fn css() -> &'static str {
    &CSS.path
}

/// The path of the icon.
pub fn icon() -> &'static str {
    &ICON.path
}

/// `GET` and `HEAD /static/{file}`: the file, to be kept for a year; 404 for an unknown name or an old hash.
///
/// # Errors
/// `NotFound`.
pub async fn serve(file: web::Path<String>) -> Answer {
    let wanted = format!("/static/{file}");
    let known: [&'static Asset; 2] = [&CSS, &ICON];
    match known.into_iter().find(|asset| asset.path == wanted) {
        Some(asset) => Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, asset.kind))
            .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(asset.bytes)),
        None => Err(Error::not_found()),
    }
}

/// `/static/{name}.{the first 12 hex digits of its SHA-256}.{ending}`.
fn named(name: &str, ending: &str, bytes: &[u8]) -> String {
    let mut path = format!("/static/{name}.");
    for byte in &Sha256::digest(bytes)[..6] {
        // writing to a String cannot fail
        let _ = write!(path, "{byte:02x}");
    }
    path + "." + ending
}

#[cfg(test)]
mod tests {
    use super::{css, icon, serve};
    use actix_web::http::StatusCode;
    use actix_web::web;

    #[test]
    fn names_carry_the_hash() {
        let name = css().strip_prefix("/static/keyhouse.");
        assert!(name.is_some_and(|rest| rest.len() == "123456789abc.css".len()));
        assert!(icon().ends_with(".svg"));
    }

    #[actix_web::test]
    async fn serves_what_is_there_and_nothing_else() {
        let file = css().trim_start_matches("/static/").to_owned();
        assert_eq!(serve(web::Path::from(file)).await.unwrap().status(), StatusCode::OK);
        for file in ["keyhouse.css", "keyhouse.000000000000.css", "../Cargo.toml"] {
            let answer = serve(web::Path::from(file.to_owned())).await;
            assert_eq!(answer.unwrap_err().status(), 404, "{file}");
        }
    }
}
