//! Who belonged to an org and does not any more: by every route of an org their session gets what a stranger's gets, and their
//! keys get nothing.

use super::State;
use super::case::{Case, answer_of, caller};
use super::row::{Row, What, Who};
use super::rows;
use crate::support::people::World;
use crate::support::somebody::Somebody;
use crate::support::{Fixture, at_least_one, both};

/// What a membership is like that gives no rights, and what it was like before.
const GONE: [(&str, &str); 3] = [
    ("removed_at = 1", "removed_at = NULL"),
    ("enabled = false", "enabled = true"),
    ("accepted_at = NULL", "accepted_at = 1"),
];

fn is_of_an_org(row: &Row) -> bool {
    row.path.contains("{slug}") || row.path.starts_with("/user/")
}

/// Somebody signed in, who says to the REST API that acme is meant.
fn in_acme(world: &World, row: &Row, somebody: Somebody) -> Somebody {
    if row.path.starts_with("/user/") { somebody.sending("x-org-id", world.acme.id) } else { somebody }
}

/// Where the former admin, a session of theirs that acts as somebody else, or one of their keys gets further than they may.
async fn gets_further(world: &World, row: &Row) -> Vec<String> {
    let case = Case { world, row, who: Who::Admin, what: What::Own };
    let before = State::of(world);
    let [stranger, former] = [world.outsider(), world.admin()].map(|who| case.ask(&in_acme(world, row, who)));
    // made before any is sent, as they need what one that should be refused may take away
    let others = [Who::Assuming, Who::AdminKey, Who::Impersonator].map(|who| (who, case.ask(&caller(world, who, row))));
    let (stranger, former) = (answer_of(&stranger.send().await), answer_of(&former.send().await));
    let mut wrong = Vec::new();
    wrong.extend((former != stranger).then(|| format!("{}: {former}, and a stranger {stranger}", row.name())));
    for (who, ask) in others {
        let got = ask.send().await.status;
        wrong.extend((![401, 403, 404].contains(&got)).then(|| format!("{} as {who:?}: {got}", row.name())));
    }
    wrong.extend((State::of(world) != before).then(|| format!("{} changed something", row.name())));
    wrong
}

fn set(world: &World, what: &str) {
    world.execute(&format!("UPDATE memberships SET {what} WHERE id = {}", world.admin.membership));
}

both! {
    async fn whose_membership_ended_gets_by_every_route_what_a_stranger_gets(world: World) {
        let (mut world, mut wrong) = (world, Vec::new());
        for (gone, before) in GONE {
            set(&world, gone);
            for row in at_least_one(rows().iter().filter(|row| is_of_an_org(row))) {
                let further = gets_further(&world, row).await;
                if !further.is_empty() {
                    world = World::start(world.app.database.backend).await;
                    set(&world, gone);
                }
                wrong.extend(further.into_iter().map(|what| format!("{gone}: {what}")));
            }
            set(&world, before);
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
        world.admin().get("/orgs/acme/keys").await.expect(200);
    }
}
