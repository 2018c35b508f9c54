//! A call of the API as the explorer asks for it and gets it answered. The app carries it out through the very handlers of
//! the API, in this process.

use std::pin::Pin;

use actix_web::http::{Method, StatusCode};

use crate::access::Caller;
use crate::error::Result;
use crate::id::OrgId;
use crate::web::identify::RequestId;

/// The most bytes of an answer that are read.
pub const CAP: usize = 256 * 1024;

/// What to call, and on whose behalf. Only `path`, `query` and `body` hold anything that a person typed.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method, from the document.
    pub method: Method,
    /// Path and query, from the document, with typed values percent-encoded.
    pub path: String,
    /// A body of JSON, as it was typed.
    pub body: Option<String>,
    /// The org of the page.
    pub org: OrgId,
    /// Who is signed in.
    pub caller: Caller,
    /// The page's request, which the call is part of.
    pub request_id: RequestId,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The status code.
    pub status: StatusCode,
    /// The headers, in the order of their names.
    pub headers: Vec<(String, String)>,
    /// The body, or its beginning.
    pub body: Vec<u8>,
    /// Whether the body was longer than `CAP`.
    pub cut: bool,
}

/// An answer that is on its way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answered>> + 'a>>;

/// Whoever can carry out calls of the API.
pub trait ApiCall {
    /// Carries out a call. A refusal of the API is an answer, not an error.
    fn call(&self, call: Call) -> Answering<'_>;
}
