//! Another user's link that is opened in a browser with a session replaces that session only if its user agreed.

use crate::access::State;
use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::{Person, World};
use crate::support::somebody::{FORM, SESSION, Somebody};

const PASSWORD: &str = "violet harbour seventeen";

/// Adam invites "CI Bot" to acme: the link.
async fn bot(world: &World) -> String {
    let fields = [("first", "CI"), ("last", "Bot"), ("email", "bot@acme.example"), ("role", "user")];
    link(&world.admin().post("/orgs/acme/users", &fields).await.expect(200))
}

fn link(reply: &Reply) -> String {
    let page = reply.page();
    assert!(
        page.text()
            .contains("To try it yourself, open it in a private window: used in this one, it can end your session."),
        "{}",
        page.text()
    );
    let shown = page.select("output").concat();
    shown[shown.find("/links/").unwrap()..].to_owned()
}

async fn is_in(somebody: &Somebody) -> bool {
    somebody.get("/profile").await.status == 200
}

/// The form as the page has it, with this password.
async fn sends(by: &Somebody) -> Reply {
    let page = by.get("/links").await.expect(200).page();
    let leaving = page.attributes("input[name=leaving]", "value").concat();
    by.post("/links", &[("password", PASSWORD), ("leaving", &leaving)]).await
}

fn has_password(world: &World, email: &str) -> bool {
    world.number(&format!("SELECT COUNT(*) FROM users WHERE email = '{email}' AND password_hash IS NOT NULL")) == 1
}

/// Mia's password link, which Adam made.
async fn password_link(world: &World, of: &Person) -> String {
    link(&world.admin().post(&format!("/orgs/acme/users/{}/link", of.user), &[]).await.expect(200))
}

both! {
    async fn an_invitation_says_whose_session_ends_before_it_does(world: World) {
        let (adam, path) = (world.admin(), bot(&world).await);
        adam.get(&path).await.expect(303);
        let page = adam.get("/links").await.expect(200).page();
        let warned = "You’re signed in as Adam Adler. Accepting this invitation signs you out and signs you in as CI Bot.";
        assert!(page.text().contains(warned) && page.text().contains("Keep my session"), "{}", page.text());
        assert!(page.select("main button").contains(&"Sign out and join as CI Bot".to_owned()), "{:?}", page.select("button"));
        assert!(is_in(&adam).await);
        let before = world.admin();
        sends(&adam).await.expect(303);
        assert!(!is_in(&before).await, "Adam’s session has ended");
        let bot = world.with_session_of(adam.client);
        let told = bot.get("/profile").await.expect(200).page().text();
        assert!(told.contains("You’re signed in as CI Bot. Adam Adler was signed out."), "{told}");
        assert_eq!(world.actions()[1..], ["account.created", "user.password_set", "membership.accepted", "session.signed_out"]);
    }

    async fn a_form_that_did_not_name_the_session_ends_none(world: World) {
        let (adam, path) = (world.admin(), bot(&world).await);
        adam.get(&path).await.expect(303);
        let (before, other) = (State::of(&world), world.member.user.to_string());
        for leaving in [None, Some(""), Some(other.as_str())] {
            let fields: Vec<(&str, &str)> = [("password", PASSWORD)].into_iter().chain(leaving.map(|user| ("leaving", user))).collect();
            let page = adam.post("/links", &fields).await.expect(422).page().text();
            assert!(page.contains("You’re signed in now") && page.contains("You’re signed in as Adam Adler"), "{page}");
        }
        assert!(is_in(&adam).await && !has_password(&world, "bot@acme.example"));
        assert_eq!(State::of(&world), before);
    }

    // The page was opened in a browser without a session. In another tab, Adam signs in. Then the first tab's form is sent.
    async fn a_page_from_before_the_sign_in_replaces_no_session(world: World) {
        let (browser, path) = (world.visitor(), bot(&world).await);
        browser.get(&path).await.expect(303);
        let page = browser.get("/links").await.expect(200).page();
        let token = page.attributes("input[name=csrf]", "value").remove(0);
        browser.post("/login", &[("email", world.admin.email), ("password", crate::support::people::PASSWORD)]).await.expect(303);
        assert!(browser.client.cookie(FORM).is_some() && browser.client.cookie(SESSION).is_some());
        let adam = world.with_session_of(browser.client.clone());
        let sent = browser.ask("POST", "/links").same_origin().form(&[("password", PASSWORD), ("csrf", &token)]).send().await;
        assert_eq!(sent.status, 403);
        assert!(is_in(&adam).await && !has_password(&world, "bot@acme.example"));
    }

    async fn a_password_link_says_whose_session_ends_too(world: World) {
        let (adam, path) = (world.admin(), password_link(&world, &world.member).await);
        adam.get(&path).await.expect(303);
        let page = adam.get("/links").await.expect(200).page();
        let warned = "Setting this password signs you out and signs you in as Mia Moreau.";
        assert!(page.text().contains(warned) && page.text().contains("Sign out and set password"), "{}", page.text());
        sends(&adam).await.expect(303);
        let told = world.with_session_of(adam.client).get("/profile").await.expect(200).page().text();
        assert!(told.contains("You’re signed in as Mia Moreau. Adam Adler was signed out."), "{told}");
    }

    async fn a_password_link_of_the_signed_in_user_shows_no_warning(world: World) {
        let (mia, path) = (world.member(), password_link(&world, &world.member).await);
        mia.get(&path).await.expect(303);
        let page = mia.get("/links").await.expect(200).page();
        assert!(!page.text().contains("You’re signed in as") && page.attributes("input[name=leaving]", "name").is_empty(), "{}", page.text());
        mia.post("/links", &[("password", PASSWORD)]).await.expect(303);
        assert!(!world.actions().contains(&"session.signed_out".to_owned()));
    }

    async fn who_has_two_factor_sign_in_enters_the_code_after_the_other_session_ended(world: World) {
        let app = crate::support::authenticator::enrol(&world, &world.member).app;
        let (adam, path) = (world.admin(), password_link(&world, &world.member).await);
        adam.get(&path).await.expect(303);
        assert_eq!(sends(&adam).await.expect(303).header("location"), "/login/code");
        let page = adam.get("/login/code").await.expect(200).page().text();
        assert!(page.contains("Adam Adler was signed out. Enter your code to sign in as Mia Moreau."), "{page}");
        assert!(!is_in(&adam).await);
        adam.post("/login/code", &[("code", &app.code())]).await.expect(303);
        world.with_session_of(adam.client).get("/profile").await.expect(200);
    }
}
