//! Somebody who knows a password, or holds a dump of the database, and wants in.

use crate::support::authenticator::{Enrolled, enrol, forget_used_codes};
use crate::support::both;
use crate::support::client::Client;
use crate::support::database::Backend;
use crate::support::in_process::{self, Running};
use crate::support::people::{PASSWORD, World};
use crate::support::somebody::Somebody;

/// Somebody in front of the page that asks for Mia's code, on this node.
async fn waiting(world: &World, node: &Running) -> Somebody {
    let visitor = Somebody::visitor(Client::new(&node.url), node.state.form_key().clone());
    let fields = [("email", world.member.email), ("password", PASSWORD)];
    assert_eq!(visitor.post("/login", &fields).await.expect(303).header("location"), "/login/code");
    visitor
}

/// Shows the same code on two nodes at the same instant: how many got in.
async fn race(world: &World, other: &Running, code: &str) -> usize {
    world.forget_failures();
    let mut tries = Vec::new();
    for node in [&world.app.running, other, &world.app.running, other] {
        let (visitor, code) = (waiting(world, node).await, code.to_owned());
        tries.push(tokio::spawn(async move { visitor.post("/login/code", &[("code", &code)]).await.status }));
    }
    let mut statuses = Vec::new();
    for try_ in tries {
        statuses.push(try_.await.unwrap());
    }
    assert!(statuses.iter().all(|status| [303, 422].contains(status)), "{statuses:?}");
    statuses.iter().filter(|status| **status == 303).count()
}

both! {
    async fn of_one_code_on_two_nodes_at_once_one_is_good(world: World) {
        let Enrolled { app, codes, .. } = enrol(&world, &world.member);
        let other = in_process::start(&world.app.database);
        for (round, recovery) in codes.iter().take(4).enumerate() {
            forget_used_codes(&world);
            assert_eq!(race(&world, &other, &app.code()).await, 1, "round {round}");
            assert_eq!(race(&world, &other, recovery).await, 1, "round {round}");
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM recovery_codes"), 6);
        assert_eq!(world.actions().iter().filter(|action| *action == "session.signed_in").count(), 8);
    }

    async fn whoever_knows_the_password_gets_no_more_guesses_at_the_code(world: World) {
        let app = enrol(&world, &world.member).app;
        let mut answers = Vec::new();
        for _ in 0..8 {
            let visitor = world.visitor();
            // the password is shown anew before each guess, which must not begin the count anew
            let password = visitor.post("/login", &[("email", world.member.email), ("password", PASSWORD)]).await.status;
            let guess = if password == 303 { visitor.post("/login/code", &[("code", &app.wrong())]).await } else { continue };
            answers.push((guess.status, guess.header("retry-after").is_empty()));
        }
        assert!(answers.len() <= 6 && answers.iter().filter(|(status, _)| *status == 422).count() == 5, "{answers:?}");
        let right = world.visitor().post("/login", &[("email", world.member.email), ("password", PASSWORD)]).await.expect(429);
        assert!(!right.header("retry-after").is_empty());
        // the true owner waits once, for the password, and not once more for the code
        world.execute("UPDATE sign_in_failures SET failures = 12, last_at = last_at - 60000000");
        let visitor = waiting(&world, &world.app.running).await;
        visitor.post("/login/code", &[("code", &app.code())]).await.expect(303);
        assert_eq!(world.number("SELECT COUNT(*) FROM sign_in_failures WHERE subject LIKE 'account:%'"), 0);
    }

    async fn many_guesses_at_once_get_no_more_tries(world: World) {
        let app = enrol(&world, &world.member).app;
        let visitor = waiting(&world, &world.app.running).await;
        let guesses: Vec<_> = (0..12).map(|_| {
            let (visitor, code) = (visitor.clone(), app.wrong());
            tokio::spawn(async move { visitor.post("/login/code", &[("code", &code)]).await.status })
        }).collect();
        let mut tried = 0;
        for guess in guesses {
            let status = guess.await.unwrap();
            assert!([422, 429].contains(&status), "{status}");
            tried += usize::from(status == 422);
        }
        assert!(tried <= 6, "{tried}");
        assert_eq!(world.actions(), Vec::<String>::new());
    }

    async fn the_password_alone_opens_nothing(world: World) {
        enrol(&world, &world.admin);
        let visitor = world.visitor();
        let before = world.number("SELECT COUNT(*) FROM sessions");
        visitor.post("/login", &[("email", world.admin.email), ("password", PASSWORD)]).await.expect(303);
        for path in ["/profile", "/orgs/acme", "/orgs", "/profile/two-factor", "/profile/two-factor/off"] {
            assert!(visitor.get(path).await.expect(303).header("location").starts_with("/login"), "{path}");
        }
        visitor.get("/user/users/me").await.expect(401);
        let code = visitor.client.cookie("keyhouse-code").unwrap();
        let thief = world.app.client();
        thief.set_cookie(crate::support::somebody::SESSION, &code);
        thief.get("/profile").await.expect(303);
        assert_eq!(world.number("SELECT COUNT(*) FROM sessions"), before);
    }

    async fn a_dump_of_the_database_signs_nobody_in(world: World) {
        let Enrolled { codes, secret, .. } = enrol(&world, &world.member);
        let dump = dump(&world);
        let text = keyhouse::two_factor::model::TotpSecret::from_bytes(&secret).unwrap().text();
        let mut needles = vec![secret.to_vec()];
        needles.extend([text.replace(' ', ""), text].map(String::into_bytes));
        needles.extend(codes.iter().flat_map(|code| [code.clone(), code.replace('-', "")].map(String::into_bytes)));
        // PostgreSQL shows bytes in hexadecimal
        needles.extend(needles.clone().iter().map(|needle| keyhouse::secret::hex(needle).into_bytes()));
        let found = |needle: &[u8]| dump.windows(needle.len()).any(|part| part == needle);
        assert!(found(world.member.email.as_bytes()), "the dump is none");
        assert!(needles.iter().all(|needle| !found(needle)));
    }
}

/// All that a thief of the database holds.
fn dump(world: &World) -> Vec<u8> {
    if world.app.database.backend == Backend::Sqlite {
        let file = world.app.database.file();
        let journal = std::fs::read(file.with_extension("db-wal")).unwrap_or_default();
        return [std::fs::read(file).unwrap(), journal].concat();
    }
    use diesel::prelude::*;
    use diesel::sql_types::Text;
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
    let mut conn = world.app.database.postgres();
    let tables: Vec<String> = diesel::dsl::sql::<Text>(tables).load(&mut conn).unwrap();
    let rows = |table: &String| diesel::dsl::sql::<Text>(&format!("SELECT t::text FROM \"{table}\" t")).load(&mut conn);
    let all: Vec<Vec<String>> = tables.iter().map(rows).map(Result::unwrap).collect();
    all.concat().join("\n").into_bytes()
}
