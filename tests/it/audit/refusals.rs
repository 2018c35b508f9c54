//! Refused attempts are counted, outside of the chains and of the request, in a bounded table.

use keyhouse::access::refused::{Kind, Subject};
use keyhouse::jobs;

use crate::support::authenticator::enrol;
use crate::support::both;
use crate::support::page::Page;
use crate::support::people::{PASSWORD, World};
use crate::support::somebody::Somebody;

async fn written(world: &World) {
    jobs::flush(&world.app.running.state.access).await;
}

async fn look(somebody: &Somebody, path: &str) -> Page {
    somebody.get(path).await.expect(200).page()
}

both! {
    async fn refused_attempts_are_counted(world: World) {
        let dead = world.with_key(&world.deleted_key);
        for _ in 0..3 {
            dead.get("/user/users/me").await.expect(401);
        }
        let wrong = [("email", world.member.email), ("password", "not this password")];
        world.visitor().post("/login", &wrong).await.expect(422);
        world.visitor().post("/login", &[("email", "nobody@else.example"), ("password", "not this password")]).await.expect(422);
        let key = serde_json::json!({"orgUserId": world.member.membership, "name": "ci"});
        world.with_key(&world.member_key).post_json("/user/apiKey", &key).await.expect(403);
        world.admin().ask("POST", "/profile").header("sec-fetch-site", "cross-site").form(&[("first", "x")]).send().await.expect(403);
        assert_eq!(world.number("SELECT COUNT(*) FROM refusals"), 0, "nothing is written inside a request");
        written(&world).await;
        let text = look(&world.owner(), "/audit/refusals").await.text();
        for told in [
            format!("API key that is not good old-crm key {} {} 127.0.0.0/24 3", world.deleted_key.id, world.acme.id),
            format!("Sign-in Mia Moreau user {} 127.0.0.0/24 1", world.member.user),
            "Sign-in Unknown 127.0.0.0/24 1".to_owned(),
            format!("Something not allowed billing-prod key {}", world.member_key.id),
            "Form or call from elsewhere Unknown 127.0.0.0/24 1".to_owned(),
        ] {
            assert!(text.contains(&told), "{told}: {text}");
        }
        assert!(!text.contains("nobody@else.example"), "{text}");
    }

    async fn an_org_sees_what_was_refused_to_its_own_keys_and_users_only(world: World) {
        world.with_key(&world.deleted_key).get("/user/users/me").await.expect(401);
        world.member().get(&format!("/orgs/acme/users/{}/edit", world.admin.user)).await.expect(404);
        world.outsider().get("/orgs/acme/keys").await.expect(404);
        world.visitor().post("/login", &[("email", world.member.email), ("password", "not this password")]).await.expect(422);
        written(&world).await;
        let acme = look(&world.admin(), "/orgs/acme/audit/refusals").await;
        assert_eq!(acme.select("tbody tr").len(), 2, "{}", acme.text());
        assert!(acme.text().contains("old-crm") && acme.text().contains("Mia Moreau"), "{}", acme.text());
        let globex = look(&world.outsider(), "/orgs/globex/audit/refusals").await;
        assert!(globex.text().contains("Nothing was refused"), "{}", globex.text());
    }

    async fn the_same_hour_adds_up_and_a_flood_is_folded(world: World) {
        let refused = |n: u32| {
            let address = format!("10.{}.{}.1", n / 250, n % 250);
            world.app.running.state.access.refused().note(Kind::Key, None, Subject::Unknown, &address);
        };
        for _ in 0..2 {
            (0..1000).for_each(refused);
            written(&world).await;
        }
        let rows = world.number("SELECT COUNT(*) FROM refusals");
        // the hour may turn between the two
        assert!((201..=402).contains(&rows), "{rows} rows");
        let sum = |of: &str| world.number(&format!("SELECT CAST(SUM(attempts) AS BIGINT) FROM refusals WHERE {of}"));
        assert_eq!((sum("network <> ''"), sum("1 = 1")), (400, 2000), "what has a row of its own adds up in it");
        assert!(look(&world.owner(), "/audit/refusals").await.text().contains("Several more"));
    }

    async fn a_flood_of_keys_that_nobody_has_is_one_row_for_its_network(world: World) {
        world.with_key(&world.deleted_key).get("/user/users/me").await.expect(401);
        let refused = |n: i32, address: &str| {
            world.app.running.state.access.refused().note(Kind::Key, None, Subject::AccessKey(format!("nobody{n}")), address);
        };
        (0..300).for_each(|n| refused(n, "192.0.2.1"));
        (0..5000).for_each(|n| refused(n, "198.51.100.7"));
        let access = &world.app.running.state.access;
        let counted = access.refused().take();
        let identified = access.db().read_long(move |conn| keyhouse::audit::actions::identify(conn, &counted)).await.unwrap();
        assert_eq!(identified.len(), 4, "what the writer has to do");
        access.refused().put_back(identified);
        written(&world).await;
        let of = |what: &str| world.number(&format!("SELECT CAST(SUM(attempts) AS BIGINT) FROM refusals WHERE {what}"));
        assert_eq!(world.number("SELECT COUNT(*) FROM refusals"), 4);
        assert_eq!(of(&format!("subject_kind = 'key' AND subject_id = {} AND org_id = {}", world.deleted_key.id, world.acme.id)), 1);
        assert_eq!(of("subject_kind = 'unknown' AND network = '192.0.2.0/24'"), 300);
        assert_eq!(of("1 = 1"), 5301);
    }

    async fn wrong_codes_and_passwords_of_people_who_are_known_are_counted_under_their_names(world: World) {
        let app = enrol(&world, &world.deputy).app;
        let visitor = world.visitor();
        visitor.post("/login", &[("email", world.deputy.email), ("password", PASSWORD)]).await.expect(303);
        visitor.post("/login/code", &[("code", &app.wrong())]).await.expect(422);
        world.member().post("/confirm", &[("confirm_password", "not the password")]).await.expect(422);
        let change = [("current", "not the password"), ("new", "violet harbour seventeen")];
        world.outsider().post("/profile/password", &change).await.expect(422);
        // a time to come: the wait does not pass while the test runs
        world.execute("UPDATE sign_in_failures SET failures = 99, last_at = last_at + 120000000");
        visitor.post("/login/code", &[("code", &app.wrong())]).await.expect(429);
        world.member().post("/confirm", &[("confirm_password", PASSWORD)]).await.expect(429);
        written(&world).await;
        let of = |user: i64| world.number(&format!("SELECT CAST(COALESCE(SUM(attempts), 0) AS BIGINT) FROM refusals WHERE kind = 'sign_in' AND subject_kind = 'user' AND subject_id = {user}"));
        assert_eq!([of(world.deputy.user), of(world.member.user), of(world.outsider.user)], [2, 2, 1]);
    }

    async fn what_an_impersonation_does_not_reach_is_counted_for_the_person_behind(world: World) {
        let admin = world.admin();
        admin.post(&format!("/orgs/acme/users/{}/impersonate", world.member.user), &[]).await.expect(303);
        admin.get("/profile").await.expect(403);
        admin.get("/orgs/globex/keys").await.expect(403);
        admin.get("/login").await.expect(303);
        written(&world).await;
        let told = format!("kind = 'forbidden' AND subject_kind = 'user' AND subject_id = {}", world.admin.user);
        assert_eq!(world.number(&format!("SELECT attempts FROM refusals WHERE {told}")), 2);
    }

    async fn old_counts_are_forgotten(world: World) {
        world.with_key(&world.deleted_key).get("/user/users/me").await.expect(401);
        written(&world).await;
        let forget = |days: i64| {
            let end = keyhouse::clock::now().plus(days * keyhouse::clock::DAY);
            world.app.running.state.access.db().write_now(move |conn| keyhouse::audit::actions::forget_old(conn, end)).unwrap()
        };
        let counts = tokio::task::block_in_place(|| [forget(29), forget(32)]);
        assert_eq!(counts, [0, 1]);
    }
}
