//! Super admins: they enter an org only visibly, they lose everything with the right itself, and one of them is always left.

use diesel::prelude::*;
use keyhouse::accounts::actions as accounts;
use keyhouse::db::schema::audit_events;
use keyhouse::id::UserId;

use crate::access::State;
use crate::support::both;
use crate::support::people::{Person, World};
use crate::support::somebody::Somebody;

/// Kind and id of the actor, the action, the state after: of an org's events (0: the installation's), in their order.
fn trail(world: &World, org: i64) -> Vec<(String, Option<i64>, String, String)> {
    use audit_events::{action, actor_id, actor_kind, after, org_id, seq};
    let query = audit_events::table.filter(org_id.eq(org)).order(seq).select((actor_kind, actor_id, action, after));
    let all: Vec<(String, Option<i64>, String, Option<String>)> = world.read(|conn| query.load(conn).unwrap());
    all.into_iter().map(|(kind, id, what, state)| (kind, id, what, state.unwrap_or_default())).collect()
}

fn actions(world: &World, org: i64) -> Vec<String> {
    trail(world, org).into_iter().map(|(_, _, what, _)| what).collect()
}

/// Makes somebody else a super admin too.
fn promote(world: &World, person: &Person) {
    world.execute(&format!("UPDATE users SET super_admin = true WHERE id = {}", person.user));
}

async fn takes_from(by: &Somebody, whom: &Person) -> u16 {
    by.post(&format!("/super-admins/{}/remove", whom.user), &[]).await.status
}

const ABLE: &str = "SELECT COUNT(*) FROM users WHERE super_admin AND enabled AND password_hash IS NOT NULL";

both! {
    async fn a_super_admin_enters_an_org_only_visibly(world: World) {
        let owner = world.owner();
        owner.get("/orgs/globex/keys").await.expect(404);
        owner.get("/orgs/globex/enter").await.expect(200);
        owner.get("/orgs/globex/keys").await.expect(404);
        let entered = owner.post("/orgs/globex/enter", &[("reason", "Otto asked for help")]).await.expect(303);
        assert_eq!(entered.header("location"), "/orgs/globex");
        for path in ["", "/users", "/users/new", "/keys", "/keys/new", "/docs", "/docs/apiKey", "/first-steps", "/rename"] {
            let page = owner.get(&format!("/orgs/globex{path}")).await.expect(200).page();
            assert!(page.text().contains("You are visiting Globex as super admin."), "{path}: {}", page.text());
        }
        let own = owner.get("/orgs/acme/keys").await.expect(200).page();
        assert!(!own.text().contains("visiting"), "{}", own.text());
        owner.post(&format!("/orgs/globex/keys/{}/delete", world.foreign_key.id), &[]).await.expect(303);
        owner.post("/orgs/globex/leave", &[]).await.expect(303);
        owner.get("/orgs/globex/keys").await.expect(404);
        let told = trail(&world, world.globex.id);
        let who: Vec<(&str, &str)> = told.iter().map(|(kind, _, action, _)| (kind.as_str(), action.as_str())).collect();
        assert_eq!(who, [("user", "org.entered"), ("super_admin", "key.deleted"), ("user", "org.left")]);
        assert!(told[0].3.contains("Otto asked for help") && told[0].3.contains("until"), "{told:?}");
        assert!(told.iter().all(|(_, id, ..)| *id == Some(world.owner.user)), "{told:?}");
    }

    async fn a_visit_is_bound_to_its_session_its_org_and_its_hour(world: World) {
        let visiting = world.signed_in(&world.visiting);
        visiting.get("/orgs/globex/users").await.expect(200);
        world.owner().get("/orgs/globex/users").await.expect(404);
        world.sign_in(&world.owner).await.get("/orgs/globex/users").await.expect(404);
        let path = format!("/user/apiKey/{}", world.foreign_key.id);
        visiting.delete(&path).await.expect(404);
        let there = visiting.clone().sending("x-org-id", world.globex.id);
        let me = there.get("/user/users/me").await.expect(200).json();
        assert_eq!((me["admin"].as_bool(), me.get("orgUserId")), (Some(true), None));
        let hour = keyhouse::clock::now().plus(-keyhouse::access::LONGEST).micros();
        world.execute(&format!("UPDATE visits SET started_at = {hour}"));
        visiting.get("/orgs/globex/users").await.expect(404);
        there.delete(&path).await.expect(404);
        assert!(world.works(&world.foreign_key.token).await);
        visiting.get("/orgs/acme/users").await.expect(200);
    }

    async fn also_pages_about_what_failed_say_which_org_somebody_visits(world: World) {
        let (visiting, banner) = (world.signed_in(&world.visiting), "You are visiting Globex as super admin.");
        world.execute("UPDATE sessions SET confirmed_at = 1");
        for (path, form, status) in [
            ("/orgs/globex/keys/987654".to_owned(), false, 404),
            ("/orgs/globex/keys/987654/delete".to_owned(), true, 404),
            (format!("/orgs/globex/users/{}/impersonate", world.shared.user), true, 403),
            (format!("/orgs/globex/users/{}/link", world.shared.user), true, 403),
            ("/orgs/acme/keys/987654".to_owned(), false, 404),
        ] {
            let reply = if form { visiting.post(&path, &[]).await } else { visiting.get(&path).await };
            let text = reply.expect(status).page().text();
            assert_eq!(text.contains(banner), path.starts_with("/orgs/globex"), "{path}: {text}");
        }
        let page = visiting.get("/orgs/globex/users/987654/edit").await.expect(404).page();
        let (to, token) = (page.attributes(".assumed", "action").remove(0), page.attributes(".assumed input", "value").remove(0));
        visiting.ask("POST", &to).same_origin().form(&[("csrf", token)]).send().await.expect(303);
        let left = visiting.get("/orgs/globex/keys/987654").await.expect(404).page();
        assert!(!left.text().contains(banner), "{}", left.text());
    }

    async fn entering_needs_a_super_admin_who_showed_their_password_lately(world: World) {
        let before = State::of(&world);
        for somebody in [world.admin(), world.member(), world.outsider(), world.shared()] {
            for path in ["/orgs/globex/enter", "/orgs/acme/enter", "/orgs/nowhere/enter"] {
                somebody.post(path, &[]).await.expect(404);
            }
        }
        world.execute("UPDATE sessions SET confirmed_at = 1");
        world.owner().post("/orgs/globex/enter", &[]).await.expect(403);
        world.execute(&format!("UPDATE orgs SET enabled = false WHERE id = {}", world.globex.id));
        world.execute(&format!("UPDATE sessions SET confirmed_at = {}", keyhouse::clock::now().micros()));
        assert_eq!(world.owner().post("/orgs/globex/enter", &[]).await.expect(303).header("location"), "/orgs");
        world.owner().post("/orgs/globex/enter", &[("reason", &"x".repeat(201))]).await.expect(422);
        assert_eq!(State::of(&world), before);
    }

    async fn a_visit_ends_when_super_admin_is_taken(world: World) {
        promote(&world, &world.deputy);
        let visiting = world.signed_in(&world.visiting);
        visiting.get("/orgs/globex/users").await.expect(200);
        assert_eq!(takes_from(&world.deputy(), &world.owner).await, 303);
        for somebody in [&visiting, &world.owner()] {
            assert!(somebody.get("/orgs/globex/users").await.expect(303).header("location").starts_with("/login"));
        }
        let anew = world.sign_in(&world.owner).await;
        for path in ["/orgs/globex/users", "/accounts", "/super-admins", "/orgs/globex/enter"] {
            anew.get(path).await.expect(404);
        }
        anew.get("/orgs/acme/users").await.expect(200);
        assert_eq!(actions(&world, 0)[0], "account.super_admin_revoked");
    }

    async fn who_lost_super_admin_while_their_form_was_queued_makes_no_org(world: World) {
        world.execute(&format!("UPDATE users SET super_admin = false WHERE id = {}", world.owner.user));
        let (visiting, before) = (world.signed_in(&world.visiting), State::of(&world));
        visiting.get("/orgs/globex/keys").await.expect(404);
        visiting.post(&format!("/orgs/globex/keys/{}/delete", world.foreign_key.id), &[]).await.expect(404);
        visiting.post("/orgs/globex/disable", &[]).await.expect(404);
        visiting.post(&format!("/accounts/{}/disable", world.outsider.user), &[]).await.expect(404);
        visiting.post(&format!("/super-admins/{}/add", world.owner.user), &[("version", "2")]).await.expect(404);
        assert_eq!(State::of(&world), before);
    }

    async fn two_super_admins_who_take_it_from_each_other_at_the_same_instant_leave_one(world: World) {
        for round in 0..3 {
            promote(&world, &world.owner);
            promote(&world, &world.deputy);
            let (one, other) = (world.sign_in(&world.owner).await, world.sign_in(&world.deputy).await);
            let (first, second) = tokio::join!(takes_from(&one, &world.deputy), takes_from(&other, &world.owner));
            assert_eq!(world.number(ABLE), 1, "round {round}: {first} and {second}");
        }
    }

    async fn two_super_admins_who_step_down_at_the_same_instant_leave_one(world: World) {
        promote(&world, &world.deputy);
        let (one, other) = (world.owner(), world.deputy());
        let (first, second) = tokio::join!(takes_from(&one, &world.owner), takes_from(&other, &world.deputy));
        let mut answers = [first, second];
        answers.sort();
        assert_eq!((answers, world.number(ABLE)), ([303, 422], 1));
    }

    async fn the_last_super_admin_who_can_sign_in_stays(world: World) {
        let (owner, path) = (world.owner(), format!("/accounts/{}/disable", world.owner.user));
        for lacks in ["enabled = false", "password_hash = NULL"] {
            promote(&world, &world.deputy);
            world.execute(&format!("UPDATE users SET {lacks} WHERE id = {}", world.deputy.user));
            assert_eq!(takes_from(&owner, &world.owner).await, 422);
            owner.post(&path, &[]).await.expect(422);
        }
        assert_eq!(takes_from(&owner, &world.deputy).await, 303);
        assert_eq!(world.number(ABLE), 1);
        owner.get("/super-admins").await.expect(200);
    }

    async fn a_super_admin_is_made_only_of_somebody_who_has_signed_in(world: World) {
        let (owner, before) = (world.owner(), State::of(&world));
        world.execute(&format!("UPDATE users SET enabled = false WHERE id = {}", world.colleague.user));
        let path = |person: &Person| format!("/super-admins/{}/add", person.user);
        let version = |person: &Person| world.read(|conn| accounts::version(conn, UserId::new(person.user)).unwrap()).to_string();
        for person in [&world.invited, &world.colleague] {
            assert_eq!(owner.get(&path(person)).await.expect(303).header("location"), format!("/accounts/{}", person.user));
            owner.post(&path(person), &[("version", &version(person))]).await.expect(422);
        }
        world.admin().post(&path(&world.admin), &[("version", &version(&world.admin))]).await.expect(404);
        assert_eq!(State::of(&world), before);
        owner.post(&path(&world.admin), &[("version", &version(&world.admin))]).await.expect(303);
        world.sign_in(&world.admin).await.get("/accounts").await.expect(200);
        world.with_key(&world.admin_key).get("/user/users/me").await.expect(200);
        assert_eq!(actions(&world, 0), ["account.super_admin_granted", "session.signed_in"]);
    }

    async fn a_disabled_org_stops_its_people_keys_and_visits_at_once(world: World) {
        world.owner().post("/orgs/acme/disable", &[]).await.expect(303);
        world.signed_in(&world.visiting).post("/orgs/globex/disable", &[]).await.expect(303);
        for somebody in [world.admin(), world.owner(), world.member(), world.signed_in(&world.visiting)] {
            somebody.get("/orgs/acme").await.expect(404);
            somebody.get("/orgs/globex").await.expect(404);
        }
        for key in [&world.admin_key, &world.member_key, &world.foreign_key] {
            assert!(!world.works(&key.token).await);
        }
        let page = world.owner().get("/orgs").await.expect(200).page();
        assert_eq!(page.text().matches("Disabled").count(), 2, "{}", page.text());
        world.owner().post("/orgs/acme/enable", &[]).await.expect(303);
        world.admin().get("/orgs/acme").await.expect(200);
        assert!(world.works(&world.admin_key.token).await && !world.works(&world.foreign_key.token).await);
        assert_eq!(actions(&world, world.acme.id), ["org.disabled", "org.enabled"]);
    }

    async fn a_disabled_account_is_signed_out_and_works_nowhere(world: World) {
        let elsewhere = world.sign_in(&world.shared).await;
        let path = format!("/accounts/{}", world.shared.user);
        world.owner().post(&format!("{path}/disable"), &[]).await.expect(303);
        for somebody in [&elsewhere, &world.shared()] {
            somebody.get("/orgs").await.expect(303);
            somebody.get("/user/users/me").await.expect(401);
        }
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM sessions WHERE user_id = {}", world.shared.user)), 0);
        world.visitor().post("/login", &[("email", world.shared.email), ("password", crate::support::people::PASSWORD)]).await.expect(422);
        for org in [0, world.acme.id, world.globex.id] {
            assert_eq!(actions(&world, org).last().map(String::as_str), Some("account.disabled"), "{org}");
        }
        world.owner().post(&format!("{path}/enable"), &[]).await.expect(303);
        elsewhere.get("/orgs").await.expect(303);
        world.sign_in(&world.shared).await.get("/orgs").await.expect(200);
    }

    async fn only_a_super_admin_leaves_an_org_without_an_admin_and_sees_that(world: World) {
        let remove = |person: &Person| format!("/orgs/globex/users/{}/remove", person.user);
        let visiting = world.signed_in(&world.visiting);
        visiting.post(&remove(&world.shared), &[]).await.expect(303);
        world.outsider().post(&remove(&world.outsider), &[]).await.expect(422);
        let before = visiting.get("/orgs").await.expect(200).page();
        assert!(!before.text().contains("No admin"), "{}", before.text());
        visiting.post(&format!("/orgs/globex/users/{}/disable", world.outsider.user), &[]).await.expect(303);
        let after = visiting.get("/orgs").await.expect(200).page();
        assert!(after.text().contains("No admin"), "{}", after.text());
        assert_eq!(actions(&world, world.globex.id), ["membership.removed", "membership.disabled"]);
    }
}
