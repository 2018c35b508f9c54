//! The audit events of setup.

use serde_json::json;

use crate::audit::{Event, Target};
use crate::id::MembershipId;
use crate::orgs::model::Org;
use crate::users::model::User;

/// The first org was made.
pub fn org_created(org: &Org) -> Event {
    Event {
        org: Some(org.id),
        action: "org.created",
        target: Target { kind: "org", id: org.id.number(), name: org.name.clone() },
        before: None,
        after: Some(json!({"name": org.name, "slug": org.slug})),
    }
}

/// Its first admin was made.
pub fn admin_created(org: &Org, user: &User, membership: MembershipId) -> Event {
    Event {
        org: Some(org.id),
        action: "user.created",
        target: Target { kind: "user", id: user.id.number(), name: user.name.to_string() },
        before: None,
        after: Some(json!({
            "name": user.name.to_string(),
            "email": user.email.as_str(),
            "orgUserId": membership.number(),
            "enabled": true,
            "admin": true,
            "superAdmin": true,
        })),
    }
}
