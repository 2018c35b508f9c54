//! Accounts that an admin does not run: people of two orgs, and super admins.

use crate::access::State;
use crate::support::both;
use crate::support::people::{Person, World};

fn version(world: &World, of: &Person) -> String {
    let number = |table: &str, id: i64| world.number(&format!("SELECT version FROM {table} WHERE id = {id}"));
    format!("u{}.m{}", number("users", of.user), number("memberships", of.membership))
}

/// Tries to change name, email and password link of a person; all are refused and nothing changes.
async fn cannot_be_changed(world: &World, of: &Person) {
    let (admin, before, version) = (world.admin(), State::of(world), version(world, of));
    let path = format!("/orgs/acme/users/{}", of.user);
    let (first, last) = of.name.split_once(' ').unwrap();
    for (first, last, email) in [("Eve", last, of.email), (first, "Evil", of.email), (first, last, "eve@evil.example")]
    {
        let fields =
            [("version", version.as_str()), ("first", first), ("last", last), ("email", email), ("enabled", "1")];
        admin.post(&path, &fields).await.expect(403);
    }
    admin.post(&format!("{path}/link"), &[]).await.expect(403);
    assert_eq!(State::of(world), before);
    let page = admin.get(&format!("{path}/edit")).await.expect(200).page();
    assert!(page.attributes("input", "name").iter().all(|name| name != "email" && name != "first"), "{}", page.html);
}

both! {
    async fn an_admin_cannot_change_who_also_belongs_to_another_org(world: World) {
        cannot_be_changed(&world, &world.shared).await;
    }

    async fn an_admin_cannot_change_who_ever_belonged_to_another_org(world: World) {
        let gone = keyhouse::clock::now().micros();
        world.execute(&format!("UPDATE memberships SET removed_at = {gone} WHERE id = {}", world.shared_in_globex));
        cannot_be_changed(&world, &world.shared).await;
    }

    async fn an_invitation_elsewhere_that_was_not_accepted_does_not_count(world: World) {
        world.execute(&format!("UPDATE memberships SET accepted_at = NULL WHERE id = {}", world.shared_in_globex));
        world.admin().post(&format!("/orgs/acme/users/{}/link", world.shared.user), &[]).await.expect(200);
    }

    async fn an_admin_cannot_change_a_super_admin(world: World) {
        cannot_be_changed(&world, &world.owner).await;
    }

    async fn a_super_admin_of_the_org_can_change_a_shared_person(world: World) {
        let version = version(&world, &world.shared);
        let path = format!("/orgs/acme/users/{}", world.shared.user);
        let fields = [("version", version.as_str()), ("first", "Sina"), ("last", "Shaw"), ("email", world.shared.email), ("enabled", "1")];
        world.owner().post(&path, &fields).await.expect(303);
        assert_eq!(world.number("SELECT COUNT(*) FROM users WHERE last_name = 'Shaw'"), 1);
    }

    async fn what_belongs_to_the_membership_is_the_orgs_own(world: World) {
        let path = format!("/orgs/acme/users/{}", world.shared.user);
        let admin = world.admin();
        admin.post(&format!("{path}/disable"), &[]).await.expect(303);
        let shared = world.shared();
        shared.get("/orgs/acme").await.expect(404);
        shared.get("/orgs/globex/users").await.expect(200);
        admin.post(&format!("{path}/remove"), &[]).await.expect(303);
        shared.get("/orgs/globex/users").await.expect(200);
    }

    async fn making_a_shared_person_admin_here_changes_nothing_there(world: World) {
        let there = format!("SELECT version FROM memberships WHERE id = {}", world.shared_in_globex);
        let (before, version) = (world.number(&there), version(&world, &world.shared));
        let path = format!("/orgs/acme/users/{}", world.shared.user);
        world.admin().post(&path, &[("version", &version), ("enabled", "1"), ("admin", "1")]).await.expect(303);
        assert_eq!(world.number(&there), before);
        world.shared().get("/orgs/acme/users").await.expect(200);
    }
}
