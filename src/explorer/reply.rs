//! An answer of the API as the page shows it: everything as text, nothing as a link.

use std::collections::BTreeMap;

use serde_json::Value;

use super::call::{Answered, CAP, Call};
use super::view::Reply;

/// What the page says about a call and its answer.
pub(super) fn reply(public_url: &str, call: &Call, answered: &Answered) -> Reply {
    let request_url = format!("{public_url}{}", call.path);
    Reply {
        curl: curl(&request_url, call),
        request_url,
        body: body(answered),
        code: answered.status.as_u16(),
        headers: headers(&answered.headers),
    }
}

/// The same call from a shell, with an API key of one's own.
fn curl(url: &str, call: &Call) -> String {
    let method = if call.method == "GET" { String::new() } else { format!("-X {} ", call.method) };
    let body = call
        .body
        .as_ref()
        .map_or_else(String::new, |body| format!("-H \"content-type: application/json\" -d {} ", quoted(body)));
    let url = if url.contains(['?', '&']) { quoted(url) } else { url.to_owned() };
    format!("curl {method}-H \"x-api-key: $API_KEY\" {body}{url}")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn body(answered: &Answered) -> String {
    if answered.cut {
        let text = String::from_utf8_lossy(&answered.body);
        return format!("{text}\n… cut here: the answer is longer than {} KB", CAP / 1024);
    }
    match serde_json::from_slice::<Value>(&answered.body) {
        Ok(value) => serde_json::to_string_pretty(&value).unwrap_or_default(),
        Err(_) => String::from_utf8_lossy(&answered.body).into_owned(),
    }
}

fn headers(all: &[(String, String)]) -> String {
    let mut shown: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in all.iter().filter(|(name, _)| name != "set-cookie") {
        shown.entry(name).and_modify(|known| *known = format!("{known}, {value}")).or_insert_with(|| value.clone());
    }
    serde_json::to_string_pretty(&shown).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use actix_web::http::{Method, StatusCode};

    use super::*;
    use crate::access::caller::{ActsAs, Via};
    use crate::access::{Caller, Origin};
    use crate::id::OrgId;
    use crate::web::identify::RequestId;

    fn call(method: Method, path: &str, body: Option<&str>) -> Call {
        let origin = Origin { address: String::new(), request_id: String::new(), via: Via::Explorer, operation: None };
        Call {
            method,
            path: path.to_owned(),
            body: body.map(ToOwned::to_owned),
            org: OrgId::new(1),
            caller: Caller { credential: None, origin, typed_as: None, acts_as: ActsAs::default() },
            request_id: RequestId(String::new()),
        }
    }

    fn answered(body: &str, cut: bool) -> Answered {
        let headers = [("x-b", "2"), ("set-cookie", "secret"), ("x-a", "1"), ("x-b", "3")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Answered { status: StatusCode::OK, headers, body: body.as_bytes().to_vec(), cut }
    }

    #[test]
    fn a_body_is_indented_in_its_own_order() {
        let shown = reply("https://k.example", &call(Method::GET, "/x", None), &answered(r#"{"b":1,"a":[]}"#, false));
        assert_eq!(shown.body, "{\n  \"b\": 1,\n  \"a\": []\n}");
        assert_eq!((shown.request_url.as_str(), shown.code), ("https://k.example/x", 200));
    }

    #[test]
    fn cookies_are_not_shown() {
        let shown = reply("", &call(Method::GET, "/x", None), &answered("", false));
        assert_eq!(shown.headers, "{\n  \"x-a\": \"1\",\n  \"x-b\": \"2, 3\"\n}");
    }

    #[test]
    fn a_long_body_says_that_it_was_cut() {
        let shown = reply("", &call(Method::GET, "/x", None), &answered("[1, 2", true));
        assert_eq!(shown.body, "[1, 2\n… cut here: the answer is longer than 256 KB");
    }

    #[test]
    fn the_command_cannot_be_broken_out_of() {
        let made =
            reply("https://k.example", &call(Method::POST, "/x", Some("{\"name\": \"it's\"}")), &answered("", false));
        let expected = r#"curl -X POST -H "x-api-key: $API_KEY" -H "content-type: application/json" -d '{"name": "it'\''s"}' https://k.example/x"#;
        assert_eq!(made.curl, expected);
        let read = reply("https://k.example", &call(Method::GET, "/x?after=1", None), &answered("", false));
        assert_eq!(read.curl, r#"curl -H "x-api-key: $API_KEY" 'https://k.example/x?after=1'"#);
    }
}
