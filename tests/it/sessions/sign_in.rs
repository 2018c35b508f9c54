//! Signing in and out.

use crate::access::State;
use crate::support::client::Reply;
use crate::support::people::{PASSWORD, World};
use crate::support::somebody::SESSION;
use crate::support::{App, both};

/// A page without what differs each time.
fn plain(reply: &Reply, email: &str) -> String {
    let page = reply.page();
    let tokens = page.attributes("input[name=csrf]", "value");
    tokens.iter().fold(reply.text.replace(email, "(email)"), |text, token| text.replace(token, "(token)"))
}

async fn attempt(world: &World, email: &str, password: &str) -> Reply {
    world.visitor().post("/login", &[("email", email), ("password", password)]).await
}

both! {
    async fn before_the_set_up_the_sign_in_page_says_where_its_link_is(app: App) {
        for ask in [app.client().get("/login").await.expect(200), app.client().get("/login?next=/orgs").await.expect(200)] {
            let text = ask.page().text();
            assert!(text.contains("Open the link that it printed when it started") && !text.contains("admin of your org"), "{text}");
        }
    }

    async fn after_the_set_up_the_sign_in_page_says_nothing_of_it(world: World) {
        for reply in [world.visitor().get("/login").await.expect(200), attempt(&world, "x@acme.example", "wrong").await.expect(422)] {
            let text = reply.page().text();
            assert!(text.contains("An admin of your org can give you a new link.") && !text.contains("set up"), "{text}");
        }
    }

    async fn a_sign_in_makes_a_new_session_each_time(world: World) {
        let before = world.number("SELECT COUNT(*) FROM sessions");
        let visitor = world.visitor();
        let fields = [("email", "  ADAM@acme.example "), ("password", PASSWORD)];
        let first = visitor.post("/login", &fields).await.expect(303);
        let set = first.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).find(|line| line.starts_with(SESSION));
        let set = set.unwrap();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/") && !set.contains("Secure"), "{set}");
        assert_eq!(first.header("location"), "/");
        let one = world.with_session_of(visitor.client).client.cookie(SESSION);
        let other = world.sign_in(&world.admin).await.client.cookie(SESSION);
        assert_ne!(one, other);
        assert_eq!(world.number("SELECT COUNT(*) FROM sessions"), before + 2);
        assert_eq!(world.actions(), ["session.signed_in", "session.signed_in"]);
    }

    async fn a_sign_in_replaces_the_session_that_the_browser_brought_along(world: World) {
        let first = world.sign_in(&world.admin).await;
        let old = first.client.cookie(SESSION).unwrap();
        first.post("/login", &[("email", world.member.email), ("password", PASSWORD)]).await.expect(303);
        assert_ne!(first.client.cookie(SESSION).unwrap(), old);
        let thief = world.app.client();
        thief.set_cookie(SESSION, &old);
        assert!(thief.get("/profile").await.expect(303).header("location").starts_with("/login"));
        let now = world.with_session_of(first.client).get("/profile").await.expect(200).page().text();
        assert!(now.contains(world.member.email) && !now.contains(world.admin.email), "{now}");
    }

    async fn a_sign_out_ends_the_session_at_once(world: World) {
        let person = world.sign_in(&world.admin).await;
        let kept = world.app.client();
        kept.set_cookie(SESSION, &person.client.cookie(SESSION).unwrap());
        kept.get("/orgs/acme").await.expect(200);
        person.post("/logout", &[]).await.expect(303);
        assert_eq!(person.client.cookie(SESSION), None);
        kept.get("/orgs/acme").await.expect(303);
        kept.get("/user/users/me").await.expect(401);
        kept.get("/orgs/acme").await.expect(303);
        world.admin().get("/orgs/acme").await.expect(200);
    }

    async fn whoever_is_refused_is_told_the_same(world: World) {
        world.execute(&format!("UPDATE users SET enabled = false WHERE id = {}", world.colleague.user));
        let wrong = attempt(&world, world.member.email, "not the password").await.expect(422);
        let expected = plain(&wrong, world.member.email);
        for (email, password) in [
            ("nobody@nowhere.example", "not the password"),
            (world.colleague.email, PASSWORD),
            (world.invited.email, "not the password"),
            (world.member.email, ""),
            ("no address at all", PASSWORD),
        ] {
            let reply = attempt(&world, email, password).await.expect(422);
            assert_eq!(plain(&reply, email), expected, "{email}");
        }
        assert!(!wrong.text.contains("not the password"));
        assert_eq!(world.actions(), Vec::<String>::new());
    }

    async fn after_five_failures_the_account_has_to_wait_and_no_other(world: World) {
        for _ in 0..5 {
            attempt(&world, world.member.email, "not the password").await.expect(422);
        }
        let wait = attempt(&world, world.member.email, PASSWORD).await.expect(429);
        assert_eq!(wait.header("retry-after"), "1");
        attempt(&world, world.admin.email, PASSWORD).await.expect(303);
        world.execute("UPDATE sign_in_failures SET last_at = last_at - 60000000");
        attempt(&world, world.member.email, PASSWORD).await.expect(303);
        assert_eq!(world.number("SELECT COUNT(*) FROM sign_in_failures WHERE subject LIKE 'account:%'"), 0);
    }

    async fn a_network_that_failed_has_to_wait_and_others_do_not(world: World) {
        let from = async |address: &str, password: &str| {
            let visitor = world.visitor_from(address);
            visitor.post("/login", &[("email", world.member.email), ("password", password)]).await
        };
        for _ in 0..5 {
            from("127.0.0.9", "not the password").await.expect(422);
        }
        // a time to come: the wait does not pass while the test runs
        world.execute("UPDATE sign_in_failures SET last_at = last_at + 60000000");
        from("127.0.0.9", PASSWORD).await.expect(429);
        from("127.0.0.10", PASSWORD).await.expect(303);
        assert_eq!(world.number("SELECT failures FROM sign_in_failures WHERE subject LIKE 'account:%'"), 5, "still counted");
    }

    async fn an_account_that_does_not_exist_is_slowed_down_like_one_that_does(world: World) {
        let mut answers = Vec::new();
        for email in [world.member.email, "nobody@nowhere.example"] {
            let mut statuses = Vec::new();
            for network in [1, 1, 1, 1, 1, 1, 2, 1, 3] {
                let visitor = world.visitor_from(&format!("127.0.0.{network}"));
                statuses.push(visitor.post("/login", &[("email", email), ("password", "not the password")]).await.status);
                // a time to come: the wait does not pass while the test runs
                world.execute("UPDATE sign_in_failures SET last_at = last_at + 10000000");
            }
            answers.push(statuses);
        }
        assert_eq!(answers[0], [422, 422, 422, 422, 422, 429, 422, 429, 422]);
        assert_eq!(answers[1], answers[0]);
    }

    async fn an_address_that_fails_for_many_accounts_has_to_wait(world: World) {
        let much = format!("INSERT INTO sign_in_failures VALUES ('address:127.0.0.1', 25, {})", keyhouse::clock::now().micros());
        world.execute(&much);
        attempt(&world, world.member.email, PASSWORD).await.expect(429);
    }

    async fn many_attempts_at_once_get_no_more_tries(world: World) {
        let asks: Vec<_> = (0..12).map(|_| {
            let visitor = world.visitor();
            let email = world.member.email;
            tokio::spawn(async move { visitor.post("/login", &[("email", email), ("password", "wrong")]).await.status })
        }).collect();
        let mut answers = Vec::new();
        for ask in asks {
            answers.push(ask.await.unwrap());
        }
        let tried = answers.iter().filter(|status| **status == 422).count();
        assert!((1..=7).contains(&tried) && answers.iter().all(|status| [422, 429, 503].contains(status)), "{answers:?}");
        let counted = world.number("SELECT CAST(SUM(failures) AS BIGINT) FROM sign_in_failures WHERE subject LIKE 'account:%'");
        assert_eq!(counted, tried as i64);
    }

    async fn one_comes_back_to_where_one_was_and_never_to_another_site(world: World) {
        let bookmark = format!("/orgs/acme/users/{}/edit?a=b", world.member.user);
        let sent = world.visitor().get(&bookmark).await.expect(303).header("location").to_owned();
        let form = world.visitor().get(&sent).await.expect(200).page();
        let next = form.attributes("input[name=next]", "value").concat();
        assert_eq!(next, bookmark);
        for (next, expected) in [
            (next.as_str(), bookmark.as_str()), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/"),
            ("/\t/evil.example", "/"), ("javascript:alert(1)", "/"), ("/a\r\nSet-Cookie: b=c", "/"), ("", "/"),
        ] {
            let fields = [("email", world.admin.email), ("password", PASSWORD), ("next", next)];
            let reply = world.visitor().post("/login", &fields).await.expect(303);
            assert_eq!(reply.header("location"), expected, "{next:?}");
        }
    }

    async fn a_password_of_a_megabyte_is_refused_before_it_is_hashed(world: World) {
        let before = State::of(&world);
        let password = "x".repeat(1_000_000);
        attempt(&world, world.admin.email, &password).await.expect(413);
        attempt(&world, world.admin.email, &password[..10_000]).await.expect(422);
        assert_eq!(State::of(&world), before);
        assert_eq!(world.number("SELECT COUNT(*) FROM sign_in_failures"), 0);
    }
}
