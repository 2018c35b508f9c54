//! JSON bodies and answers of the REST API. Every message about a body is written here; none is serde's.

use std::fmt;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::error::Category;

use super::form;
use crate::error::{Error, FieldErrors, Result};

/// The largest JSON body, in bytes.
pub const LIMIT: usize = 64 * 1024;

/// The mark that some programs write before UTF-8 text. RFC 8259 allows a reader to skip it.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A name that is shown in a message is no longer than this, so that no whole API key is shown.
const SHOWN: usize = 30;

/// The body of a request, or the reason why it is not a JSON object. The handler asks for it after the caller's right.
#[derive(Debug)]
pub struct Json(Result<Object>);

impl Json {
    /// Returns the object in the body.
    ///
    /// # Errors
    /// `UnsupportedType`, `TooLarge`; `Malformed` for a body that is not a JSON object.
    pub fn object(self) -> Result<Object> {
        self.0
    }
}

impl FromRequest for Json {
    type Error = Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Json>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move { Ok(Json(read(&request, &mut payload).await)) })
    }
}

async fn read(request: &HttpRequest, payload: &mut Payload) -> Result<Object> {
    form::require_type(request, "application/json")?;
    parse(&form::read(request, payload, LIMIT).await?)
}

fn parse(body: &[u8]) -> Result<Object> {
    let text = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    serde_json::from_slice(text).map_err(|error| {
        let sentence = match error.classify() {
            Category::Data => "The body is not a JSON object, such as {\"name\": \"API Token\"}".to_owned(),
            _ => format!("The body is not JSON in UTF-8: line {}, column {}", error.line(), error.column()),
        };
        Error::Malformed(sentence)
    })
}

/// A JSON object as it was sent. A caller takes its fields one by one; `finish` answers with everything that is wrong.
#[derive(Debug)]
pub struct Object {
    fields: Vec<(String, Value)>,
    known: Vec<&'static str>,
    errors: FieldErrors,
}

impl Object {
    /// Takes a whole number.
    pub fn number(&mut self, field: &'static str) -> Option<i64> {
        let value = self.value(field);
        if value.as_ref().and_then(Value::as_str).is_some_and(|text| text.trim().parse::<i64>().is_ok()) {
            return self.wrong(field, "Give the number without quotes");
        }
        value.as_ref().and_then(Value::as_i64).or_else(|| self.wrong(field, "Give a whole number"))
    }

    /// Takes a text.
    pub fn text(&mut self, field: &'static str) -> Option<String> {
        match self.value(field) {
            Some(Value::String(text)) => Some(text),
            _ => self.wrong(field, "Give a text in quotes"),
        }
    }

    /// Takes `true` or `false`; without the field, `false`.
    pub fn switch(&mut self, field: &'static str) -> Option<bool> {
        match self.value(field) {
            None => Some(false),
            Some(Value::Bool(on)) => Some(on),
            Some(_) => self.wrong(field, "Give true or false, without quotes"),
        }
    }

    /// Rejects the object if a field was missing or wrong, was there twice, or was not asked for.
    ///
    /// # Errors
    /// `Invalid`, with a sentence for each field.
    pub fn finish(mut self) -> Result<()> {
        for (name, _) in std::mem::take(&mut self.fields) {
            match self.known.iter().find(|known| **known == name) {
                Some(known) => self.wrong::<()>(known, "Give this field once"),
                None => self.wrong("", &unknown(&name, &self.known)),
            };
        }
        self.errors.finish()
    }

    /// Removes the first field of this name, so that a second one is left for `finish`.
    fn value(&mut self, field: &'static str) -> Option<Value> {
        self.known.push(field);
        let at = self.fields.iter().position(|(name, _)| name == field)?;
        Some(self.fields.remove(at).1)
    }

    fn wrong<T>(&mut self, field: &'static str, sentence: &str) -> Option<T> {
        self.errors.take(Err(Error::field(field, sentence)))
    }
}

fn unknown(name: &str, known: &[&str]) -> String {
    let plain = name.len() <= SHOWN && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let which = if plain { format!("There is no field {name}") } else { "There is a field of another name".to_owned() };
    format!("{which}; the fields are {}", known.join(", "))
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Object, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

/// Reads the fields in their order. serde_json's own map keeps the last of two fields of one name.
struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Object, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Object { fields, known: Vec::new(), errors: FieldErrors::new() })
    }
}

/// A JSON answer.
///
/// # Errors
/// If the value cannot be written as JSON, which is a defect.
pub fn answer<T: Serialize>(status: StatusCode, value: &T) -> Result<HttpResponse> {
    let body = serde_json::to_vec(value)?;
    Ok(HttpResponse::build(status).content_type("application/json").body(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The errors in a body of the fields `id`, `name` and `on`.
    fn told(body: &str) -> Vec<String> {
        let mut object = match parse(body.as_bytes()) {
            Ok(object) => object,
            Err(error) => return vec![error.to_string()],
        };
        let taken = (object.number("id"), object.text("name"), object.switch("on"));
        match object.finish() {
            Ok(()) => vec![format!("{taken:?}")],
            Err(Error::Invalid(fields)) => fields.iter().map(|e| format!("{}: {}", e.field, e.message)).collect(),
            Err(other) => vec![other.to_string()],
        }
    }

    #[test]
    fn a_good_body_is_read_with_or_without_a_byte_order_mark() {
        for body in [r#"{"id": 153, "name": "ci"}"#, "\u{FEFF}{\"id\": 153, \"name\": \"ci\", \"on\": false}"] {
            assert_eq!(told(body), ["(Some(153), Some(\"ci\"), Some(false))"]);
        }
    }

    #[test]
    fn every_wrong_field_is_named_with_what_it_takes() {
        for (body, sentences) in [
            (r#"{"id": "153", "name": "ci"}"#, &["id: Give the number without quotes"][..]),
            (
                r#"{"id": 1.5, "name": 7, "on": "no"}"#,
                &["id: Give a whole number", "name: Give a text in quotes", "on: Give true or false, without quotes"],
            ),
            (
                r#"{"id": 99999999999999999999, "name": null}"#,
                &["id: Give a whole number", "name: Give a text in quotes"],
            ),
            ("{}", &["id: Give a whole number", "name: Give a text in quotes"]),
            (r#"{"id": 1, "id": 2, "name": "ci"}"#, &["id: Give this field once"]),
            (
                r#"{"id": 1, "name": "ci", "superAdmin": true}"#,
                &[": There is no field superAdmin; the fields are id, name, on"],
            ),
        ] {
            assert_eq!(told(body), sentences, "{body}");
        }
        let key = format!("{{\"id\": 1, \"name\": \"ci\", \"kh_{}\": 1}}", "x".repeat(59));
        assert_eq!(told(&key), [": There is a field of another name; the fields are id, name, on"]);
    }

    #[test]
    fn a_body_that_is_no_object_is_named_in_the_words_of_the_api() {
        for (body, told_of) in [
            ("[153, \"ci\"]", "not a JSON object"),
            ("7", "not a JSON object"),
            ("", "not JSON"),
            ("{\"id\":", "line 1, column"),
            ("{\"id\": 1,}", "not JSON"),
        ] {
            let sentence = told(body).concat();
            assert!(sentence.contains(told_of) && !sentence.contains("expected"), "{body}: {sentence}");
        }
        assert!(parse(b"{\"name\": \"\xff\"}").unwrap_err().to_string().contains("in UTF-8"));
    }
}
