//! JSON bodies and answers of the REST API.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::form;
use crate::error::{Error, Result};

/// The largest JSON body, in bytes.
pub const LIMIT: usize = 64 * 1024;

/// A JSON body. What it may hold is said by its type, which refuses unknown fields.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Error = Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Json<T>>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            form::require_type(&request, "application/json")?;
            let body = form::read(&request, &mut payload, LIMIT).await?;
            // serde would also take an array, whose values it gives to the fields by their order
            if body.trim_ascii_start().first() != Some(&b'{') {
                return Err(Error::Malformed("The body does not fit: it is no JSON object".into()));
            }
            serde_json::from_slice(&body).map(Json).map_err(|error| misfit(&error))
        })
    }
}

/// serde's words are about the caller's own text (a field's name, a line), nothing of ours.
fn misfit(error: &serde_json::Error) -> Error {
    Error::Malformed(format!("The body does not fit: {error}"))
}

/// A JSON answer.
///
/// # Errors
/// If the value cannot be written as JSON, which is a defect.
pub fn answer<T: Serialize>(status: StatusCode, value: &T) -> Result<HttpResponse> {
    let body = serde_json::to_vec(value)?;
    Ok(HttpResponse::build(status).content_type("application/json").body(body))
}
