//! The REST calls about people: what they answer, and how OpenAPI describes them.

use actix_web::http::StatusCode;
use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::OrgScope;
use crate::error::{Error, Result};
use crate::id::{OrgId, UserId};
use crate::users::actions::{self, Me};
use crate::users::membership::Membership;
use crate::web::Answer;
use crate::web::json;
use crate::web::site::Site;

/// Whoever calls: the signed-in person, the key's user, or whom the key impersonates. Rights are those that this credential has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Me)]
pub struct MeAnswer {
    /// user id
    #[schema(example = 1732)]
    id: i64,
    #[schema(example = "Tomasz")]
    first_name: String,
    /// may be empty
    #[schema(example = "Wiśniewski")]
    last_name: String,
    #[schema(example = "tomasz@acme.example")]
    email: String,
    /// true only in a signed-in session of a super admin, never for a key
    #[schema(example = false)]
    super_admin: bool,
    /// org membership id; absent while a super admin visits the org
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 93768, value_type = i64, required = false)]
    org_user_id: Option<i64>,
    /// whether this credential has an admin's rights in the org
    #[schema(example = true)]
    admin: bool,
    #[schema(example = true)]
    enabled: bool,
    current_org: OrgAnswer,
}

/// The org that a call acts in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CurrentOrg)]
pub struct OrgAnswer {
    #[schema(example = 1204)]
    id: i64,
    #[schema(example = "Acme")]
    name: String,
    /// as it stands in addresses
    #[schema(example = "acme")]
    slug: String,
}

/// One user in one org.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrgMembership)]
pub struct MembershipAnswer {
    /// org membership id: the orgUserId of keys
    #[schema(example = 93768)]
    id: i64,
    #[schema(example = 1204)]
    org_id: i64,
    #[schema(example = 1732)]
    user_id: i64,
    #[schema(example = true)]
    admin: bool,
    #[schema(example = true)]
    enabled: bool,
    #[schema(example = "2020-02-20T21:33:07.303Z", format = DateTime)]
    created: String,
}

impl MeAnswer {
    fn new(scope: &OrgScope, me: &Me) -> MeAnswer {
        let org = scope.org();
        MeAnswer {
            id: me.user.id.number(),
            first_name: me.user.name.first().to_owned(),
            last_name: me.user.name.last().to_owned(),
            email: me.user.email.to_string(),
            super_admin: scope.actor().is_super_admin(),
            org_user_id: me.membership.as_ref().map(|membership| membership.id.number()),
            admin: scope.is_admin(),
            enabled: me.membership.as_ref().is_none_or(|membership| membership.enabled),
            current_org: OrgAnswer { id: org.id.number(), name: org.name.clone(), slug: org.slug.clone() },
        }
    }
}

impl From<Membership> for MembershipAnswer {
    fn from(membership: Membership) -> MembershipAnswer {
        MembershipAnswer {
            id: membership.id.number(),
            org_id: membership.org.number(),
            user_id: membership.user.number(),
            admin: membership.admin,
            enabled: membership.enabled,
            created: membership.created_at.rfc3339(),
        }
    }
}

/// Who calls, and in which org.
#[utoipa::path(
    get,
    path = "/user/users/me",
    operation_id = "getMe",
    tag = "user",
    summary = "who am I?",
    description = "The user whose rights count, in the org that the call acts in.",
    responses(
        (status = 200, description = "OK", body = MeAnswer),
        (status = 400, description = "Two credentials, or x-org-id is missing or no ID"),
        (status = 403, description = "An impersonation that cannot be honoured"),
        (status = 404, description = "No such org, or none that the caller may know of"),
    ),
)]
pub async fn me(site: Site) -> Answer {
    let me = site.api_read(|conn, scope| Ok(MeAnswer::new(scope, &actions::me(conn, scope)?))).await?;
    json::answer(StatusCode::OK, &me)
}

/// The membership of a user in the caller's org.
#[utoipa::path(
    get,
    path = "/user/org/{orgId}/user/{userId}",
    operation_id = "getMembership",
    tag = "org",
    summary = "load a user org membership",
    description = "For any user of the caller's own org; who is no admin may load only their own.",
    params(
        ("orgId" = i64, Path, description = "The org, which must be the caller's own", minimum = 1, example = 1204),
        ("userId" = i64, Path, description = "The user whose membership you want", minimum = 1, example = 1732),
    ),
    responses(
        (status = 200, description = "OK", body = MembershipAnswer),
        (status = 400, description = "An id is not a positive number"),
        (status = 403, description = "An impersonation that cannot be honoured"),
        (status = 404, description = "No such org or user, or none that the caller may know of"),
    ),
)]
pub async fn membership(site: Site, path: web::Path<(String, String)>) -> Answer {
    let (org, user) = (id(OrgId::parse(&path.0)), id(UserId::parse(&path.1)));
    let found = site.api_read(move |conn, scope| actions::own(conn, scope, org?, user?)).await?;
    json::answer(StatusCode::OK, &MembershipAnswer::from(found))
}

fn id<T>(parsed: Option<T>) -> Result<T> {
    parsed.ok_or_else(|| Error::Malformed("The id is not a positive number".into()))
}
