//! A holder of only a line of the secret file that was replaced. Nothing that they seal for a browser is accepted.

use keyhouse::clock::{MINUTE, now};
use keyhouse::encryption::Encryption;
use keyhouse::id::UserId;
use keyhouse::secret::{Secrets, hex};
use keyhouse::sessions::device_model::Device;
use keyhouse::two_factor::model::TotpSecret;
use keyhouse::web::csrf::Seed;
use keyhouse::web::seal;

use crate::support::authenticator::{Authenticator, enrol};
use crate::support::both;
use crate::support::client::{Client, Reply};
use crate::support::in_process::{self, Running};
use crate::support::people::{PASSWORD, World, made};
use crate::support::somebody::Somebody;

const NEW: &str = "a newer secret, which nobody else knows yet";

/// A world whose secret was rotated: what its people seal is sealed under the old line. With the node that has both lines.
fn rotated(world: &World) -> Running {
    let both = format!("{NEW}\n{}", in_process::SECRET.repeat(3));
    in_process::start_with(&world.app.database, Secrets::parse(&both).unwrap())
}

/// The lines that a test seals with, each with whether the node accepts that.
fn lines(world: &World) -> [(Secrets, bool); 2] {
    [(world.app.running.secrets.clone(), false), (Secrets::parse(NEW).unwrap(), true)]
}

/// A browser on the node's pages; its forms have tokens of the newest line.
fn visitor(node: &Running) -> Somebody {
    Somebody::visitor(Client::new(&node.url), node.state.form_key().clone())
}

/// The session of the member, carried by a cookie of this line; form tokens of that line.
fn member(world: &World, node: &Running, cookie: &Secrets, tokens: &Secrets) -> Somebody {
    let (key, hash) = world.session_of(&world.member);
    Somebody::signed_in(Client::new(&node.url), &made::sealed(cookie, &key), &hash, tokens.key("forms"))
}

async fn sign_in(browser: &Somebody, world: &World, carried: &str) -> Reply {
    let fields = [("email", world.member.email), ("password", PASSWORD), ("carried", carried)];
    browser.post("/login", &fields).await
}

both! {
    async fn a_holder_of_only_an_old_line_makes_no_session_cookie(world: World) {
        let node = rotated(&world);
        for (line, accepted) in lines(&world) {
            let reply = member(&world, &node, &line, &Secrets::parse(NEW).unwrap()).get("/profile").await;
            assert_eq!(reply.status == 200, accepted, "{}", reply.status);
        }
    }

    async fn a_holder_of_only_an_old_line_makes_no_form_token(world: World) {
        let node = rotated(&world);
        for (line, accepted) in lines(&world) {
            let member = member(&world, &node, &Secrets::parse(NEW).unwrap(), &line);
            let reply = member.post("/profile", &[("first", "Mira"), ("last", "")]).await;
            assert_eq!(reply.status, if accepted { 303 } else { 403 });
        }
    }

    async fn a_holder_of_only_an_old_line_skips_no_password(world: World) {
        let node = rotated(&world);
        enrol(&world, &world.member);
        let epoch = world.number(&format!("SELECT session_epoch FROM users WHERE id = {}", world.member.user));
        for (line, accepted) in lines(&world) {
            let shown = [world.member.user, epoch, now().plus(MINUTE).micros()].map(i64::to_be_bytes).concat();
            let owner = [b"sign-in of ", Seed::cookie("a-browser-of-the-tests").bytes()].concat();
            let sealed = Encryption::new(line.key("two-factor")).encrypt(&owner, &shown).unwrap();
            let browser = visitor(&node);
            browser.client.set_cookie("keyhouse-code", &hex(&sealed));
            assert_eq!(browser.get("/login/code").await.status == 200, accepted);
        }
    }

    async fn a_holder_of_only_an_old_line_makes_no_known_browser(world: World) {
        let node = rotated(&world);
        let user = UserId::new(world.member.user);
        let epoch = world.number(&format!("SELECT session_epoch FROM users WHERE id = {user}"));
        for (line, accepted) in lines(&world) {
            let device = Device::new(user, epoch).unwrap().text();
            let browser = visitor(&node);
            browser.client.set_cookie("keyhouse-device", &seal::seal(&line.key("forms"), "device", device));
            browser.post("/login", &[("email", world.member.email), ("password", "not the password")]).await.expect(422);
            let counted = world.number("SELECT COUNT(*) FROM sign_in_failures WHERE subject LIKE 'device:%'");
            assert_eq!(counted == 1, accepted, "a device of this line is counted for itself");
        }
    }

    async fn a_holder_of_only_an_old_line_makes_no_form_that_comes_back_after_the_sign_in(world: World) {
        let node = rotated(&world);
        for (line, accepted) in lines(&world) {
            let until = now().plus(MINUTE).micros();
            let kept = (world.member.user, until, "change your name", "/profile", [("first", "Mira")]);
            let carried = seal::seal(&line.key("forms"), "form", serde_json::to_string(&kept).unwrap());
            let reply = sign_in(&visitor(&node), &world, &carried).await;
            assert_eq!(reply.status, if accepted { 200 } else { 303 });
        }
    }

    async fn a_holder_of_only_an_old_line_enrols_no_app(world: World) {
        let node = rotated(&world);
        let new = Secrets::parse(NEW).unwrap();
        for (line, accepted) in lines(&world) {
            let secret = TotpSecret::new().unwrap();
            let owner = format!("two-factor enrolment of {}", world.member.user).into_bytes();
            let until = now().plus(MINUTE).micros().to_be_bytes();
            let plain = [secret.reveal().as_slice(), &until].concat();
            let enrolment = hex(&Encryption::new(line.key("two-factor")).encrypt(&owner, &plain).unwrap());
            let code = Authenticator::with(&secret.text()).code();
            let member = member(&world, &node, &new, &new);
            let reply = member.post("/profile/two-factor", &[("code", &code), ("enrolment", &enrolment)]).await;
            assert_eq!(reply.status, if accepted { 200 } else { 422 });
        }
    }
}
