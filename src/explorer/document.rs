//! The OpenAPI document, turned once at start into what the pages show. It is also the fixed table of what can be called.

use actix_web::http::StatusCode;
use serde_json::Value;
use utoipa::openapi::path::{Operation as Described, Parameter as Given, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::{Content, OpenApi, RefOr, Required, Response};

use super::schema::Schemas;
use super::view::{FormMethod, Operation, Parameter, ParameterKind, ResponseClass, ResponseMessage, Service};

/// The Swagger Docs.
pub struct Docs {
    /// The document, for programs.
    pub json: String,
    /// Every service and its operations, all closed.
    pub services: Vec<Service>,
}

impl Docs {
    /// From the document.
    ///
    /// # Errors
    /// If it cannot be written as JSON, which is a defect.
    pub fn new(document: &OpenApi) -> serde_json::Result<Docs> {
        Ok(Docs { json: serde_json::to_string_pretty(document)?, services: services(document) })
    }

    /// Whether there is a service of this name.
    pub fn has(&self, service: &str) -> bool {
        self.services.iter().any(|known| known.name == service)
    }

    /// The operation with this id that is sent this way.
    pub fn operation(&self, id: &str, sent: FormMethod) -> Option<&Operation> {
        let mut all = self.services.iter().flat_map(|service| &service.operations);
        all.find(|operation| operation.id == id && operation.form_method == sent)
    }

    /// The services that have all the words of a search in their names, paths and summaries.
    pub fn search(&self, words: &str) -> impl Iterator<Item = &Service> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        self.services.iter().filter(move |service| {
            let text = text_of(service).to_lowercase();
            words.iter().all(|word| text.contains(word))
        })
    }
}

fn text_of(service: &Service) -> String {
    let operations = service.operations.iter().map(|one| [&*one.id, &*one.method, &*one.path, &*one.summary].join(" "));
    let operations: Vec<String> = operations.collect();
    [&*service.name, &*service.description, &operations.join(" ")].join(" ")
}

/// In the order of the document's tags; a path's operations in the order that the original had.
fn services(document: &OpenApi) -> Vec<Service> {
    let schemas = Schemas(document.components.as_ref());
    let all: Vec<(&String, &str, &Described)> = document
        .paths
        .paths
        .iter()
        .flat_map(|(path, item)| in_order(item).into_iter().map(move |(method, one)| (path, method, one)))
        .collect();
    let tags = document.tags.iter().flatten();
    let service = |tag: &utoipa::openapi::Tag| Service {
        name: tag.name.clone(),
        description: tag.description.clone().unwrap_or_default(),
        open: false,
        operations: all
            .iter()
            .filter(|(.., one)| one.tags.iter().flatten().any(|name| *name == tag.name))
            .map(|(path, method, one)| operation(&schemas, path, method, one))
            .collect(),
    };
    tags.map(service).filter(|service| !service.operations.is_empty()).collect()
}

fn in_order(item: &PathItem) -> Vec<(&'static str, &Described)> {
    let all = [("POST", &item.post), ("DELETE", &item.delete), ("GET", &item.get)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?))).collect()
}

fn operation(schemas: &Schemas, path: &str, method: &str, described: &Described) -> Operation {
    let (response_class, content_types) = success(schemas, described);
    let shown = response_class.as_ref().map(|class| class.status.to_string());
    let messages = described.responses.responses.iter().filter(|(status, _)| Some(*status) != shown.as_ref());
    Operation {
        id: described.operation_id.clone().unwrap_or_default(),
        method: method.to_owned(),
        path: path.to_owned(),
        summary: described.summary.clone().unwrap_or_default(),
        notes: described.description.clone().unwrap_or_default(),
        open: false,
        response_class,
        content_types,
        parameters: parameters(schemas, described),
        responses: messages.filter_map(|(status, response)| message(schemas, status, response)).collect(),
        form_method: if method == "GET" { FormMethod::Get } else { FormMethod::Post },
        danger: method == "DELETE",
        reply: None,
    }
}

/// What a success answers, and in which content types. An answer without a body stands among the messages instead.
fn success(schemas: &Schemas, described: &Described) -> (Option<ResponseClass>, Vec<String>) {
    let mut successes = described.responses.responses.iter().filter(|(status, _)| status.starts_with('2'));
    let found = successes.find_map(|(status, response)| match response {
        RefOr::T(response) => Some((status.parse().ok()?, response, first_schema(&response.content)?)),
        RefOr::Ref(_) => None,
    });
    let Some((status, response, schema)) = found else { return (None, vec!["application/json".to_owned()]) };
    let class = ResponseClass {
        status,
        reason: response.description.clone(),
        model: schemas.model(schema),
        example: pretty(&schemas.example(schema)),
    };
    (Some(class), response.content.keys().cloned().collect())
}

type Either = RefOr<utoipa::openapi::Schema>;

fn first_schema<'a, I>(content: I) -> Option<&'a Either>
where
    I: IntoIterator<Item = (&'a String, &'a RefOr<Content>)>,
{
    content.into_iter().find_map(|(_, content)| match content {
        RefOr::T(content) => content.schema.as_ref(),
        RefOr::Ref(_) => None,
    })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Headers are left out: the explorer sends those that it needs by itself, and none that a person typed.
fn parameters(schemas: &Schemas, described: &Described) -> Vec<Parameter> {
    let given = described.parameters.iter().flatten().filter_map(|given| match given {
        RefOr::T(given) => parameter(schemas, given),
        RefOr::Ref(_) => None,
    });
    let body = described.request_body.as_ref().and_then(|body| match body {
        RefOr::T(body) => body_parameter(schemas, body),
        RefOr::Ref(_) => None,
    });
    given.chain(body).collect()
}

fn parameter(schemas: &Schemas, given: &Given) -> Option<Parameter> {
    let kind = match given.parameter_in {
        ParameterIn::Path => ParameterKind::Path,
        ParameterIn::Query => ParameterKind::Query,
        ParameterIn::Header | ParameterIn::Cookie | ParameterIn::QueryString => return None,
    };
    let schema = given.schema.as_ref();
    Some(Parameter {
        name: given.name.clone(),
        value: String::new(),
        description: given.description.clone().unwrap_or_default(),
        kind,
        data_type: schema.map_or_else(|| "string".to_owned(), |schema| schemas.data_type(schema)),
        options: schema.map_or_else(Vec::new, |schema| schemas.options(schema)),
        required: matches!(given.required, Required::True),
    })
}

fn body_parameter(schemas: &Schemas, body: &RequestBody) -> Option<Parameter> {
    let schema = first_schema(&body.content)?;
    Some(Parameter {
        name: "body".to_owned(),
        value: pretty(&schemas.example(schema)),
        description: body.description.clone().unwrap_or_default(),
        kind: ParameterKind::Body,
        data_type: schemas.data_type(schema),
        options: Vec::new(),
        required: true,
    })
}

fn message(schemas: &Schemas, status: &str, response: &RefOr<Response>) -> Option<ResponseMessage> {
    let RefOr::T(response) = response else { return None };
    let status: u16 = status.parse().ok()?;
    let usual = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("");
    let said = response.description.as_str();
    let headers: Vec<&str> = response.headers.keys().map(String::as_str).collect();
    Some(ResponseMessage {
        status,
        reason: if said.is_empty() { usual } else { said }.to_owned(),
        model: first_schema(&response.content).map_or_else(String::new, |schema| schemas.data_type(schema)),
        headers: headers.join(", "),
    })
}
