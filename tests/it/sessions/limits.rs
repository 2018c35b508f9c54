//! What ends a session, and what is none.

use keyhouse::clock::{HOUR, MINUTE, SECOND, now};

use super::slow::Slow;
use crate::support::both;
use crate::support::people::{PASSWORD, World};
use crate::support::somebody::{SESSION, Somebody};

async fn is_in(somebody: &Somebody) -> bool {
    let reply = somebody.get("/profile").await;
    assert!(reply.status == 200 || reply.header("location").starts_with("/login"), "{}", reply.status);
    reply.status == 200
}

/// Moves a time of the member's session so far into the past.
fn age(world: &World, column: &str, micros: i64) {
    let at = now().plus(-micros).micros();
    world.execute(&format!("UPDATE sessions SET {column} = {at} WHERE user_id = {}", world.member.user));
}

const NEW: &str = "violet harbour seventeen";

both! {
    async fn a_session_ends_after_half_an_hour_without_a_request(world: World) {
        age(&world, "seen_at", 30 * MINUTE - 20 * SECOND);
        assert!(is_in(&world.member()).await);
        age(&world, "seen_at", 30 * MINUTE);
        assert!(!is_in(&world.member()).await && is_in(&world.admin()).await);
    }

    async fn a_session_ends_twelve_hours_after_the_sign_in(world: World) {
        age(&world, "created_at", 12 * HOUR - 20 * SECOND);
        assert!(is_in(&world.member()).await);
        age(&world, "created_at", 12 * HOUR);
        assert!(!is_in(&world.member()).await);
    }

    async fn a_disabled_account_is_out_with_the_next_request(world: World) {
        let member = world.member();
        assert!(is_in(&member).await);
        world.execute(&format!("UPDATE users SET enabled = false WHERE id = {}", world.member.user));
        assert!(!is_in(&member).await);
        member.get("/user/users/me").await.expect(401);
        member.post("/profile", &[("first", "Eve"), ("last", "")]).await.expect(303);
        assert_eq!(world.actions(), Vec::<String>::new());
    }

    async fn a_session_of_before_the_accounts_epoch_is_none(world: World) {
        let (admin, delete) = (world.admin(), format!("/orgs/acme/keys/{}/delete", world.member_key.id));
        assert!(is_in(&admin).await);
        world.execute(&format!("UPDATE users SET session_epoch = session_epoch + 1 WHERE id = {}", world.admin.user));
        assert!(!is_in(&admin).await && is_in(&world.member()).await);
        assert!(admin.post(&delete, &[]).await.expect(303).header("location").starts_with("/login"));
        assert!(world.works(&world.member_key.token).await);
    }

    async fn a_changed_password_ends_every_other_session(world: World) {
        let (here, there) = (world.sign_in(&world.member).await, world.sign_in(&world.member).await);
        let old = here.client.cookie(SESSION).unwrap();
        let fields = [("current", PASSWORD), ("new", NEW)];
        here.post("/profile/password", &fields).await.expect(303);
        assert!(!is_in(&there).await && !is_in(&world.member()).await);
        assert!(is_in(&world.with_session_of(here.client.clone())).await);
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM sessions WHERE user_id = {}", world.member.user)), 1);
        assert_ne!(here.client.cookie(SESSION).unwrap(), old);
        world.visitor().post("/login", &[("email", world.member.email), ("password", PASSWORD)]).await.expect(422);
        world.visitor().post("/login", &[("email", world.member.email), ("password", NEW)]).await.expect(303);
        assert!(world.works(&world.member_key.token).await);
    }

    async fn a_password_changes_only_with_the_old_one_and_to_a_good_one(world: World) {
        let member = world.member();
        for (current, new) in [("not the password", NEW), (PASSWORD, "short"), (PASSWORD, "mia@acme.example"), (PASSWORD, "aaaaaaaaaaaaaaaa"), ("", NEW)] {
            member.post("/profile/password", &[("current", current), ("new", new)]).await.expect(422);
        }
        assert!(is_in(&member).await);
        assert_eq!(world.actions(), Vec::<String>::new());
    }

    async fn the_password_that_one_has_is_no_new_one_and_nobody_learns_by_that_which_it_is(world: World) {
        let member = world.member();
        for typed in [PASSWORD, NEW].repeat(4) {
            let fields = [("current", typed), ("new", typed)];
            let page = member.post("/profile/password", &fields).await.expect(422).page();
            assert_eq!(page.attributes("[aria-invalid=true]", "name"), ["new"], "{}", page.text());
        }
        assert!(is_in(&member).await);
        assert_eq!(world.actions(), Vec::<String>::new());
    }

    async fn a_made_up_session_is_none_and_makes_none(world: World) {
        let before = world.number("SELECT COUNT(*) FROM sessions");
        let (known, stolen) = (world.member().client.cookie(SESSION).unwrap(), "A".repeat(100));
        let cut = known[..known.len() - 4].to_owned();
        for made_up in ["x", "", stolen.as_str(), &cut, &format!("{cut}%00%ff"), &"y".repeat(4000)] {
            let client = world.app.client();
            client.set_cookie(SESSION, made_up);
            client.get("/profile").await.expect(303);
            client.get("/login").await.expect(200);
            client.get("/user/users/me").await.expect(401);
        }
        world.visitor().get("/login").await.expect(200);
        assert_eq!(world.number("SELECT COUNT(*) FROM sessions"), before);
    }

    async fn a_session_that_was_prepared_for_somebody_is_not_theirs_after_the_sign_in(world: World) {
        let visitor = world.visitor();
        visitor.client.set_cookie(SESSION, "prepared");
        let fields = [("email", world.member.email), ("password", PASSWORD)];
        visitor.post("/login", &fields).await.expect(303);
        assert_ne!(visitor.client.cookie(SESSION).as_deref(), Some("prepared"));
        assert!(is_in(&world.with_session_of(visitor.client)).await);
    }

    async fn a_session_that_was_ended_is_not_revived_by_a_request_in_flight(world: World) {
        let member = world.member();
        let mut slow = Vec::new();
        for (path, field) in [("/profile", "first"), ("/profile/two-factor", "code"), ("/confirm", "next")] {
            slow.push(Slow::begin(&world, &member, path, &[(field, "Eve")]).await);
        }
        member.clone().post("/logout", &[]).await.expect(303);
        for request in slow {
            let answer = request.finish().await;
            assert!(["HTTP/1.1 303", "HTTP/1.1 401", "HTTP/1.1 403"].iter().any(|start| answer.starts_with(start)), "{answer}");
        }
        assert!(!is_in(&world.member()).await);
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM sessions WHERE user_id = {}", world.member.user)), 0);
    }
}
