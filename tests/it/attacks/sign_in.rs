//! Attacks on the sign-in: by guessing, by flooding, by measuring, by preparing.

use std::time::{Duration, Instant};

use keyhouse::clock::now;
use keyhouse::sessions::actions::sweep;

use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::{PASSWORD, World};
use crate::support::somebody::Somebody;

async fn attempt(somebody: &Somebody, email: &str, password: &str) -> Reply {
    somebody.post("/login", &[("email", email), ("password", password)]).await
}

/// So many attempts by 40 at once: how often each status was answered.
async fn many(world: &World, email: &'static str, password: &'static str, count: usize) -> Vec<Reply> {
    let tasks: Vec<_> = (0..40)
        .map(|at| {
            let visitor = world.visitor();
            tokio::spawn(async move {
                let mut replies = Vec::new();
                for _ in (at..count).step_by(40) {
                    replies.push(attempt(&visitor, email, password).await);
                }
                replies
            })
        })
        .collect();
    let mut replies = Vec::new();
    for task in tasks {
        replies.extend(task.await.unwrap());
    }
    replies
}

fn with_status(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

both! {
    async fn a_thousand_guesses_at_once_are_counted_exactly_and_get_few_tries(world: World) {
        let started = Instant::now();
        let replies = many(&world, world.member.email, "not the password", 1000).await;
        let (tried, waits, full) = (with_status(&replies, 422), with_status(&replies, 429), with_status(&replies, 503));
        assert_eq!(tried + waits + full, 1000);
        let seconds = started.elapsed().as_secs();
        assert!(tried >= 5 && tried as u64 <= 7 + seconds, "{tried} tries in {seconds} s");
        let counted = world.number("SELECT failures FROM sign_in_failures WHERE subject LIKE 'account:%'");
        assert_eq!(counted, tried as i64);
        let told = replies.iter().filter(|reply| reply.status != 422).all(|reply| reply.header("retry-after").parse::<u32>().is_ok());
        assert!(told && replies.iter().all(|reply| !reply.text.contains("not the password")));
    }

    async fn two_hundred_sign_ins_at_once_are_answered_and_everybody_else_too(world: World) {
        let tasks: Vec<_> = (0..200).map(|_| {
            let (visitor, email) = (world.visitor(), world.admin.email);
            tokio::spawn(async move { attempt(&visitor, email, PASSWORD).await })
        }).collect();
        let asked = Instant::now();
        world.member().get("/profile").await.expect(200);
        assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
        let mut replies = Vec::new();
        for task in tasks {
            replies.push(task.await.unwrap());
        }
        let (admitted, refused) = (with_status(&replies, 303), with_status(&replies, 429) + with_status(&replies, 503));
        assert!(admitted >= 5 && admitted + refused == 200, "{admitted} in, {refused} refused");
        world.forget_failures();
        attempt(&world.visitor(), world.admin.email, PASSWORD).await.expect(303);
    }

    async fn whether_an_account_exists_cannot_be_measured(world: World) {
        let emails = [world.member.email, "nobody@nowhere.example", world.invited.email];
        let mut times: [Vec<Duration>; 3] = Default::default();
        for _ in 0..11 {
            for (email, times) in emails.iter().zip(&mut times) {
                world.forget_failures();
                let (visitor, started) = (world.visitor(), Instant::now());
                attempt(&visitor, email, "not the password").await.expect(422);
                times.push(started.elapsed());
            }
        }
        let [known, unknown, invited] = times.map(median);
        for other in [unknown, invited] {
            let ratio = other.as_secs_f64() / known.as_secs_f64();
            assert!((0.6..1.7).contains(&ratio), "{known:?}, {unknown:?} without an account, {invited:?} without a password");
        }
    }

    async fn nobody_is_signed_in_to_an_account_that_an_attacker_prepared(world: World) {
        let (attacker, victim) = (world.visitor(), world.visitor());
        victim.client.set_cookie("keyhouse-form", "the-victims-own");
        let token = attacker.form_token();
        let fields = [("email", world.outsider.email), ("password", PASSWORD), ("csrf", token.as_str())];
        victim.client.post("/login", &fields).await.expect(403);
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "http://evil.example"), ("origin", "null")] {
            attacker.client.ask("POST", "/login").header(name, value).form(&fields).send().await.expect(403);
        }
        assert_eq!(world.actions(), Vec::<String>::new());
    }

    async fn the_counters_of_guesses_stay_bounded_and_keep_the_worst(world: World) {
        let at = now().micros();
        world.execute(&format!(
            "INSERT INTO sign_in_failures WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100050) \
             SELECT 'account:' || n, CASE WHEN n <= 10 THEN 500 ELSE 1 END, {at} - 1000 + n / 200 FROM c"
        ));
        tokio::task::block_in_place(|| world.app.running.state.access.write_as_host(|conn, _| sweep(conn, now()))).unwrap();
        assert_eq!(world.number("SELECT COUNT(*) FROM sign_in_failures"), 100_000);
        assert_eq!(world.number("SELECT COUNT(*) FROM sign_in_failures WHERE failures = 500"), 10);
        assert_eq!(world.number("SELECT COUNT(*) FROM sign_in_failures WHERE subject = 'account:11'"), 0);
    }
}
