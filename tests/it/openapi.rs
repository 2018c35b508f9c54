//! The OpenAPI document: it is what `openapi.json` beside this file says, and describes every route of the API.
//! After a change that is meant, write the file anew and read the difference: `KEYHOUSE_UPDATE=1 cargo test openapi`.

use std::collections::BTreeSet;

use keyhouse::openapi::document;
use keyhouse::web::identify::is_api;
use serde_json::Value;

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/openapi.json");

fn pretty() -> String {
    serde_json::to_string_pretty(&document("http://127.0.0.1:8080", "keyhouse-session")).unwrap() + "\n"
}

fn described() -> Value {
    serde_json::from_str(&pretty()).unwrap()
}

/// Method, path and description of every operation.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, one)| (method.to_uppercase(), path.clone(), one))
    });
    all.collect()
}

#[test]
fn the_document_is_the_snapshot() {
    if std::env::var_os("KEYHOUSE_UPDATE").is_some() {
        std::fs::write(SNAPSHOT, pretty()).unwrap();
    }
    let kept = std::fs::read_to_string(SNAPSHOT).unwrap_or_default();
    assert!(kept == pretty(), "the document has changed; if that is meant: KEYHOUSE_UPDATE=1 cargo test openapi");
}

#[test]
fn every_route_of_the_api_is_described_and_nothing_else() {
    let document = described();
    let described: BTreeSet<(String, String)> =
        operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let served: BTreeSet<(String, String)> = keyhouse::app::routes()
        .into_iter()
        .filter(|route| is_api(route.path) && route.path != "/openapi.json")
        .map(|route| (route.method.to_string(), route.path.to_owned()))
        .collect();
    assert_eq!(described, served);
}

#[test]
fn every_operation_has_a_name_a_known_tag_and_its_errors_as_problems() {
    let document = described();
    let tags: Vec<&Value> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    let mut names = BTreeSet::new();
    for (method, path, one) in operations(&document) {
        assert!(names.insert(one["operationId"].as_str().unwrap()), "{method} {path}");
        assert!(one["tags"].as_array().unwrap().iter().all(|tag| tags.contains(&tag)), "{method} {path}");
        assert!(one["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
        for (status, response) in one["responses"].as_object().unwrap() {
            let problem = &response["content"]["application/problem+json"]["schema"]["$ref"];
            let is_error = status.as_str() >= "400";
            assert_eq!(problem == "#/components/schemas/Problem", is_error, "{method} {path} {status}");
        }
    }
}

#[test]
fn every_parameter_of_a_path_is_described() {
    let document = described();
    for (method, path, one) in operations(&document) {
        let named: BTreeSet<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
        let parameters = one["parameters"].as_array().into_iter().flatten();
        let given = parameters.filter(|given| given["in"] == "path").map(|given| given["name"].as_str().unwrap());
        assert_eq!(given.collect::<BTreeSet<&str>>(), named, "{method} {path}");
    }
}

#[test]
fn every_reference_is_met() {
    let text = pretty();
    let schemas = &described()["components"]["schemas"];
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas[name].is_object(), "{name}");
    }
}

#[test]
fn a_caller_shows_a_key_in_either_header_or_a_session() {
    for (url, cookie) in [("http://127.0.0.1:8080", "keyhouse-session"), ("https://k.example", "__Host-session")] {
        let document = serde_json::to_value(document(url, cookie)).unwrap();
        let schemes = &document["components"]["securitySchemes"];
        assert_eq!((&document["openapi"], &document["servers"][0]["url"]), (&"3.1.0".into(), &url.into()));
        assert_eq!((&schemes["apiKey"]["in"], &schemes["apiKey"]["name"]), (&"header".into(), &"x-api-key".into()));
        assert_eq!(schemes["bearer"]["scheme"], "bearer");
        assert_eq!((&schemes["session"]["in"], &schemes["session"]["name"]), (&"cookie".into(), &cookie.into()));
    }
}
