//! Two-factor sign-in: setting up an app, signing in with its codes, and the way back.

use keyhouse::clock::{MINUTE, now};

use crate::access::State;
use crate::support::authenticator::{Authenticator, enrol};
use crate::support::both;
use crate::support::client::Reply;
use crate::support::forge;
use crate::support::people::{PASSWORD, Person, World};
use crate::support::somebody::Somebody;

/// Shows the password of a person; the page that asks for the code comes next.
async fn show_password(world: &World, person: &Person) -> Somebody {
    let visitor = world.visitor();
    let reply = visitor.post("/login", &[("email", person.email), ("password", PASSWORD)]).await.expect(303);
    assert_eq!(reply.header("location"), "/login/code");
    visitor
}

async fn enter(visitor: &Somebody, code: &str) -> Reply {
    visitor.post("/login/code", &[("code", code)]).await
}

fn events_about(world: &World, action: &str) -> i64 {
    world.number(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}' AND org_id = 0"))
}

/// The time in UTC, to the second.
fn wall() -> String {
    keyhouse::clock::wall().rfc3339()[..19].replace('T', " ")
}

both! {
    async fn somebody_sets_up_an_app_and_signs_in_with_its_codes(world: World) {
        let (member, elsewhere) = (world.member(), world.sign_in(&world.member).await);
        let page = member.get("/profile/two-factor").await.expect(200).page();
        let (secret, enrolment) = (page.select("dd code")[0].clone(), page.attributes("input[name=enrolment]", "value").concat());
        let app = Authenticator::with(&secret);
        let send = async |code: &str| member.post("/profile/two-factor", &[("code", code), ("enrolment", &enrolment), ("operation_id", "once")]).await;
        let wrong = send(&app.wrong()).await.expect(422);
        assert_eq!((wrong.page().select("dd code")[0].as_str(), world.number("SELECT COUNT(*) FROM two_factors")), (secret.as_str(), 0));
        let shown = send(&app.code()).await.expect(200);
        assert_eq!((shown.header("cache-control"), shown.page().text().matches('-').count() >= 30), ("no-store", true));
        let again = send(&app.code()).await.expect(200).page().text();
        assert!(again.contains("shown already") && world.number("SELECT COUNT(*) FROM recovery_codes") == 10, "{again}");
        elsewhere.get("/profile").await.expect(303);
        member.get("/profile").await.expect(200);
        let visitor = show_password(&world, &world.member).await;
        visitor.get("/profile").await.expect(303);
        assert_eq!(enter(&visitor, &app.later(1)).await.expect(303).header("location"), "/");
        world.with_session_of(visitor.client).get("/profile").await.expect(200);
        assert_eq!(world.number("SELECT COUNT(*) FROM sessions WHERE second_factor"), 2);
        assert_eq!(world.actions()[1..], ["two_factor.enabled", "session.signed_in"]);
    }

    async fn the_code_that_set_up_the_app_signs_nobody_in(world: World) {
        let member = world.member();
        let page = member.get("/profile/two-factor").await.expect(200).page();
        let app = Authenticator::with(&page.select("dd code")[0]);
        let (code, enrolment) = (app.code(), page.attributes("input[name=enrolment]", "value").concat());
        member.post("/profile/two-factor", &[("code", &code), ("enrolment", &enrolment)]).await.expect(200);
        let visitor = show_password(&world, &world.member).await;
        enter(&visitor, &code).await.expect(422);
        visitor.get("/profile").await.expect(303);
    }

    async fn a_wrong_code_is_answered_with_the_servers_time(world: World) {
        let app = enrol(&world, &world.member).app;
        let begun = world.admin().get("/profile/two-factor").await.expect(200).page();
        let enrolment = begun.attributes("input[name=enrolment]", "value").concat();
        let wrong = app.wrong();
        let fields = [("code", wrong.as_str()), ("enrolment", &enrolment)];
        for (somebody, path) in [
            (show_password(&world, &world.member).await, "/login/code"),
            (world.member(), "/profile/two-factor/off"),
            (world.admin(), "/profile/two-factor"),
        ] {
            let before = wall();
            let text = somebody.post(path, &fields).await.expect(422).page().text();
            let shown = text.split_once("The server’s time is ").unwrap_or_else(|| panic!("{path}: {text}")).1;
            let shown = shown.split_once(" UTC").unwrap().0.to_owned();
            assert!(before <= shown && shown <= wall(), "{path}: {before}, {shown}");
        }
    }

    async fn a_secret_of_somebody_elses_page_is_not_taken(world: World) {
        let page = world.signed_in(&world.colleague).get("/profile/two-factor").await.expect(200).page();
        let app = Authenticator::with(&page.select("dd code")[0]);
        let enrolment = page.attributes("input[name=enrolment]", "value").concat();
        world.member().post("/profile/two-factor", &[("code", &app.code()), ("enrolment", &enrolment)]).await.expect(422);
        assert_eq!(world.number("SELECT COUNT(*) FROM two_factors"), 0);
    }

    async fn after_the_code_one_is_where_one_wanted_to_go(world: World) {
        let app = enrol(&world, &world.admin).app;
        let visitor = world.visitor();
        let fields = [("email", world.admin.email), ("password", PASSWORD), ("next", "/orgs/acme/keys?q=a&b=c")];
        let asked = visitor.post("/login", &fields).await.expect(303).header("location").to_owned();
        let form = visitor.get(&asked).await.expect(200).page();
        let next = form.attributes("input[name=next]", "value").concat();
        let done = visitor.post("/login/code", &[("code", &app.code()), ("next", &next)]).await.expect(303);
        assert_eq!(done.header("location"), "/orgs/acme/keys?q=a&b=c");
        let visitor = show_password(&world, &world.admin).await;
        let done = visitor.post("/login/code", &[("code", &app.later(1)), ("next", "//evil.example")]).await.expect(303);
        assert_eq!(done.header("location"), "/");
    }

    async fn a_recovery_code_is_told_and_counted(world: World) {
        let codes = enrol(&world, &world.member).codes;
        let visitor = show_password(&world, &world.member).await;
        enter(&visitor, &codes[3].to_lowercase()).await.expect(303);
        assert_eq!(world.actions(), ["two_factor.recovery_used", "session.signed_in"]);
        let member = world.with_session_of(visitor.client);
        let text = member.get("/profile/two-factor").await.expect(200).page().text();
        assert!(text.contains("Recovery codes left 9") && !text.contains("before you need them"), "{text}");
        world.execute("DELETE FROM recovery_codes WHERE hash NOT IN (SELECT hash FROM recovery_codes ORDER BY hash LIMIT 3)");
        let text = member.get("/profile/two-factor").await.expect(200).page().text();
        assert!(text.contains("3 recovery codes left. Make new ones before you need them"), "{text}");
    }

    async fn new_recovery_codes_end_the_old_ones(world: World) {
        let old = enrol(&world, &world.member).codes;
        let member = world.member();
        member.get("/profile/two-factor/codes").await.expect(200);
        let page = member.post("/profile/two-factor/codes", &[("operation_id", "once")]).await.expect(200).page();
        let new: Vec<String> = page.select("output")[0].split_whitespace().map(str::to_owned).collect();
        assert_eq!(new.len(), 10);
        assert!(!member.post("/profile/two-factor/codes", &[("operation_id", "once")]).await.expect(200).text.contains("<output"));
        let visitor = show_password(&world, &world.member).await;
        enter(&visitor, &old[0]).await.expect(422);
        enter(&visitor, &new[9]).await.expect(303);
        assert_eq!(events_about(&world, "two_factor.codes_renewed"), 1);
    }

    async fn turning_it_off_takes_a_code_and_ends_the_other_sessions(world: World) {
        let enrolled = enrol(&world, &world.member);
        let elsewhere = show_password(&world, &world.member).await;
        enter(&elsewhere, &enrolled.app.code()).await.expect(303);
        let elsewhere = world.with_session_of(elsewhere.client);
        let (member, before) = (world.member(), State::of(&world));
        for wrong in ["", "12345", &enrolled.app.wrong(), &enrolled.app.code(), "AAAAAA-AAAAAA-AAAAAA-AAAAAA"] {
            member.post("/profile/two-factor/off", &[("code", wrong)]).await.expect(422);
        }
        assert_eq!(State::of(&world), before);
        world.forget_failures();
        member.post("/profile/two-factor/off", &[("code", &enrolled.app.later(1))]).await.expect(303);
        elsewhere.get("/profile").await.expect(303);
        member.get("/profile").await.expect(200);
        assert_eq!(world.number("SELECT COUNT(*) FROM sessions WHERE second_factor"), 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM recovery_codes"), 0);
        world.sign_in(&world.member).await.get("/profile").await.expect(200);
        assert_eq!(events_about(&world, "two_factor.disabled"), 1);
    }

    async fn whoever_has_not_shown_their_password_lately_changes_nothing(world: World) {
        let codes = enrol(&world, &world.member).codes;
        let begun = world.admin().get("/profile/two-factor").await.expect(200).page();
        let (code, enrolment) = (Authenticator::with(&begun.select("dd code")[0]).code(), begun.attributes("input[name=enrolment]", "value").concat());
        world.execute(&format!("UPDATE sessions SET confirmed_at = {}", now().plus(-11 * MINUTE).micros()));
        let before = State::of(&world);
        for (somebody, path, code) in [
            (world.member(), "/profile/two-factor/off", &codes[0]), (world.member(), "/profile/two-factor/codes", &codes[0]),
            (world.admin(), "/profile/two-factor", &code),
        ] {
            let text = somebody.get(path).await.text;
            assert!(!text.contains("one-time-code") && !text.contains("Make new codes"), "{path}: {text}");
            somebody.post(path, &[("code", code), ("enrolment", &enrolment)]).await;
            assert_eq!(State::of(&world), before, "{path}");
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM recovery_codes"), 10);
    }

    async fn a_password_link_leads_to_the_code_and_a_changed_password_keeps_the_second_factor(world: World) {
        let app = enrol(&world, &world.member).app;
        let fields = [("current", PASSWORD), ("new", "violet harbour seventeen")];
        let member = world.member();
        member.post("/profile/password", &fields).await.expect(303);
        assert_eq!(world.number("SELECT COUNT(*) FROM sessions WHERE second_factor"), 1);
        let page = world.admin().post(&format!("/orgs/acme/users/{}/link", world.member.user), &[]).await.expect(200).page();
        let link = page.select("output")[0].clone();
        let visitor = world.visitor();
        visitor.get(&link).await.expect(303);
        let done = visitor.post("/links", &[("password", PASSWORD)]).await.expect(303);
        assert_eq!(done.header("location"), "/login/code");
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM sessions WHERE user_id = {}", world.member.user)), 0);
        enter(&visitor, &app.code()).await.expect(303);
        world.with_session_of(visitor.client).get("/profile").await.expect(200);
    }

    async fn a_code_waits_for_no_other_password_and_no_other_browser(world: World) {
        let enrolled = enrol(&world, &world.member);
        let (visitor, thief) = (show_password(&world, &world.member).await, world.visitor());
        thief.client.set_cookie("keyhouse-code", &visitor.client.cookie("keyhouse-code").unwrap());
        thief.client.set_cookie("keyhouse-form", "another-browser");
        thief.get("/login/code").await.expect(303);
        world.execute(&format!("UPDATE users SET session_epoch = session_epoch + 1 WHERE id = {}", world.member.user));
        let over = enter(&visitor, &enrolled.app.code()).await.expect(303);
        assert_eq!((over.header("location"), visitor.client.cookie("keyhouse-code")), ("/login", None));
        let visitor = show_password(&world, &world.member).await;
        world.execute(&format!("UPDATE users SET enabled = false WHERE id = {}", world.member.user));
        enter(&visitor, &enrolled.codes[0]).await.expect(303);
        assert_eq!((events_about(&world, "session.signed_in"), world.number("SELECT COUNT(*) FROM recovery_codes")), (0, 10));
    }

    async fn a_code_of_an_app_is_judged_only_if_the_first_line_opens_its_secret(world: World) {
        let (app, user) = (enrol(&world, &world.member).app, keyhouse::id::UserId::new(world.member.user));
        let other = keyhouse::secret::Secrets::parse(&"an older secret of these tests ".repeat(2)).unwrap();
        let other = keyhouse::encryption::Encryption::new(other.key("two-factor"));
        let sealed = other.encrypt(&keyhouse::two_factor::store::owner(user), &[7; 20]).unwrap();
        world.execute(&format!("UPDATE two_factors SET secret = {}", forge::bytes(&world.app.database, &sealed)));
        let told = enter(&show_password(&world, &world.member).await, &app.code()).await.expect(422).page();
        assert!(told.text().contains("Keyhouse can no longer check what your app shows"), "{}", told.text());
    }
}
