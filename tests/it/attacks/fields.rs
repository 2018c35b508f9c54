//! Fields that a form does not have: whoever adds them to what their browser sends gets what everybody gets.

use std::collections::BTreeSet;

use crate::access::case::{Case, caller};
use crate::access::row::{Body, Row, What, Who};
use crate::access::rows;
use crate::support::database::Backend;
use crate::support::people::World;
use crate::support::{Fixture, at_least_one, both, dump};

/// What an attacker hopes that a form takes over into the database.
const SMUGGLED: [(&str, &str); 20] = [
    ("is_super_admin", "1"),
    ("super_admin", "1"),
    ("superAdmin", "true"),
    ("admin", "1"),
    ("is_admin", "1"),
    ("role", "admin"),
    ("enabled", "1"),
    ("accepted_at", "1"),
    ("can_impersonate", "1"),
    ("canImpersonate", "true"),
    ("admin_when_made", "1"),
    ("id", "1"),
    ("user_id", "2"),
    ("org_id", "2"),
    ("membership_id", "2"),
    ("made_by", "2"),
    ("password_hash", "x"),
    ("session_epoch", "9"),
    ("second_factor", "1"),
    ("confirmed_at", "9999999999999999"),
];

/// What says who may what, and what was done by whom; not secrets and times, which are new each time.
const TOLD: [&str; 22] = [
    "id",
    "org_id",
    "user_id",
    "membership_id",
    "first_name",
    "last_name",
    "email",
    "name",
    "slug",
    "enabled",
    "admin",
    "super_admin",
    "session_epoch",
    "version",
    "can_impersonate",
    "admin_when_made",
    "made_by",
    "parent_id",
    "kind",
    "action",
    "target_id",
    "second_factor",
];

/// What this form does in a world of its own: the status, and everything that is there afterwards.
async fn effect(backend: Backend, row: &Row, who: Who, smuggled: &[(&str, &str)]) -> (u16, BTreeSet<String>) {
    let world = World::start(backend).await;
    let case = Case { world: &world, row, who, what: What::Own };
    let me = caller(&world, who, row);
    let reply = case.ask(&me).and_fields(smuggled).send().await;
    (reply.status, dump::rows(&world.app.database, |_, column| TOLD.contains(&column)))
}

async fn smuggled_into(backend: Backend, row: &Row, own: &[(&str, &str)], who: Who) -> Vec<String> {
    let fields: Vec<(&str, &str)> =
        SMUGGLED.into_iter().filter(|(name, _)| !own.iter().any(|(own, _)| own == name)).collect();
    let (status, plain) = effect(backend, row, who, &[]).await;
    let (smuggling, changed) = effect(backend, row, who, &fields).await;
    let mut wrong = dump::difference(&plain, &changed);
    wrong.extend((status != smuggling).then(|| format!("{smuggling} and not {status}")));
    wrong.into_iter().map(|what| format!("{} as {who:?}: {what}", row.name())).collect()
}

/// The fields of a row's form.
fn own_fields(row: &Row) -> Option<&'static [(&'static str, &'static str)]> {
    if let Body::Form(own) = row.body { Some(own) } else { None }
}

both! {
    async fn an_admin_who_adds_fields_to_any_form_gets_what_everybody_gets(world: World) {
        let (backend, mut wrong) = (world.app.database.backend, Vec::new());
        for (row, own) in at_least_one(rows().into_iter().filter_map(|row| own_fields(&row).map(|own| (row, own)))) {
            wrong.extend(smuggled_into(backend, &row, own, Who::Admin).await);
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn a_member_who_adds_fields_to_their_profile_stays_a_member(world: World) {
        let (backend, mut wrong) = (world.app.database.backend, Vec::new());
        let forms = rows().into_iter().filter(|row| row.path.starts_with("/profile"));
        for (row, own) in at_least_one(forms.filter_map(|row| own_fields(&row).map(|own| (row, own)))) {
            wrong.extend(smuggled_into(backend, &row, own, Who::Member).await);
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn a_program_that_adds_fields_to_a_call_is_refused(world: World) {
        for (name, _) in SMUGGLED.into_iter().filter(|(name, _)| *name != "canImpersonate") {
            let mut body = serde_json::json!({"orgUserId": world.member.membership, "name": "ci"});
            body[name] = true.into();
            world.admin().post_json("/user/apiKey", &body).await.expect(400);
        }
        assert_eq!(world.actions(), Vec::<String>::new());
    }
}
