//! What a person typed, put into an operation of the document: values into its fields, and the call that they make. Names,
//! methods and paths come from the document; typed text ends up percent-encoded or in the body, nowhere else.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::view::{Operation, ParameterKind};
use crate::text;

/// Everything but letters, digits and three signs that mean nothing anywhere. The full stop is not one of them: `..` does.
const TYPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

/// Puts typed values into the fields of the operation; fields that were not sent keep theirs.
pub fn fill(operation: &mut Operation, typed: &[(String, String)]) {
    for parameter in &mut operation.parameters {
        let value = typed.iter().find(|(name, _)| *name == parameter.name);
        if let Some((_, value)) = value {
            // browsers send the line breaks of a text area as CR LF
            let value = value.trim().replace("\r\n", "\n");
            let is_body = parameter.kind == ParameterKind::Body;
            parameter.value = if is_body { value } else { text::without_invisible(&value) };
        }
    }
}

/// Path and query of the call that a filled operation makes.
pub fn path(operation: &Operation) -> String {
    let segments = operation.path.split('/').map(|segment| {
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => encode(value(operation, ParameterKind::Path, name)),
            None => segment.to_owned(),
        }
    });
    let path = segments.collect::<Vec<_>>().join("/");
    let query = operation.parameters.iter().filter(|one| one.kind == ParameterKind::Query && !one.value.is_empty());
    let query: Vec<String> = query.map(|one| format!("{}={}", one.name, encode(&one.value))).collect();
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

/// The body of the call, if the operation takes one.
pub fn body(operation: &Operation) -> Option<String> {
    let body = operation.parameters.iter().find(|one| one.kind == ParameterKind::Body)?;
    Some(body.value.clone())
}

fn value<'a>(operation: &'a Operation, kind: ParameterKind, name: &str) -> &'a str {
    let found = operation.parameters.iter().find(|one| one.kind == kind && one.name == name);
    found.map_or("", |one| &one.value)
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, TYPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explorer::view::{FormMethod, Parameter};

    fn operation(path: &str) -> Operation {
        let parameter = |name: &str, kind| Parameter {
            name: name.to_owned(),
            value: String::new(),
            description: String::new(),
            kind,
            data_type: "integer".to_owned(),
            options: Vec::new(),
            required: true,
        };
        Operation {
            id: "getApiKey".to_owned(),
            method: "GET".to_owned(),
            path: path.to_owned(),
            summary: String::new(),
            notes: String::new(),
            open: false,
            response_class: None,
            content_types: Vec::new(),
            parameters: vec![parameter("id", ParameterKind::Path), parameter("after", ParameterKind::Query)],
            responses: Vec::new(),
            form_method: FormMethod::Get,
            danger: false,
            reply: None,
        }
    }

    fn called(typed: &[(&str, &str)]) -> String {
        let mut operation = operation("/user/apiKey/{id}");
        let typed: Vec<(String, String)> =
            typed.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        fill(&mut operation, &typed);
        path(&operation)
    }

    #[test]
    fn a_typed_value_stays_within_its_own_segment() {
        for (typed, path) in [
            ("1732", "/user/apiKey/1732"),
            ("../users/me", "/user/apiKey/%2E%2E%2Fusers%2Fme"),
            ("..", "/user/apiKey/%2E%2E"),
            ("1\r\nx-api-key: kh_", "/user/apiKey/1%0Ax-api-key%3A%20kh_"),
            ("1\rx: y", "/user/apiKey/1%0Dx%3A%20y"),
            ("%2f", "/user/apiKey/%252f"),
            ("a b?c#d&e", "/user/apiKey/a%20b%3Fc%23d%26e"),
            ("ü", "/user/apiKey/%C3%BC"),
            ("", "/user/apiKey/"),
        ] {
            assert_eq!(called(&[("id", typed)]), path, "{typed:?}");
        }
    }

    #[test]
    fn nothing_typed_adds_a_line_a_parameter_or_a_host() {
        let path = called(&[("id", "1"), ("after", "5&x=1\rHost: evil"), ("host", "evil"), ("method", "DELETE")]);
        assert_eq!(path, "/user/apiKey/1?after=5%26x%3D1%0DHost%3A%20evil");
    }

    #[test]
    fn values_are_trimmed_and_empty_ones_left_out_of_the_query() {
        assert_eq!(called(&[("id", " 130\n"), ("after", "")]), "/user/apiKey/130");
        assert_eq!(called(&[("id", "\u{FEFF}13\u{200B}0\u{200B} ")]), "/user/apiKey/130");
        assert_eq!(called(&[]), "/user/apiKey/");
    }
}
