//! An admin who acts as somebody else of their org gets that user's rights there, nothing else anywhere, and not for longer than
//! all of it stands.

use diesel::prelude::*;
use keyhouse::db::schema::audit_events;
use serde_json::json;

use crate::access::State;
use crate::support::both;
use crate::support::people::{Person, World};
use crate::support::somebody::Somebody;

/// Begins to act as somebody of acme.
async fn acts_as(by: Somebody, target: &Person) -> Somebody {
    let path = format!("/orgs/acme/users/{}/impersonate", target.user);
    assert_eq!(by.post(&path, &[]).await.expect(303).header("location"), "/orgs/acme");
    by.on_a_page_as(Some(target.user))
}

async fn stops(by: &Somebody) -> String {
    by.post("/impersonation/stop", &[]).await.expect(303).header("location").to_owned()
}

/// Everything that an impersonation does not reach.
async fn reaches_nothing_else(world: &World, somebody: &Somebody) {
    let before = State::of(world);
    for path in ["/profile", "/orgs", "/accounts", "/super-admins", "/links", "/orgs/globex/keys", "/orgs/nowhere"] {
        let page = somebody.get(path).await.expect(403).page();
        assert!(page.text().contains("stop impersonating before"), "{path}: {}", page.text());
    }
    for (path, fields) in [
        ("/profile", [("first", "Eve"), ("last", "Evil")]),
        ("/profile/password", [("current", "x"), ("new", "violet harbour seventeen")]),
        ("/orgs", [("name", "Evil"), ("email", "eve@evil.example")]),
        ("/orgs/globex/enter", [("reason", ""), ("a", "")]),
        ("/super-admins", [("email", world.admin.email), ("a", "")]),
    ] {
        somebody.post(path, &fields).await.expect(403);
    }
    for org in [world.globex.id, 987] {
        somebody.clone().sending("x-org-id", org).get("/user/users/me").await.expect(403);
    }
    assert_eq!(State::of(world), before);
}

/// Kind of the actor, the actor, whom they act as, the action: of the latest events, the latest last.
fn told(world: &World, count: i64) -> Vec<(String, Option<i64>, Option<i64>, String)> {
    use audit_events::{action, actor_id, actor_kind, as_id, id};
    let columns = (actor_kind, actor_id, as_id, action);
    let query = audit_events::table.order(id.desc()).select(columns).limit(count);
    let mut all: Vec<_> = world.read(|conn| query.load(conn).unwrap());
    all.reverse();
    all
}

both! {
    async fn who_acts_as_a_member_has_the_members_rights_and_a_banner(world: World) {
        let admin = acts_as(world.admin(), &world.member).await;
        let page = admin.get("/orgs/acme").await.expect(200).page();
        assert!(page.text().contains("You act as Mia Moreau (impersonating)."), "{}", page.text());
        assert!(page.text().contains("billing-prod") && !page.text().contains("laptop"), "{}", page.text());
        for path in ["/orgs/acme/users", "/orgs/acme/keys", "/orgs/acme/docs", "/orgs/acme/rename"] {
            admin.get(path).await.expect(404);
        }
        let me = admin.get("/user/users/me").await.expect(200).json();
        assert_eq!((me["id"].as_i64(), me["admin"].as_bool()), (Some(world.member.user), Some(false)));
        admin.delete(&format!("/user/apiKey/{}", world.colleague_key.id)).await.expect(404);
        admin.delete(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(204);
        assert_eq!(admin.get("/").await.expect(303).header("location"), "/orgs/acme");
        assert_eq!(stops(&admin).await, format!("/orgs/acme/users/{}/edit", world.member.user));
        let page = admin.get("/orgs/acme/users").await.expect(200).page();
        assert!(!page.text().contains("impersonating"), "{}", page.text());
    }

    async fn the_impersonator_who_switches_org_is_told_to_stop_first(world: World) {
        let shared = world.shared();
        shared.post(&format!("/orgs/globex/users/{}/impersonate", world.outsider.user), &[]).await.expect(303);
        shared.get("/orgs/acme").await.expect(403);
        shared.clone().sending("x-org-id", world.acme.id).get("/user/users/me").await.expect(403);
        shared.clone().sending("x-org-id", world.globex.id).get("/user/users/me").await.expect(200);
        shared.get("/orgs/globex/users").await.expect(200);
        let elsewhere = world.sign_in(&world.shared).await;
        elsewhere.get("/orgs/acme").await.expect(303);
        elsewhere.get("/orgs").await.expect(200);
        shared.post("/impersonation/stop", &[]).await.expect(303);
        shared.get("/orgs").await.expect(200);
    }

    async fn an_impersonated_super_admin_gives_no_super_rights(world: World) {
        let admin = acts_as(world.admin(), &world.owner).await;
        reaches_nothing_else(&world, &admin).await;
        let me = admin.get("/user/users/me").await.expect(200).json();
        assert_eq!((me["id"].as_i64(), me["superAdmin"].as_bool()), (Some(world.owner.user), Some(false)));
        let before = State::of(&world);
        let key = json!({"orgUserId": world.owner.membership, "name": "evil", "canImpersonate": true});
        admin.post_json("/user/apiKey", &key).await.expect(403);
        for whom in [&world.owner, &world.member, &world.shared] {
            admin.post(&format!("/orgs/acme/users/{}/link", whom.user), &[]).await.expect(403);
        }
        let version = world.number(&format!("SELECT version FROM users WHERE id = {}", world.owner.user));
        let (version, path) = (format!("u{version}.m1"), format!("/orgs/acme/users/{}", world.owner.user));
        let fields = [("version", version.as_str()), ("first", "Olga"), ("last", "Owens"), ("email", "eve@evil.example"), ("enabled", "1"), ("admin", "1")];
        admin.post(&path, &fields).await.expect(403);
        assert_eq!(State::of(&world), before);
    }

    async fn a_second_impersonation_does_not_begin(world: World) {
        let admin = acts_as(world.admin(), &world.deputy).await;
        let before = State::of(&world);
        let path = format!("/orgs/acme/users/{}/impersonate", world.member.user);
        admin.get(&path).await.expect(403);
        admin.post(&path, &[]).await.expect(403);
        let key = world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.admin.user);
        key.post(&path, &[]).await.expect(403);
        world.signed_in(&world.visiting).post(&format!("/orgs/globex/users/{}/impersonate", world.shared.user), &[]).await.expect(403);
        assert_eq!(State::of(&world), before);
        let edit = admin.get(&format!("/orgs/acme/users/{}/edit", world.member.user)).await.expect(200).page();
        assert!(!edit.text().contains("Impersonate…"), "{}", edit.text());
    }

    async fn whoever_is_not_an_active_other_user_is_not_impersonated(world: World) {
        world.execute(&format!("UPDATE memberships SET enabled = false WHERE id = {}", world.colleague.membership));
        let (admin, before) = (world.admin(), State::of(&world));
        let path = |user: i64| format!("/orgs/acme/users/{user}/impersonate");
        for (user, status) in [
            (world.admin.user, 403),
            (world.outsider.user, 404),
            (987, 404),
            (world.member.membership, 404),
            (world.invited.user, 303),
            (world.colleague.user, 303),
        ] {
            admin.post(&path(user), &[]).await.expect(status);
        }
        for somebody in [world.member(), world.outsider(), world.shared()] {
            somebody.post(&path(world.deputy.user), &[]).await.expect(404);
        }
        assert_eq!(State::of(&world), before);
        admin.get("/orgs/acme/users").await.expect(200);
    }

    async fn an_impersonation_needs_a_password_shown_lately(world: World) {
        world.execute("UPDATE sessions SET confirmed_at = 1");
        let before = State::of(&world);
        world.admin().post(&format!("/orgs/acme/users/{}/impersonate", world.member.user), &[]).await.expect(403);
        assert_eq!(State::of(&world), before);
    }

    async fn an_impersonation_ends_with_anything_that_it_stands_on(world: World) {
        let admin = acts_as(world.admin(), &world.deputy).await;
        let (own, theirs) = (world.admin.membership, world.deputy.membership);
        for (table, column, off, on, id) in [
            ("memberships", "admin", "false", "true", own),
            ("memberships", "enabled", "false", "true", own),
            ("memberships", "enabled", "false", "true", theirs),
            ("memberships", "removed_at", "1", "NULL", theirs),
            ("users", "enabled", "false", "true", world.deputy.user),
            ("orgs", "enabled", "false", "true", world.acme.id),
        ] {
            admin.get("/orgs/acme/users").await.expect(200);
            world.execute(&format!("UPDATE {table} SET {column} = {off} WHERE id = {id}"));
            let page = admin.get("/orgs/acme/users").await.expect(403).page();
            let ended = page.text().contains("You do not act as Dora Deng") && !page.text().contains("(impersonating)");
            assert!(ended, "{table} {column}: {}", page.text());
            admin.delete(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(403);
            admin.get("/profile").await.expect(403);
            world.execute(&format!("UPDATE {table} SET {column} = {on} WHERE id = {id}"));
        }
        assert!(world.works(&world.member_key.token).await);
        world.execute(&format!("UPDATE users SET enabled = false WHERE id = {}", world.admin.user));
        assert!(admin.get("/orgs/acme").await.expect(303).header("location").starts_with("/login"));
    }

    async fn the_demoted_impersonator_is_an_ordinary_member_again(world: World) {
        let admin = acts_as(world.admin(), &world.deputy).await;
        world.execute(&format!("UPDATE memberships SET admin = false WHERE id = {}", world.admin.membership));
        admin.get("/orgs/acme/users").await.expect(403);
        let page = admin.get("/impersonation").await.expect(200).page();
        assert!(page.text().contains("no longer an admin") && page.text().contains("Go on as Adam Adler"), "{}", page.text());
        assert_eq!(stops(&admin).await, "/");
        admin.get("/orgs/acme/users").await.expect(404);
        assert_eq!(admin.get("/orgs/acme").await.expect(303).header("location"), "/profile");
    }

    async fn a_form_sent_after_the_hour_is_not_taken_for_ones_own(world: World) {
        let admin = acts_as(world.admin(), &world.deputy).await;
        let hour = keyhouse::clock::now().plus(-keyhouse::access::LONGEST).micros();
        world.execute(&format!("UPDATE impersonations SET started_at = {}", hour + 60_000_000));
        admin.get("/orgs/acme/keys").await.expect(200);
        world.execute(&format!("UPDATE impersonations SET started_at = {hour}"));
        let before = State::of(&world);
        let told = admin.post(&format!("/orgs/acme/keys/{}/delete", world.member_key.id), &[]).await.expect(403).page();
        assert!(told.text().contains("it ends after 60 minutes"), "{}", told.text());
        assert_eq!(State::of(&world), before);
        assert_eq!(stops(&admin).await, "/");
        admin.get("/orgs/acme/keys").await.expect(200);
    }

    async fn a_page_that_was_opened_as_somebody_else_changes_nothing(world: World) {
        let delete = format!("/orgs/acme/keys/{}/delete", world.member_key.id);
        let edit = format!("/orgs/acme/users/{}", world.member.user);
        let shown = world.admin().get(&format!("{edit}/edit")).await.expect(200).page();
        let version = shown.attributes("input[name=version]", "value").concat();
        let save = [("version", version.as_str()), ("first", "Mia"), ("last", "Evil"), ("email", world.member.email), ("enabled", "1")];
        let old = world.admin();
        let acting = acts_as(old.clone(), &world.deputy).await;
        let before = State::of(&world);
        for page in [&old, &acting.clone().on_a_page_as(Some(world.member.user))] {
            for (path, fields) in [(&delete, &[][..]), (&edit, &save[..])] {
                let told = page.post(path, fields).await.expect(409).page();
                let saying = "You act as somebody else than when you opened this page";
                assert!(told.text().contains(saying) && !told.text().contains("Save"), "{}", told.text());
            }
        }
        assert_eq!(State::of(&world), before);
        stops(&acting).await;
        acting.post(&delete, &[]).await.expect(409);
        old.post(&delete, &[]).await.expect(303);
    }

    async fn also_pages_about_what_failed_say_as_whom_somebody_acts(world: World) {
        let admin = acts_as(world.admin(), &world.deputy).await;
        let user = world.member.user;
        world.execute("UPDATE sessions SET confirmed_at = 1");
        for (path, form, status) in [
            ("/confirm".to_owned(), false, 200),
            ("/operations/o1".to_owned(), false, 200),
            ("/orgs/acme/keys/987654".to_owned(), false, 404),
            ("/profile".to_owned(), false, 403),
            ("/orgs".to_owned(), false, 403),
            ("/orgs/globex/keys".to_owned(), false, 403),
            ("/profile".to_owned(), true, 403),
            (format!("/orgs/acme/users/{user}/link"), true, 403),
            ("/orgs/acme/keys/987654/delete".to_owned(), true, 404),
        ] {
            let reply = if form { admin.post(&path, &[]).await } else { admin.get(&path).await }.expect(status);
            let told = reply.page().text().contains("You act as Dora Deng (impersonating).");
            assert!(told, "{path}: {}", reply.page().text());
        }
    }

    async fn the_trail_names_who_acted_and_as_whom(world: World) {
        let admin = acts_as(world.admin(), &world.deputy).await;
        let new = [("name", "ci"), ("operation_id", "o1")];
        admin.post(&format!("/orgs/acme/users/{}/keys", world.member.user), &new).await.expect(200);
        admin.post(&format!("/orgs/acme/keys/{}/delete", world.member_key.id), &[]).await.expect(303);
        stops(&admin).await;
        let (own, theirs) = (Some(world.admin.user), Some(world.deputy.user));
        let event = |as_whom, action: &str| ("user".to_owned(), own, as_whom, action.to_owned());
        let expected = [event(None, "user.impersonated"), event(theirs, "key.created"), event(theirs, "key.deleted"), event(None, "user.impersonation_ended")];
        assert_eq!(told(&world, 4), expected);
        let made_by = world.number("SELECT made_by FROM keys WHERE name = 'ci'");
        assert_eq!(Some(made_by), own, "whose eyes saw the secret");
        let deleted_by = world.number(&format!("SELECT deleted_by FROM keys WHERE id = {}", world.member_key.id));
        assert_eq!(Some(deleted_by), own);
        let seen = world.app.running.state.access.seen().take().memberships;
        assert!(seen.keys().all(|id| id.number() != world.deputy.membership), "{seen:?}");
    }

    async fn an_invitation_made_as_somebody_else_stands_on_who_made_it(world: World) {
        let admin = acts_as(world.admin(), &world.deputy).await;
        admin.post(&format!("/orgs/acme/users/{}/link", world.invited.user), &[]).await.expect(200);
        let issuer = format!("SELECT issuer_id FROM links WHERE user_id = {}", world.invited.user);
        assert_eq!(world.number(&issuer), world.admin.user);
    }

    async fn signing_out_ends_the_impersonation_with_its_session(world: World) {
        let before = world.number("SELECT COUNT(*) FROM impersonations");
        let admin = acts_as(world.sign_in(&world.admin).await, &world.member).await;
        assert_eq!(world.number("SELECT COUNT(*) FROM impersonations"), before + 1);
        assert_eq!(admin.post("/logout", &[]).await.expect(303).header("location"), "/login");
        assert_eq!(world.number("SELECT COUNT(*) FROM impersonations"), before);
        world.sign_in(&world.admin).await.get("/orgs/acme/users").await.expect(200);
    }
}
