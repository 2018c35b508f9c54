//! Whether this node is ready, for load balancers and supervisors.

use actix_web::http::StatusCode;
use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use super::state::State;
use super::{Answer, json};

/// The state of this node.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// always "ok"; a node that is not ready answers 503
    #[schema(example = "ok")]
    status: &'static str,
}

/// Answers once the database does.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "getHealth",
    tag = "health",
    summary = "is this node ready?",
    description = "Answers once the database does. Nobody needs to be signed in.",
    responses((status = 200, description = "OK", body = Health)),
    security(())
)]
pub async fn show(state: web::Data<State>) -> Answer {
    state.access.db().ping().await?;
    json::answer(StatusCode::OK, &Health { status: "ok" })
}
