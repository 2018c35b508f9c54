//! Forms as they arrive: every field once, in valid UTF-8, with the token of our own page. Nothing is guessed or repaired here.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use percent_encoding::percent_decode;

use super::csrf::{self, Seed};
use super::filled::Filled;
use super::identify::CutKeys;
use super::state::State;
use super::{confirm, cookie, page, posted, scheme};
use crate::access::caller::{Caller, Credential};
use crate::access::refused::{Kind, Subject};
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::paging::{Around, Cursor, Position};

/// The largest form, in bytes.
const LIMIT: usize = 64 * 1024;
/// The most fields of a form.
const FIELDS: usize = 200;
/// How long a body may take to arrive.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A form of our own page, with its token already checked.
#[derive(Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    cut: Option<CutKeys>,
    /// As whom the person acted on the page that this form was on; `None` as themselves.
    pub typed_as: Option<UserId>,
}

impl Form {
    /// What was typed into a field, trimmed; empty if there is no such field.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// What was typed into a field, to the letter: for passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Whether the form has such a field at all, empty or not.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.text(name) == "1"
    }

    /// What follows `prefix` in the names of the boxes that are ticked.
    pub fn ticked_after<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let ticked = self.fields.iter().filter(|(_, value)| value.trim() == "1");
        ticked.filter_map(move |(name, _)| name.strip_prefix(prefix))
    }

    /// The id that makes a second sending of this form harmless.
    pub fn operation(&self) -> Option<String> {
        let id = self.text("operation_id");
        posted::is_operation(id).then(|| id.to_owned())
    }

    /// Shows the password that the form brings along to confirm who sends it, if it does, and forgets it.
    async fn confirm(&mut self, request: &HttpRequest) -> Result<()> {
        let Some((_, password)) = self.fields.iter_mut().find(|(name, _)| name == confirm::FIELD) else {
            return Ok(());
        };
        confirm::show(request, &std::mem::take(password)).await
    }

    /// The form as it was typed, to be shown again, but for the fields that never are; of a whole API key only the access key.
    pub fn filled(&self, never: &[&str]) -> Filled {
        let shown = self.fields.iter().filter(|(name, _)| name != "csrf" && !never.contains(&name.as_str()));
        let cut = |text: &str| self.cut.and_then(|cut| cut(text)).unwrap_or_else(|| text.to_owned());
        shown.fold(Filled::new(), |filled, (name, value)| filled.with(name, cut(value.trim())))
    }
}

/// Reads `application/x-www-form-urlencoded` without its usual silences: invalid UTF-8, NUL, duplicates and too many fields
/// are errors.
///
/// # Errors
/// `Malformed`, with what is wrong.
pub fn parse(body: &[u8]) -> Result<Vec<(String, String)>> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let (name, value) = (decode(&pair[..at])?, decode(pair.get(at + 1..).unwrap_or(&[]))?);
        if fields.iter().any(|(known, _)| *known == name) || fields.len() == FIELDS {
            return Err(Error::Malformed("The form has a field twice, or too many fields".into()));
        }
        fields.push((name, value));
    }
    Ok(fields)
}

fn decode(bytes: &[u8]) -> Result<String> {
    let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let text = String::from_utf8(percent_decode(&spaced).collect());
    let clean = text.ok().filter(|text| !text.contains('\0'));
    clean.ok_or_else(|| Error::Malformed("The form is not valid UTF-8, or has a NUL character in it".into()))
}

impl FromRequest for Form {
    type Error = Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Form>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            require_type(&request, "application/x-www-form-urlencoded")?;
            let body = read(&request, &mut payload, LIMIT).await?;
            let cut = request.extensions().get::<CutKeys>().copied();
            let mut form = Form { fields: parse(&body)?, cut, typed_as: None };
            form.typed_as = check_token(&request, form.text("csrf"))?;
            posted::leave(&request, &form.fields, form.typed_as);
            form.confirm(&request).await?;
            Ok(form)
        })
    }
}

fn check_token(request: &HttpRequest, token: &str) -> Result<Option<UserId>> {
    let state = request.app_data::<web::Data<State>>().ok_or_else(|| Error::unexpected("no state"))?;
    if let Some(typed_as) = seed(request).and_then(|seed| csrf::check(state.form_key(), &seed, token)) {
        return Ok(typed_as);
    }
    if let Some(caller) = request.extensions().get::<Caller>() {
        state.access.refused().note(Kind::Foreign, None, Subject::Unknown, &caller.origin.address);
    }
    let old = || {
        Error::Forbidden(
            "This form is too old, or belongs to another session; go back, reload the page and send it again".into(),
        )
    };
    Err(scheme::over_http(request, state).unwrap_or_else(old))
}

/// What this request's form tokens are bound to: its session, else its form cookie, if it has one.
pub fn seed(request: &HttpRequest) -> Option<Seed> {
    // cloned, because reading a cookie may borrow the extensions too
    let credential = request.extensions().get::<Caller>().and_then(|caller| caller.credential.clone());
    match credential {
        Some(Credential::Session(hash)) => Some(Seed::session(&hash)),
        Some(Credential::Key { .. }) => None,
        None => cookie::value(request, cookie::FORM).map(|value| Seed::cookie(&value)),
    }
}

/// Ends with an error unless the body is of this media type, with or without parameters.
///
/// # Errors
/// `UnsupportedType`.
pub(super) fn require_type(request: &HttpRequest, wanted: &'static str) -> Result<()> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let essence = kind.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case(wanted) { Ok(()) } else { Err(Error::UnsupportedType(wanted)) }
}

/// Reads a body of at most `limit` bytes, in good time. Larger bodies end at the app's own limit before they are in memory.
///
/// # Errors
/// `TooLarge`; `Malformed` if it breaks off or takes too long.
pub(super) async fn read(request: &HttpRequest, payload: &mut Payload, limit: usize) -> Result<web::Bytes> {
    let body = tokio::time::timeout(PATIENCE, web::Bytes::from_request(request, payload)).await;
    match body {
        Ok(Ok(bytes)) if bytes.len() <= limit => Ok(bytes),
        Ok(Ok(_)) => Err(Error::TooLarge),
        Ok(Err(error)) if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Error::TooLarge)
        }
        Ok(Err(_)) => Err(Error::Malformed("The request broke off".into())),
        Err(_) => Err(Error::Malformed("The request took too long".into())),
    }
}

/// The parameters of a query, read as strictly as a form. Empty ones are as good as absent.
#[derive(Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// A parameter's value, trimmed; empty if absent.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
    }

    /// The page of the list that `after` or `before` ask for.
    ///
    /// # Errors
    /// `Malformed` if one is no cursor of ours, or both are given.
    pub fn cursor(&self) -> Result<Cursor> {
        Cursor::parse(self.text("after"), self.text("before"))
    }

    /// The addresses of the pages before and after, which keep the other parameters.
    pub fn pages(&self, path: &str, around: &Around) -> (Option<String>, Option<String>) {
        let kept = self.kept();
        let link = |name: &'static str, position: &Position| {
            page::with_query(path, &[kept.as_slice(), &[(name, position.encode().as_str())]].concat())
        };
        (around.before.as_ref().map(|at| link("before", at)), around.after.as_ref().map(|at| link("after", at)))
    }

    /// The parameters but for the cursor.
    fn kept(&self) -> Vec<(&str, &str)> {
        let kept = self.0.iter().filter(|(name, _)| name != "after" && name != "before");
        kept.map(|(name, value)| (name.as_str(), value.trim())).collect()
    }

    /// The address of the list's first page, if this is a further one and nothing is on it (any more).
    pub fn past_the_end<T>(&self, path: &str, cursor: &Cursor, rows: &[T]) -> Option<String> {
        (rows.is_empty() && *cursor != Cursor::First).then(|| page::with_query(path, &self.kept()))
    }

    /// All parameters, as they came.
    pub fn all(&self) -> &[(String, String)] {
        &self.0
    }

    /// This page's short address, if the query has empty parameters that make it longer than it need be.
    pub fn canonical(&self, path: &str) -> Option<String> {
        let pairs: Vec<(&str, &str)> = self.0.iter().map(|(name, value)| (name.as_str(), value.trim())).collect();
        pairs.iter().any(|(_, value)| value.is_empty()).then(|| page::with_query(path, &pairs))
    }
}

impl FromRequest for Query {
    type Error = Error;
    type Future = std::future::Ready<Result<Query>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(parse(request.query_string().as_bytes()).map(Query))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_form_is_read_to_the_letter() {
        let fields = parse("a=1+2&b=%C3%A9%26&c".as_bytes()).unwrap();
        let read: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(read, [("a", "1 2"), ("b", "é&"), ("c", "")]);
    }

    #[test]
    fn what_other_parsers_swallow_is_refused() {
        for wrong in ["a=%FF", "a=%00", "a=1&a=2", "%FF=1"] {
            assert!(parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        let many: Vec<String> = (0..10_000).map(|n| format!("f{n}=")).collect();
        assert!(parse(many.join("&").as_bytes()).is_err());
    }
}
