//! Swagger Docs, as made from the document: the words of the procedure, in the order of the original.

use keyhouse::explorer::Docs;
use keyhouse::explorer::view::{FormMethod, Operation, ParameterKind};

fn docs() -> Docs {
    Docs::new(&keyhouse::openapi::document("http://127.0.0.1:8080", "keyhouse-session")).unwrap()
}

fn operation(id: &str) -> Operation {
    let docs = docs();
    let found = [FormMethod::Get, FormMethod::Post].into_iter().find_map(|sent| docs.operation(id, sent));
    found.unwrap().clone()
}

fn status(operation: &Operation, status: u16) -> Option<&str> {
    operation.responses.iter().find(|one| one.status == status).map(|one| one.reason.as_str())
}

#[test]
fn the_calls_of_api_keys_stand_in_the_order_of_the_original() {
    let docs = docs();
    let keys = docs.services.iter().find(|service| service.name == "apiKey").unwrap();
    let shown: Vec<String> =
        keys.operations.iter().map(|one| format!("{} {}: {}", one.method, one.path, one.summary)).collect();
    let expected = [
        "POST /user/apiKey: create an api key",
        "GET /user/apiKey/user/{userId}: retrieve an api key by userId",
        "DELETE /user/apiKey/{id}: delete an api key",
        "GET /user/apiKey/{id}: retrieve an api key by id",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn everything_is_closed() {
    for service in docs().services {
        assert!(!service.open && service.operations.iter().all(|one| !one.open), "{}", service.name);
    }
}

#[test]
fn a_reading_call_shows_its_model_and_an_example_in_the_order_of_the_contract() {
    let class = operation("getApiKey").response_class.unwrap();
    let model = "ApiKeyList {\n  data (array[ApiKey])\n}\nApiKey {\n  id (integer),\n  orgUserId (integer): org membership id,\n  \
        name (string),\n  accessKey (string): the public part,\n  canImpersonate (boolean),\n  created (string, date-time)\n}";
    assert_eq!((class.status, class.reason.as_str(), class.model.as_str()), (200, "OK", model));
    let example: String = class.example.split_whitespace().collect();
    let expected = r#"{"data":[{"id":130,"orgUserId":93768,"name":"APIToken","accessKey":"48mw0qSsANirPIrrgJRh","canImpersonate":false,"created":"2020-02-20T21:33:07.303Z"}]}"#;
    assert_eq!(example, expected);
}

#[test]
fn a_number_is_asked_for_where_the_path_has_one() {
    let get = operation("getApiKey");
    let id = &get.parameters[0];
    assert_eq!((id.name.as_str(), id.data_type.as_str(), id.kind.word()), ("id", "integer", "path"));
    assert!(id.required && id.value.is_empty());
    assert_eq!(get.content_types, ["application/json"]);
}

#[test]
fn a_body_is_filled_with_its_example() {
    let post = operation("createApiKey");
    let body = &post.parameters[0];
    assert_eq!((body.name.as_str(), body.data_type.as_str(), body.kind), ("body", "NewKey", ParameterKind::Body));
    let expected = "{\n  \"orgUserId\": 93768,\n  \"name\": \"API Token\",\n  \"canImpersonate\": false\n}";
    assert_eq!(body.value, expected);
}

#[test]
fn a_delete_lists_its_success_among_the_messages() {
    let delete = operation("deleteApiKey");
    assert_eq!(status(&delete, 204), Some("Delete success"));
    assert!(delete.response_class.is_none() && delete.danger);
    assert_eq!(status(&operation("getApiKey"), 200), None);
    assert_eq!(status(&delete, 401), Some("Not signed in, or the key is not good"));
}

#[test]
fn no_header_is_taken_from_a_person() {
    for one in docs().services.iter().flat_map(|service| &service.operations) {
        assert!(one.parameters.iter().all(|parameter| parameter.kind != ParameterKind::Header), "{}", one.id);
    }
}

#[test]
fn a_call_that_changes_something_is_not_found_among_the_reading_ones() {
    let docs = docs();
    assert!(docs.operation("deleteApiKey", FormMethod::Get).is_none());
    assert!(docs.operation("getApiKey", FormMethod::Post).is_none());
    assert!(docs.operation("../deleteApiKey", FormMethod::Post).is_none());
}

#[test]
fn a_search_looks_at_names_paths_and_summaries() {
    let docs = docs();
    let found = |words: &str| docs.search(words).map(|service| service.name.clone()).collect::<Vec<_>>();
    assert_eq!(found("DELETE key"), ["apiKey"]);
    assert_eq!(found("healthz"), ["health"]);
    assert_eq!(found("no such thing"), Vec::<String>::new());
    assert_eq!(found(" ").len(), docs.services.len());
}
