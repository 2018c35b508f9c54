//! A change of a user's name or email address is told in every org that shows it, without a word of the request elsewhere.

use diesel::prelude::*;
use keyhouse::db::schema::audit_events;

use crate::support::both;
use crate::support::people::{Person, World};

/// An event: action, actor's kind and name, address, request id and operation id.
type Told = (String, String, String, String, String, Option<String>);

/// The events of a chain, in their order; org 0 is the installation.
fn trail(world: &World, org: i64) -> Vec<Told> {
    use audit_events::{action, actor_kind, actor_name, address, operation_id, org_id, request_id, seq};
    let query = audit_events::table.filter(org_id.eq(org)).order(seq);
    let told = query.select((action, actor_kind, actor_name, address, request_id, operation_id));
    world.read(|conn| told.load(conn).unwrap())
}

#[track_caller]
fn is_told_of(world: &World, org: i64, actions: &[&str], by: [&str; 2]) {
    let told = trail(world, org);
    let expected: Vec<Told> = actions
        .iter()
        .map(|action| ((*action).into(), by[0].into(), by[1].into(), String::new(), String::new(), None))
        .collect();
    assert_eq!(told, expected, "org {org}");
}

#[track_caller]
fn has_the_whole_event(world: &World, org: i64, actions: &[&str], name: &str) {
    let told = trail(world, org);
    assert_eq!(told.iter().map(|told| told.0.as_str()).collect::<Vec<_>>(), actions, "org {org}");
    let whole = |told: &Told| told.2 == name && told.3 == "127.0.0.1" && !told.4.is_empty() && told.5.is_some();
    assert!(told.iter().all(whole), "{told:?}");
}

/// Makes Adam an admin of globex too, where Mia works as well.
fn both_in_globex(world: &World) {
    for (person, admin) in [(&world.admin, true), (&world.member, false)] {
        let row = format!(
            "INSERT INTO memberships (id, org_id, user_id, first_name, last_name, email, sort_name, enabled, admin, accepted_at, version, created_at) \
             SELECT {}, {}, id, first_name, last_name, email, email, true, {admin}, 1, 1, 1 FROM users WHERE id = {}",
            9000 + person.user,
            world.globex.id,
            person.user
        );
        world.execute(&row);
    }
}

fn edited<'a>(version: &'a str, [first, email]: [&'a str; 2]) -> Vec<(&'a str, &'a str)> {
    let fields = [("version", version), ("first", first), ("last", "Moreau"), ("email", email), ("enabled", "1")];
    fields.into_iter().chain([("operation_id", "edit1")]).collect()
}

async fn saves(world: &World, person: &Person, fields: [&str; 2]) {
    let path = format!("/orgs/acme/users/{}", person.user);
    world.admin().post(&path, &edited("u2.m1", fields)).await.expect(303);
}

both! {
    async fn each_org_that_shows_a_user_is_told_that_an_admin_of_another_org_changed_them(world: World) {
        both_in_globex(&world);
        saves(&world, &world.member, ["Mira", "mira@new.example"]).await;
        let both = ["user.renamed", "user.email_changed"];
        has_the_whole_event(&world, world.acme.id, &both, "Adam Adler");
        has_the_whole_event(&world, 0, &both, "Adam Adler");
        is_told_of(&world, world.globex.id, &both, ["admin", "An admin of another org"]);
        let shown = world.outsider().get("/orgs/globex/audit").await.expect(200).page().text();
        assert!(shown.contains("An admin of another org Renamed the user Mia Moreau"), "{shown}");
        assert!(!shown.contains("Adam") && !shown.contains("Acme") && !shown.contains("127.0.0.1"), "{shown}");
    }

    async fn each_org_that_shows_a_user_is_told_of_an_address_that_an_admin_elsewhere_confirmed(world: World) {
        both_in_globex(&world);
        world.member().post("/profile/email", &[("email", "mia@new.example")]).await.expect(303);
        let fields = [("email", "mia@new.example"), ("operation_id", "confirm1")];
        world.admin().post(&format!("/orgs/acme/users/{}/email", world.member.user), &fields).await.expect(303);
        has_the_whole_event(&world, world.acme.id, &["user.email_change_confirmed"], "Adam Adler");
        is_told_of(&world, world.globex.id, &["user.email_changed"], ["admin", "An admin of another org"]);
    }

    async fn each_org_that_shows_a_user_is_told_that_they_renamed_themselves(world: World) {
        world.shared().post("/profile", &[("first", "Nina"), ("last", "Shaw"), ("operation_id", "own1")]).await.expect(303);
        has_the_whole_event(&world, 0, &["user.renamed"], "Sina Shah");
        for org in [world.acme.id, world.globex.id] {
            is_told_of(&world, org, &["user.renamed"], ["user", "Sina Shah"]);
        }
    }

    async fn each_org_that_shows_a_user_is_told_of_the_address_that_they_changed_themselves(world: World) {
        let fields = [("email", "otto@new.example"), ("operation_id", "own1")];
        world.outsider().post("/profile/email", &fields).await.expect(303);
        has_the_whole_event(&world, 0, &["user.email_changed"], "Otto Ortiz");
        is_told_of(&world, world.globex.id, &["user.email_changed"], ["user", "Otto Ortiz"]);
        assert!(trail(&world, world.acme.id).is_empty());
    }

    async fn an_org_that_only_invited_a_user_is_told_nothing_of_them(world: World) {
        world.execute(&format!("UPDATE memberships SET accepted_at = NULL WHERE id = {}", world.shared_in_globex));
        world.shared().post("/profile", &[("first", "Nina"), ("last", "Shaw")]).await.expect(303);
        assert!(trail(&world, world.globex.id).is_empty());
    }

    async fn an_org_that_only_invited_a_user_is_not_told_that_the_account_is_disabled(world: World) {
        world.execute(&format!("UPDATE memberships SET accepted_at = NULL WHERE id = {}", world.shared_in_globex));
        world.owner().post(&format!("/accounts/{}/disable", world.shared.user), &[]).await.expect(303);
        assert!(trail(&world, world.globex.id).is_empty());
        is_told_of(&world, world.acme.id, &["account.disabled"], ["user", "Olga Owens"]);
    }

    async fn orgs_read_that_a_super_admin_disabled_an_account_and_not_from_where(world: World) {
        let path = format!("/accounts/{}/disable", world.shared.user);
        world.owner().post(&path, &[("operation_id", "off1")]).await.expect(303);
        has_the_whole_event(&world, 0, &["account.disabled"], "Olga Owens");
        for org in [world.acme.id, world.globex.id] {
            is_told_of(&world, org, &["account.disabled"], ["user", "Olga Owens"]);
        }
    }
}
