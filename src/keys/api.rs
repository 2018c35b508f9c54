//! The REST calls about API keys: what they take, what they answer, and how OpenAPI describes them.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LINK};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::id::{KeyId, MembershipId, UserId, parse_digits};
use crate::keys::actions::{self, Deleted, NewKey};
use crate::keys::model::{ApiKey, KeyName};
use crate::paging::Rows;
use crate::web::form::Query;
use crate::web::json::{self, Json, Object};
use crate::web::site::Site;
use crate::web::{Answer, location, page};

/// What a new key should be.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewKey)]
pub struct NewKeyBody {
    /// the org membership that the key is made under
    #[schema(example = 93768, minimum = 1)]
    org_user_id: i64,
    /// what will use the key
    #[schema(example = "API Token", min_length = 1, max_length = 100)]
    name: String,
    /// whether it may act as other users of the org; true only from a signed-in super admin
    #[serde(default)]
    #[schema(example = false)]
    can_impersonate: bool,
}

/// A key, as programs see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiKey)]
pub struct KeyAnswer {
    #[schema(example = 130)]
    id: i64,
    /// org membership id
    #[schema(example = 93768)]
    org_user_id: i64,
    #[schema(example = "API Token")]
    name: String,
    /// the public part
    #[schema(example = "48mw0qSsANirPIrrgJRh")]
    access_key: String,
    #[schema(example = false)]
    can_impersonate: bool,
    #[schema(example = "2020-02-20T21:33:07.303Z", format = DateTime)]
    created: String,
}

/// A key that was just made: the only answer that holds the secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewApiKey)]
pub struct CreatedAnswer {
    #[schema(example = 130)]
    id: i64,
    /// org membership id
    #[schema(example = 93768)]
    org_user_id: i64,
    #[schema(example = "API Token")]
    name: String,
    /// the public part
    #[schema(example = "48mw0qSsANirPIrrgJRh")]
    access_key: String,
    #[schema(example = false)]
    can_impersonate: bool,
    #[schema(example = "2020-02-20T21:33:07.303Z", format = DateTime)]
    created: String,
    /// the whole key, shown this once
    #[schema(example = "kh_48mw0qSsANirPIrrgJRh_…")]
    api_key: String,
}

/// Keys, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKeyList)]
pub struct KeysAnswer {
    data: Vec<KeyAnswer>,
}

impl From<&ApiKey> for KeyAnswer {
    fn from(key: &ApiKey) -> KeyAnswer {
        KeyAnswer {
            id: key.id.number(),
            org_user_id: key.membership.number(),
            name: key.name.clone(),
            access_key: key.access_key.to_string(),
            can_impersonate: key.can_impersonate,
            created: key.created_at.rfc3339(),
        }
    }
}

impl NewKeyBody {
    fn read(mut body: Object) -> Result<NewKeyBody> {
        let (org_user_id, name) = (body.number("orgUserId"), body.text("name"));
        let can_impersonate = body.switch("canImpersonate");
        body.finish()?;
        match (org_user_id, name, can_impersonate) {
            (Some(org_user_id), Some(name), Some(can_impersonate)) => {
                Ok(NewKeyBody { org_user_id, name, can_impersonate })
            }
            _ => Err(Error::unexpected("a value without its error")),
        }
    }

    fn parse(self) -> Result<NewKey> {
        let mut errors = FieldErrors::new();
        let owner = Some(self.org_user_id).filter(|id| *id > 0).map(MembershipId::new);
        let sentence = "Give the ID of an org membership, a positive number";
        let owner = errors.take(owner.ok_or_else(|| Error::field("orgUserId", sentence)));
        let name = errors.take(KeyName::parse(&self.name));
        errors.finish()?;
        let (Some(owner), Some(name)) = (owner, name) else {
            return Err(Error::unexpected("a value without its error"));
        };
        Ok(NewKey { owner, name, can_impersonate: self.can_impersonate })
    }
}

/// Makes a key.
#[utoipa::path(
    post,
    path = "/user/apiKey",
    operation_id = "createApiKey",
    tag = "apiKey",
    summary = "create an api key",
    description = "The answer holds the whole key, this once; only its hash is stored.",
    request_body(content = NewKeyBody, description = "The membership that the key is made under, and its name"),
    responses(
        (status = 201, description = "Created", body = CreatedAnswer,
            headers(("Location" = String, description = "Where the key can be read"))),
        (status = 400, description = "The body does not fit the model, the org has no such membership, or the Idempotency-Key was another call's"),
        (status = 403, description = "Not an admin of the org, or not a super admin for canImpersonate"),
        (status = 409, description = "Done before with this Idempotency-Key, or the user or the org has as many keys as it can have"),
        (status = 413, description = "The body is longer than 64 KB"),
        (status = 415, description = "The body is not application/json"),
    )
)]
pub async fn create(site: Site, body: Json) -> Answer {
    let new = body.object().and_then(NewKeyBody::read).and_then(NewKeyBody::parse);
    let new = site.api_judge(Act::CreateKey, new).await?;
    let limits = site.state().limits;
    let make = move |conn: &mut Conn, scope: &OrgScope| actions::create(conn, scope, &limits, &new);
    let made = site.api_write(Act::CreateKey, make).await;
    let made = made.map_err(|error| unless_repeated(error, "key.created", None))?;
    let KeyAnswer { id, org_user_id, name, access_key, can_impersonate, created } = (&made.key).into();
    let api_key = made.token.reveal().to_owned();
    let answer = CreatedAnswer { id, org_user_id, name, access_key, can_impersonate, created, api_key };
    let mut response = json::answer(StatusCode::CREATED, &answer)?;
    location::add(response.headers_mut(), &format!("/user/apiKey/{id}"));
    Ok(response)
}

/// The keys of one user in the caller's org.
#[utoipa::path(
    get,
    path = "/user/apiKey/user/{userId}",
    operation_id = "listApiKeysOfUser",
    tag = "apiKey",
    summary = "retrieve an api key by userId",
    description = "That user's keys in the org, oldest first, at most 1000 at once.",
    params(
        ("userId" = i64, Path, description = "The user whose keys you want", minimum = 1, example = 1732),
        ("after" = Option<i64>, Query, description = "Only keys with a greater ID; the header Link has the next page", minimum = 1),
    ),
    responses(
        (status = 200, description = "OK", body = KeysAnswer,
            headers(("Link" = String, description = "The next page, if there is one"))),
        (status = 400, description = "The id is not a positive number"),
        (status = 404, description = "No such user in this org"),
    )
)]
pub async fn by_user(site: Site, path: web::Path<String>, query: Query) -> Answer {
    let (user, after) = (number(&path).map(UserId::new), after(&query));
    let rows = site.api_read(move |conn, scope| actions::by_user(conn, scope, user?, after?)).await?;
    list(site.request().path(), &rows)
}

/// One key by its own id, or all keys of a user by the user's.
#[utoipa::path(
    get,
    path = "/user/apiKey/{id}",
    operation_id = "getApiKey",
    tag = "apiKey",
    summary = "retrieve an api key by id",
    description = "For a user ID: all keys of that user. For a key ID: that key.",
    params(
        ("id" = i64, Path, description = "The user ID that the key was created under, or the ID of a key", minimum = 1, example = 1732),
        ("after" = Option<i64>, Query, description = "Only keys with a greater ID; the header Link has the next page", minimum = 1),
    ),
    responses(
        (status = 200, description = "OK", body = KeysAnswer,
            headers(("Link" = String, description = "The next page, if there is one"))),
        (status = 400, description = "The id is not a positive number"),
        (status = 404, description = "No such user or key in this org"),
    )
)]
pub async fn by_id(site: Site, path: web::Path<String>, query: Query) -> Answer {
    let (id, after) = (number(&path), after(&query));
    let rows = site.api_read(move |conn, scope| actions::by_id(conn, scope, id?, after?)).await?;
    list(site.request().path(), &rows)
}

/// Deletes a key. One that was deleted before is not there any more.
#[utoipa::path(
    delete,
    path = "/user/apiKey/{id}",
    operation_id = "deleteApiKey",
    tag = "apiKey",
    summary = "delete an api key",
    description = "In effect at once, for every caller. It cannot be undone. Admins delete every key of the org, owners their own, also with the key itself.",
    params(
        ("id" = i64, Path, description = "The ID of the key, from the Response Body of the GET. Not a user ID", minimum = 1, example = 130),
    ),
    responses(
        (status = 204, description = "Delete success"),
        (status = 400, description = "The id is not a positive number, or the Idempotency-Key was another call's"),
        (status = 404, description = "No such key in this org, or none that the caller may delete. A user ID deletes nothing"),
        (status = 409, description = "Done before with this Idempotency-Key"),
    )
)]
pub async fn delete(site: Site, path: web::Path<String>) -> Answer {
    let act = Act::DeleteKey { own: true };
    let id = site.api_judge(act, number(&path).map(KeyId::new)).await?;
    let deleted = site.api_write(act, move |conn, scope| actions::delete(conn, scope, id)).await;
    match deleted.map_err(|error| unless_repeated(error, "key.deleted", Some(id)))? {
        Deleted::Now(_) => Ok(HttpResponse::NoContent().finish()),
        Deleted::Before(..) => Err(Error::not_found()),
    }
}

/// What was done before with an `Idempotency-Key` answers only a call of its kind, and of its key: a deletion that did not happen must
/// not look done.
fn unless_repeated(error: Error, action: &str, id: Option<KeyId>) -> Error {
    match error {
        Error::Repeated(outcome) if outcome.action != action || id.is_some_and(|id| id.number() != outcome.id) => {
            let sentence = "This Idempotency-Key belongs to another call, which was done: {}; this one did nothing, send it with a key of its own";
            Error::Malformed(sentence.replace("{}", &format!("{} {}", outcome.action, outcome.id)))
        }
        other => other,
    }
}

fn number(text: &str) -> Result<i64> {
    parse_digits(text).ok_or_else(|| Error::Malformed("The id is not a positive number".into()))
}

fn after(query: &Query) -> Result<Option<KeyId>> {
    match query.text("after") {
        "" => Ok(None),
        text => {
            let id =
                KeyId::parse(text).ok_or_else(|| Error::Malformed("after takes a key ID, a positive number".into()));
            id.map(Some)
        }
    }
}

fn list(path: &str, rows: &Rows<ApiKey>) -> Answer {
    let mut response = json::answer(StatusCode::OK, &KeysAnswer { data: rows.rows.iter().map(Into::into).collect() })?;
    if let Some(last) = rows.rows.last().filter(|_| rows.later) {
        let next = page::with_query(path, &[("after", &last.id.to_string())]);
        response.headers_mut().insert(LINK, ascii(&format!("<{next}>; rel=\"next\""))?);
    }
    Ok(response)
}

fn ascii(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(Error::unexpected)
}
