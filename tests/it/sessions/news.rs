//! Being told at the next sign-in what happened to one's account meanwhile, once; and when one signed in before.

use crate::support::authenticator::enrol;
use crate::support::both;
use crate::support::people::{PASSWORD, Person, World};
use crate::support::somebody::Somebody;

const NEW_PASSWORD: &str = "violet harbour seventeen";

/// Somebody uses a password link for Mia.
pub(crate) async fn uses_a_link_for(world: &World, of: &Person, by: &Somebody) {
    let made = world.admin().post(&format!("/orgs/acme/users/{}/link", of.user), &[]).await.expect(200);
    let shown = made.page().select("output").concat();
    by.get(&shown[shown.find("/links/").unwrap()..]).await.expect(303);
    by.post("/links", &[("password", NEW_PASSWORD)]).await.expect(303);
}

async fn signs_in(world: &World, of: &Person, password: &str) -> Somebody {
    let visitor = world.visitor();
    visitor.post("/login", &[("email", of.email), ("password", password)]).await.expect(303);
    world.with_session_of(visitor.client)
}

async fn signs_in_without_a_code(world: &World, of: &Person) -> Somebody {
    let visitor = world.visitor();
    let shown = visitor.post("/login", &[("email", of.email), ("password", PASSWORD)]).await.expect(303);
    assert_eq!(shown.header("location"), "/login/code");
    visitor
}

both! {
    async fn a_used_link_is_told_at_the_next_sign_in_and_only_then(world: World) {
        uses_a_link_for(&world, &world.member, &world.visitor()).await;
        let told = "Your password was set by a link on";
        let member = signs_in(&world, &world.member, NEW_PASSWORD).await;
        let first = member.get("/profile").await.expect(200).page().text();
        assert!(first.contains(told) && first.contains("from 127.0.0.1") && first.contains("If that was not you"), "{first}");
        assert!(!member.get("/profile").await.expect(200).page().text().contains(told));
        let again = signs_in(&world, &world.member, NEW_PASSWORD).await;
        assert!(!again.get("/profile").await.expect(200).page().text().contains(told));
    }

    async fn news_take_the_place_of_earlier_news_of_their_kind(world: World) {
        for _ in 0..3 {
            uses_a_link_for(&world, &world.member, &world.visitor()).await;
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM account_news"), 1);
        let told = signs_in(&world, &world.member, NEW_PASSWORD).await.get("/profile").await.expect(200).page().text();
        assert_eq!(told.matches("Your password was set by a link on").count(), 1, "{told}");
    }

    async fn wrong_codes_are_told_at_the_next_sign_in_and_only_then(world: World) {
        let app = enrol(&world, &world.member).app;
        let visitor = signs_in_without_a_code(&world, &world.member).await;
        for _ in 0..2 {
            visitor.post("/login/code", &[("code", &app.wrong())]).await.expect(422);
        }
        world.member().post("/profile/two-factor/off", &[("code", &app.wrong())]).await.expect(422);
        let told = "3 wrong codes since the last notice like this";
        visitor.post("/login/code", &[("code", &app.code())]).await.expect(303);
        let first = world.with_session_of(visitor.client).get("/profile").await.expect(200).page().text();
        assert!(first.contains(told) && first.contains("from 127.0.0.1") && first.contains("change it on your profile"), "{first}");
        let visitor = signs_in_without_a_code(&world, &world.member).await;
        visitor.post("/login/code", &[("code", &app.later(1))]).await.expect(303);
        let second = world.with_session_of(visitor.client).get("/profile").await.expect(200).page().text();
        assert!(!second.contains("wrong code"), "{second}");
    }

    async fn nobody_else_is_told(world: World) {
        uses_a_link_for(&world, &world.member, &world.visitor()).await;
        let colleague = world.sign_in(&world.colleague).await;
        assert!(!colleague.get("/profile").await.expect(200).page().text().contains("set by a link"));
        assert_eq!(world.number("SELECT COUNT(*) FROM account_news"), 1);
    }

    async fn what_cannot_be_told_waits_and_the_sign_in_goes_on(world: World) {
        uses_a_link_for(&world, &world.member, &world.visitor()).await;
        world.execute("ALTER TABLE account_news RENAME TO elsewhere");
        let first = signs_in(&world, &world.member, NEW_PASSWORD).await;
        first.get("/profile").await.expect(200);
        world.execute("ALTER TABLE elsewhere RENAME TO account_news");
        let second = signs_in(&world, &world.member, NEW_PASSWORD).await;
        assert!(second.get("/profile").await.expect(200).page().text().contains("set by a link"));
    }

    async fn the_profile_says_when_and_from_where_one_signed_in(world: World) {
        let before = world.member().get("/profile").await.expect(200).page().text();
        assert!(!before.contains("Last sign-in"), "{before}");
        let first = world.sign_in(&world.member).await.get("/profile").await.expect(200).page().text();
        assert!(first.contains("Last sign-in") && !first.contains("The one before"), "{first}");
        world.execute("UPDATE sign_ins SET address = '203.0.113.7'");
        let second = world.sign_in(&world.member).await.get("/profile").await.expect(200).page().text();
        assert!(second.contains("The one before") && second.contains("from 203.0.113.7"), "{second}");
    }
}
