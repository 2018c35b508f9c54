//! One's own sessions: listed, ended, swept, and never brought back.

use keyhouse::clock::{HOUR, MINUTE, now};
use keyhouse::sessions::actions::sweep;

use super::slow::Slow;
use crate::support::both;
use crate::support::people::{PASSWORD, Person, World};
use crate::support::somebody::{SESSION, Somebody};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Somebody signs in with another browser.
async fn with_firefox(world: &World, person: &Person) -> Somebody {
    let visitor = world.visitor();
    let token = visitor.form_token();
    let fields = [("email", person.email), ("password", PASSWORD), ("csrf", &token)];
    visitor.ask("POST", "/login").same_origin().header("user-agent", FIREFOX).form(&fields).send().await.expect(303);
    world.with_session_of(visitor.client)
}

/// The rows of the table of sessions.
async fn listed(somebody: &Somebody) -> Vec<String> {
    let page = somebody.get("/profile").await.expect(200).page();
    page.select("tr").into_iter().filter(|row| row.contains("127.0.0.1") && row.contains("End")).collect()
}

async fn is_in(somebody: &Somebody) -> bool {
    somebody.get("/profile").await.status == 200
}

fn sessions_of(world: &World, person: &Person) -> i64 {
    world.number(&format!("SELECT COUNT(*) FROM sessions WHERE user_id = {}", person.user))
}

fn session_id(world: &World, person: &Person, which: &str) -> i64 {
    world.number(&format!("SELECT {which}(id) FROM sessions WHERE user_id = {}", person.user))
}

/// Makes sessions of a person, as many as said, after the one that they have.
fn sign_in_often(world: &World, person: &Person, times: usize) {
    let sqlite = world.app.database.backend == crate::support::database::Backend::Sqlite;
    let hash = if sqlite { "CAST('h' || n AS BLOB)" } else { "CAST('h' || n AS BYTEA)" };
    let (at, user) = (now().micros(), person.user);
    world.execute(&format!(
        "INSERT INTO sessions (hash, id, user_id, epoch, seen_at, confirmed_at, second_factor, address, agent, created_at) \
         WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {times}) \
         SELECT {hash}, 900000 + n, s.user_id, s.epoch, {at} - n, s.confirmed_at, s.second_factor, s.address, 'old', {at} \
         FROM sessions s, c WHERE s.user_id = {user}"
    ));
}

both! {
    async fn ones_own_sessions_are_listed_and_the_one_at_hand_comes_first(world: World) {
        let firefox = with_firefox(&world, &world.member).await;
        for (agent, ago) in [("Firefox", 5), ("older", 4), ("tests", 3), ("newer", 2)] {
            if ["older", "newer"].contains(&agent) {
                with_firefox(&world, &world.member).await;
                world.execute(&format!("UPDATE sessions SET agent = '{agent}' WHERE id = (SELECT MAX(id) FROM sessions)"));
            }
            let at = now().plus(-ago * MINUTE).micros();
            world.execute(&format!("UPDATE sessions SET seen_at = {at} WHERE agent LIKE '%{agent}%'"));
        }
        let rows = listed(&firefox).await;
        for (row, browser) in rows.iter().zip(["Firefox on Linux", "newer", "tests", "older"]) {
            assert!(row.contains(browser) && row.contains("This one") == browser.starts_with("Firefox"), "{browser}: {rows:?}");
        }
        assert_eq!(rows.len(), 4, "{rows:?}");
        let admins = listed(&world.admin()).await;
        assert!(!admins.is_empty() && admins.iter().all(|row| !row.contains("Firefox")), "nobody else's: {admins:?}");
    }

    async fn a_session_is_ended_by_its_person_and_nobody_else(world: World) {
        let firefox = with_firefox(&world, &world.member).await;
        let other = session_id(&world, &world.member, "MIN");
        let path = format!("/profile/sessions/{other}/end");
        world.admin().post(&path, &[]).await.expect(404);
        assert!(is_in(&world.member()).await);
        let form = [("operation_id", "end1")];
        for _ in 0..2 {
            assert_eq!(firefox.post(&path, &form).await.expect(303).header("location"), "/profile");
        }
        assert!(!is_in(&world.member()).await && is_in(&firefox).await);
        firefox.post(&path, &[]).await.expect(404);
        let own = format!("/profile/sessions/{}/end", session_id(&world, &world.member, "MIN"));
        assert_eq!(firefox.post(&own, &[]).await.expect(303).header("location"), "/login");
        assert_eq!(firefox.client.cookie(SESSION), None);
        assert_eq!(world.actions(), ["session.signed_in", "session.ended", "session.ended"]);
    }

    async fn all_other_sessions_end_at_once_or_really_all(world: World) {
        let (one, two) = (with_firefox(&world, &world.member).await, with_firefox(&world, &world.member).await);
        one.post("/profile/sessions/end-others", &[]).await.expect(303);
        assert!(is_in(&one).await && !is_in(&two).await && !is_in(&world.member()).await);
        one.post("/profile/sessions/end-others", &[]).await.expect(303);
        let two = with_firefox(&world, &world.member).await;
        assert_eq!(one.post("/profile/sessions/end-all", &[]).await.expect(303).header("location"), "/login");
        assert!(!is_in(&two).await && sessions_of(&world, &world.member) == 0 && is_in(&world.admin()).await);
        let told: Vec<String> = world.actions().into_iter().filter(|action| action.contains("ended")).collect();
        assert_eq!(told, ["session.others_ended", "session.all_ended"]);
    }

    async fn of_very_many_sessions_fifty_are_listed(world: World) {
        sign_in_often(&world, &world.member, 60);
        let rows = listed(&world.member()).await;
        assert!(rows.len() == 50 && rows[0].contains("This one"), "{}", rows.len());
    }

    async fn a_sign_in_beyond_five_hundred_sessions_ends_the_oldest(world: World) {
        sign_in_often(&world, &world.member, 1_300);
        let first = with_firefox(&world, &world.member).await;
        assert_eq!(sessions_of(&world, &world.member), 802, "a sign-in ends 500 at most");
        let second = with_firefox(&world, &world.member).await;
        assert_eq!(sessions_of(&world, &world.member), 500);
        assert!(is_in(&first).await && is_in(&second).await && !is_in(&world.member()).await && is_in(&world.admin()).await);
    }

    async fn sessions_that_are_over_are_swept_and_no_others(world: World) {
        for (person, column, age) in [(&world.member, "seen_at", 31 * MINUTE), (&world.colleague, "created_at", 12 * HOUR + MINUTE), (&world.admin, "seen_at", 29 * MINUTE)] {
            let at = now().plus(-age).micros();
            world.execute(&format!("UPDATE sessions SET {column} = {at} WHERE user_id = {}", person.user));
        }
        let before = world.number("SELECT COUNT(*) FROM sessions");
        let swept = tokio::task::block_in_place(|| world.app.running.state.access.write_as_host(|conn, _| sweep(conn, now())));
        assert_eq!(swept.unwrap(), 2);
        assert_eq!(world.number("SELECT COUNT(*) FROM sessions"), before - 2);
        assert!(is_in(&world.admin()).await && !is_in(&world.member()).await);
    }

    async fn what_is_too_old_to_matter_is_swept_and_nothing_younger(world: World) {
        let sqlite = world.app.database.backend == crate::support::database::Backend::Sqlite;
        for (n, older, user) in [(1, MINUTE, world.member.user), (2, -MINUTE, world.colleague.user)] {
            let [end, day, week, minute] = [0, 24 * HOUR, 7 * 24 * HOUR, MINUTE].map(|life| now().plus(-life - older).micros());
            let hash = if sqlite { format!("x'0{n}'") } else { format!("'\\x0{n}'") };
            world.execute(&format!(
                "INSERT INTO sign_in_failures (subject, failures, last_at) VALUES ('account:{n}', 1, {day});
                 INSERT INTO sign_in_guesses (account, at, lane) VALUES ('account:{n}', {minute}, 0);
                 INSERT INTO operations (actor_id, operation_id, outcome, created_at) VALUES (0, 'o{n}', 'key.created 1', {week});
                 INSERT INTO links (hash, kind, user_epoch, membership_version, expires_at, created_at) VALUES ({hash}, 'password', 0, 0, {end}, 0);
                 INSERT INTO email_changes (user_id, email, user_epoch, expires_at, created_at) VALUES ({user}, 'x{n}@x.example', 0, {end}, 0)"
            ));
        }
        tokio::task::block_in_place(|| world.app.running.state.access.write_as_host(|conn, _| sweep(conn, now()))).unwrap();
        for (table, left) in [("sign_in_failures", "subject = 'account:2'"), ("sign_in_guesses", "account = 'account:2'"), ("operations", "operation_id = 'o2'"), ("email_changes", "email LIKE 'x2%'"), ("links", "expires_at > 0")] {
            let count = |of: &str| world.number(&format!("SELECT COUNT(*) FROM {table} WHERE {of}"));
            assert_eq!((count("1 = 1"), count(left)), (1, 1), "{table}");
        }
    }

    async fn a_profile_shows_live_keys_and_only_orgs_that_let_one_in(world: World) {
        let text = async |somebody: &Somebody| somebody.get("/profile").await.expect(200).page().text();
        let (member, shared) = (world.member(), world.shared());
        assert!(text(&member).await.contains("billing-prod") && text(&shared).await.contains("Globex"));
        world.execute(&format!("UPDATE keys SET deleted_at = 1 WHERE id = {}", world.member_key.id));
        world.execute(&format!("UPDATE memberships SET enabled = false WHERE user_id = {} AND org_id = {}", world.shared.user, world.globex.id));
        assert!(!text(&member).await.contains("billing-prod") && !text(&shared).await.contains("Globex"));
    }

    async fn a_slow_request_neither_acts_nor_revives_the_session_that_was_signed_out_meanwhile(world: World) {
        let member = with_firefox(&world, &world.member).await;
        let slow = Slow::begin(&world, &member, "/profile", &[("first", "Eve"), ("last", "")]).await;
        member.clone().get("/profile").await.expect(200);
        let elsewhere = world.member();
        elsewhere.post("/profile/sessions/end-all", &[]).await.expect(303);
        let answer = slow.finish().await;
        assert!(answer.starts_with("HTTP/1.1 303") || answer.starts_with("HTTP/1.1 401"), "{answer}");
        assert!(!is_in(&member).await && sessions_of(&world, &world.member) == 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM users WHERE first_name = 'Eve'"), 0);
    }

    async fn what_was_seen_of_an_ended_session_brings_it_not_back(world: World) {
        let member = world.member();
        member.get("/profile").await.expect(200);
        member.post("/profile/sessions/end-all", &[]).await.expect(303);
        keyhouse::jobs::flush(&world.app.running.state.access).await;
        assert_eq!(sessions_of(&world, &world.member), 0);
        assert!(!is_in(&world.member()).await);
    }
}
