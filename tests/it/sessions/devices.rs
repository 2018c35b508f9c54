//! Browsers that signed in before: an attack on an account from elsewhere does not lock its owner out.

use keyhouse::id::UserId;
use keyhouse::sessions::device_model::Device;

use crate::support::authenticator::enrol;
use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::{PASSWORD, Person, World};
use crate::support::somebody::Somebody;

const DEVICE: &str = "keyhouse-device";
const NEW: &str = "violet harbour seventeen";

/// What a browser is known as that the person signs in with.
async fn device_of(world: &World, person: &Person) -> String {
    world.sign_in(person).await.client.cookie(DEVICE).expect("no device cookie")
}

/// A browser without a session that carries this device cookie.
fn browser(world: &World, device: &str) -> Somebody {
    let visitor = world.visitor();
    visitor.client.set_cookie(DEVICE, device);
    visitor
}

async fn attempt(somebody: &Somebody, person: &Person, password: &str) -> Reply {
    somebody.post("/login", &[("email", person.email), ("password", password)]).await
}

/// The account's name in the tables of failures and guesses.
fn account(person: &Person) -> String {
    format!("account:{}", keyhouse::secret::hex(&keyhouse::secret::sha256(person.email.as_bytes())))
}

/// Strangers in this network fail for this account until they have to wait.
async fn under_attack(world: &World, person: &Person) {
    let subject = format!("{}@127.0.0.1", account(person));
    let at = keyhouse::clock::now().plus(keyhouse::clock::AHEAD).micros();
    world.execute(&format!("DELETE FROM sign_in_failures WHERE subject = '{subject}'"));
    world.execute(&format!("INSERT INTO sign_in_failures VALUES ('{subject}', 1000, {at})"));
    attempt(&world.visitor(), person, PASSWORD).await.expect(429);
}

both! {
    async fn the_owner_signs_in_with_a_known_browser_while_strangers_have_to_wait(world: World) {
        let device = device_of(&world, &world.member).await;
        under_attack(&world, &world.member).await;
        attempt(&browser(&world, &device), &world.member, PASSWORD).await.expect(303);
        attempt(&world.visitor(), &world.member, PASSWORD).await.expect(429);
    }

    async fn the_owner_confirms_who_they_are_while_strangers_have_to_wait(world: World) {
        let member = world.sign_in(&world.member).await;
        under_attack(&world, &world.member).await;
        member.post("/confirm", &[("confirm_password", PASSWORD)]).await.expect(303);
        world.member().post("/confirm", &[("confirm_password", PASSWORD)]).await.expect(429);
    }

    async fn a_known_browser_is_counted_for_itself_and_at_last_like_any_other(world: World) {
        let browser = browser(&world, &device_of(&world, &world.member).await);
        // a time to come: the wait does not pass while the test runs
        let wait = "UPDATE sign_in_failures SET last_at = last_at + 120000000";
        for count in [10, 5] {
            for _ in 0..count {
                attempt(&browser, &world.member, "not the password").await.expect(422);
            }
            world.execute(wait);
        }
        attempt(&browser, &world.member, PASSWORD).await.expect(429);
        assert_eq!(world.number("SELECT CAST(SUM(failures) AS BIGINT) FROM sign_in_failures WHERE subject LIKE 'device:%'"), 10);
        assert_eq!(world.number("SELECT CAST(SUM(failures) AS BIGINT) FROM sign_in_failures WHERE subject LIKE 'account:%'"), 5);
    }

    async fn wrong_codes_count_on_the_account_whatever_browser_they_come_from(world: World) {
        let mut devices = Vec::new();
        for _ in 0..3 {
            devices.push(device_of(&world, &world.member).await);
        }
        let app = enrol(&world, &world.member).app;
        for n in 0..12 {
            let browser = browser(&world, &devices[n % 3]);
            attempt(&browser, &world.member, PASSWORD).await.expect(303);
            let expected = if n < 5 { 422 } else { 429 };
            browser.post("/login/code", &[("code", &app.wrong())]).await.expect(expected);
            // a time to come: the wait does not pass while the test runs
            world.execute(&format!("UPDATE sign_in_failures SET last_at = last_at + {}", 10 * keyhouse::clock::SECOND));
        }
    }

    async fn a_known_browser_signs_in_with_a_code_while_too_many_networks_guess(world: World) {
        let device = device_of(&world, &world.member).await;
        let app = enrol(&world, &world.member).app;
        let at = keyhouse::clock::now().plus(keyhouse::clock::MINUTE).micros();
        for n in 0..3 * 24 {
            let values = format!("('{}', {}, {})", account(&world.member), at + n, n / 24);
            world.execute(&format!("INSERT INTO sign_in_guesses VALUES {values}"));
        }
        attempt(&world.visitor(), &world.member, PASSWORD).await.expect(429);
        let known = browser(&world, &device);
        attempt(&known, &world.member, PASSWORD).await.expect(303);
        known.post("/login/code", &[("code", &app.code())]).await.expect(303);
        world.with_session_of(known.client).get("/profile").await.expect(200);
    }

    async fn a_device_is_good_for_its_own_account_only_and_cannot_be_made_up(world: World) {
        let (device, other) = (device_of(&world, &world.member).await, device_of(&world, &world.colleague).await);
        under_attack(&world, &world.member).await;
        let epoch = world.number(&format!("SELECT session_epoch FROM users WHERE id = {}", world.member.user));
        let plain = Device::new(UserId::new(world.member.user), epoch).unwrap().text();
        for wrong in [other.as_str(), &device[..device.len() - 4], &format!("{}AAAA", &device[..device.len() - 4]), &plain, "", "x"] {
            attempt(&browser(&world, wrong), &world.member, PASSWORD).await.expect(429);
        }
    }

    async fn a_changed_password_ends_what_other_browsers_were_known_for(world: World) {
        let device = device_of(&world, &world.member).await;
        let own = world.sign_in(&world.member).await;
        own.post("/profile/password", &[("current", PASSWORD), ("new", NEW)]).await.expect(303);
        under_attack(&world, &world.member).await;
        attempt(&browser(&world, &device), &world.member, NEW).await.expect(429);
        let renewed = own.client.cookie(DEVICE).unwrap();
        attempt(&browser(&world, &renewed), &world.member, NEW).await.expect(303);
    }

    async fn the_cookie_of_a_known_browser_says_nothing_and_is_for_the_server_only(world: World) {
        let visitor = world.visitor();
        let reply = attempt(&visitor, &world.member, PASSWORD).await.expect(303);
        let set = reply.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).find(|line| line.starts_with(DEVICE));
        let set = set.unwrap();
        for wanted in ["HttpOnly", "SameSite=Lax", "Path=/;", "Max-Age=15724800"] {
            assert!(format!("{set};").contains(wanted), "{wanted}: {set}");
        }
        let value = visitor.client.cookie(DEVICE).unwrap();
        let shows = |part: &str| value.split('.').any(|shown| shown == part);
        assert!(Device::parse(&value).is_none() && !shows(&world.member.user.to_string()), "{value}");
        let failed = attempt(&world.visitor(), &world.member, "not the password").await.expect(422);
        assert!(failed.headers.get_all("set-cookie").iter().all(|line| !line.to_str().unwrap().contains(DEVICE)));
    }

    async fn a_hash_with_parameters_of_yesterday_is_renewed_at_the_sign_in(world: World) {
        let old = old_hash(PASSWORD);
        world.execute(&format!("UPDATE users SET password_hash = '{old}' WHERE id = {}", world.member.user));
        attempt(&world.visitor(), &world.member, "not the password").await.expect(422);
        let same = format!("SELECT COUNT(*) FROM users WHERE password_hash = '{old}'");
        assert_eq!(world.number(&same), 1);
        attempt(&world.visitor(), &world.member, PASSWORD).await.expect(303);
        assert_eq!(world.number(&same), 0);
        world.member().get("/profile").await.expect(200);
        attempt(&world.visitor(), &world.member, PASSWORD).await.expect(303);
        attempt(&world.visitor(), &world.member, "not the password").await.expect(422);
    }
}

/// A hash as it was made when less was enough.
fn old_hash(password: &str) -> String {
    use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
    weak.hash_password(password.as_bytes()).unwrap().to_string()
}
