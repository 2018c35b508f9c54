//! The Swagger Docs.

use keyhouse::explorer::pages::interface::InterfacePage;
use keyhouse::explorer::pages::resources::{ResourceRow, ResourcesPage};
use keyhouse::explorer::view::{
    FormMethod, Operation, Parameter, ParameterKind, Reply, ResponseClass, ResponseMessage, Service,
};
use keyhouse::web::page::Section;

use super::sample::{Sample, page};

const KEY: &str = "{\n  \"id\": 130,\n  \"orgUserId\": 93768,\n  \"name\": \"API Token\",\n  \"accessKey\": \"48mw0qSsANirPIrrgJRh\",\n  \"canImpersonate\": false,\n  \"created\": \"2020-02-20T21:33:07.303Z\"\n}";
const MODEL: &str = "ApiKey {\n  id (integer),\n  orgUserId (integer): org membership id,\n  name (string),\n  accessKey (string): the public part,\n  canImpersonate (boolean),\n  created (string, date-time)\n}";

pub fn pages(sample: &Sample) -> Vec<(String, String)> {
    let names = [("apiKey", 4), ("org", 1), ("user", 1)];
    let resources = ResourcesPage {
        frame: sample.frame("Swagger Docs", Section::Docs),
        q: sample.text(""),
        rows: sample.rows(3, |at| ResourceRow {
            name: names[at].0.to_owned(),
            description: sample.text("API keys of users: make, read, delete"),
            operations: names[at].1,
        }),
    };
    vec![
        page("docs", resources),
        page("docs-interface", interface(sample, true)),
        page("docs-closed", interface(sample, false)),
    ]
}

fn interface(sample: &Sample, open: bool) -> InterfacePage {
    let calls = [("createApiKey", "POST"), ("listApiKeys", "GET"), ("deleteApiKey", "DELETE"), ("getApiKey", "GET")];
    let service = |name: &str, operations| Service {
        name: name.to_owned(),
        description: sample.text("API keys of users"),
        open,
        operations,
    };
    let keys = sample.rows(4, |at| operation(sample, calls[at], open));
    let me = sample.rows(1, |_| Operation {
        parameters: Vec::new(),
        reply: None,
        ..operation(sample, ("me", "GET"), false)
    });
    InterfacePage {
        frame: sample.frame("apiKey · Swagger Docs", Section::Docs),
        services: vec![service("apiKey", keys), service("user", me)],
        operation_id: sample.operation(),
    }
}

fn operation(sample: &Sample, (id, method): (&str, &str), open: bool) -> Operation {
    let danger = method == "DELETE";
    Operation {
        id: id.to_owned(),
        method: method.to_owned(),
        path: sample.text("/user/apiKey/{id}"),
        summary: sample.text("retrieve an api key by id"),
        notes: sample.text("For a user ID: all keys of that user. For a key ID: that key."),
        open,
        response_class: (!danger).then(|| class(sample)),
        content_types: vec![sample.text("application/json")],
        parameters: parameters(sample, method == "POST"),
        responses: responses(sample, danger),
        form_method: if method == "GET" { FormMethod::Get } else { FormMethod::Post },
        danger,
        reply: open.then(|| reply(sample)),
    }
}

fn class(sample: &Sample) -> ResponseClass {
    ResponseClass { status: 200, reason: sample.text("OK"), model: sample.text(MODEL), example: sample.text(KEY) }
}

fn parameters(sample: &Sample, body: bool) -> Vec<Parameter> {
    let parameter = |name: &str, kind, data_type: &str| Parameter {
        name: name.to_owned(),
        value: sample.text(if body { KEY } else { "1732" }),
        description: sample.text("The user ID that the key was created under, or the ID of a key"),
        kind,
        data_type: data_type.to_owned(),
        options: Vec::new(),
        required: true,
    };
    if body {
        return vec![parameter("body", ParameterKind::Body, "NewKey")];
    }
    let choice = Parameter {
        options: vec!["asc".to_owned(), sample.text("desc")],
        ..parameter("order", ParameterKind::Query, "string")
    };
    vec![parameter("id", ParameterKind::Path, "integer"), choice]
}

fn responses(sample: &Sample, danger: bool) -> Vec<ResponseMessage> {
    let message = |status, reason: &str| ResponseMessage {
        status,
        reason: sample.text(reason),
        model: if status == 204 { String::new() } else { sample.text("Problem") },
        headers: String::new(),
    };
    let mut all =
        vec![message(401, "Not signed in, or the key is not good"), message(404, "No such user or key in this org")];
    if danger {
        all.insert(0, message(204, "Delete success"));
    }
    all
}

fn reply(sample: &Sample) -> Reply {
    Reply {
        request_url: sample.text("https://keys.acme.example/user/apiKey/1732"),
        curl: sample.text("curl -H \"x-api-key: $API_KEY\" https://keys.acme.example/user/apiKey/1732"),
        body: sample.text(KEY),
        code: 200,
        headers: sample.text("{\n  \"cache-control\": \"no-store\"\n}"),
    }
}
