//! The OpenAPI document: the features' calls, and what all of them have in common: how a caller shows who they are, the
//! optional headers, and errors as problem documents.

use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, Required, ResponseBuilder, Schema, Server};

use crate::web::refusal::{FieldProblem, Problem};

/// Everything that the features say of themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Keyhouse API",
        description = "Make, read and delete API keys. Errors are problem documents (RFC 9457) with a sentence that says what to do.",
        license(name = "MIT", identifier = "MIT")
    ),
    paths(
        crate::keys::api::create,
        crate::keys::api::by_user,
        crate::keys::api::by_id,
        crate::keys::api::delete,
        crate::users::api::me,
        crate::users::api::membership,
        crate::web::health::show
    ),
    components(schemas(Problem, FieldProblem)),
    tags(
        (name = "apiKey", description = "API keys of users: make, read, delete"),
        (name = "health", description = "Is this node ready?"),
        (name = "org", description = "Orgs and memberships"),
        (name = "user", description = "Users of the org; who am I?")
    ),
    security(("apiKey" = []), ("bearer" = []), ("session" = []))
)]
struct Api;

/// What every call can answer besides its own errors.
const COMMON: [(&str, &str); 6] = [
    ("400", "A parameter, a header or the body cannot be read"),
    ("401", "Not signed in, or the key is not good"),
    ("403", "Not allowed, or an impersonation that cannot be honoured"),
    ("404", "No such org, or none that the caller may know of"),
    ("500", "A fault on our side, which is in the log"),
    ("503", "Busy, or the database cannot be reached; try again"),
];

/// The whole document, for the address under which Keyhouse is reached and the session cookie that goes with it.
pub fn document(public_url: &str, session_cookie: &str) -> utoipa::openapi::OpenApi {
    let mut document = Api::openapi();
    document.servers = Some(vec![Server::new(public_url)]);
    let components = document.components.get_or_insert_default();
    for (name, scheme) in schemes(session_cookie) {
        components.security_schemes.insert(name.to_owned(), scheme.into());
    }
    for item in document.paths.paths.values_mut() {
        for (changes, operation) in operations(item) {
            complete(operation, changes);
        }
    }
    document
}

fn schemes(session_cookie: &str) -> [(&'static str, SecurityScheme); 3] {
    let header = ApiKeyValue::with_description("x-api-key", "An API key, whole: kh_…");
    let cookie = ApiKeyValue::with_description(session_cookie, "The session of a signed-in person");
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API key, whole: kh_…"));
    [
        ("apiKey", SecurityScheme::ApiKey(ApiKey::Header(header))),
        ("bearer", SecurityScheme::Http(bearer.build())),
        ("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie))),
    ]
}

/// The calls of a path, and whether each changes something.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let all = [(false, &mut item.get), (true, &mut item.post), (true, &mut item.delete)];
    all.into_iter().filter_map(|(changes, operation)| operation.as_mut().map(|operation| (changes, operation)))
}

fn complete(operation: &mut Operation, changes: bool) {
    let open = operation.security.as_ref().is_some_and(|all| all.iter().all(|one| *one == Default::default()));
    if !open {
        let parameters = operation.parameters.get_or_insert_default();
        parameters.extend(common_headers(changes).map(RefOr::T));
    }
    for (status, reason) in COMMON.iter().filter(|(status, _)| !open || status.starts_with('5')) {
        let responses = &mut operation.responses.responses;
        responses.entry((*status).to_owned()).or_insert_with(|| ResponseBuilder::new().description(*reason).into());
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
            && response.content.is_empty()
        {
            let problem = Content::new(Some(Ref::from_schema_name("Problem")));
            response.content.insert("application/problem+json".to_owned(), problem.into());
        }
    }
}

fn common_headers(changes: bool) -> impl Iterator<Item = Parameter> {
    let impersonate = "Act as this active user of the org; only with a key that can impersonate";
    let org = "With a session: the org to act in, if you have several. A key acts in its own";
    let idempotency = "1 to 64 visible ASCII characters; the same call sent again acts once";
    let key = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(64));
    let all = [
        header("impersonate-user-id", impersonate, id()),
        header("x-org-id", org, id()),
        header("Idempotency-Key", idempotency, key),
    ];
    all.into_iter().take(if changes { 3 } else { 2 })
}

fn id() -> ObjectBuilder {
    let format = SchemaFormat::KnownFormat(KnownFormat::Int64);
    ObjectBuilder::new().schema_type(Type::Integer).format(Some(format)).minimum(Some(1))
}

fn header(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(Schema::from(schema)))
        .build()
}
