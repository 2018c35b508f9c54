//! Resetting the two-factor sign-in of somebody who lost their phone.

use crate::access::State;
use crate::support::authenticator::enrol;
use crate::support::both;
use crate::support::people::{PASSWORD, Person, World};
use crate::support::{server, trail};

fn path(person: &Person) -> String {
    format!("/orgs/acme/users/{}/two-factor", person.user)
}

fn is_on(world: &World, person: &Person) -> bool {
    world.number(&format!("SELECT COUNT(*) FROM two_factors WHERE user_id = {}", person.user)) == 1
}

both! {
    async fn an_admin_resets_it_and_the_persons_sessions_end(world: World) {
        enrol(&world, &world.member);
        let admin = world.admin();
        let edit = admin.get(&format!("/orgs/acme/users/{}/edit", world.member.user)).await.expect(200).page();
        assert!(edit.attributes("a", "href").contains(&path(&world.member)));
        assert!(admin.get(&path(&world.member)).await.expect(200).page().text().contains("Mia Moreau"));
        admin.post(&path(&world.member), &[("operation_id", "once")]).await.expect(303);
        admin.post(&path(&world.member), &[("operation_id", "once")]).await.expect(303);
        admin.post(&path(&world.member), &[]).await.expect(303);
        assert!(!is_on(&world, &world.member));
        world.member().get("/profile").await.expect(303);
        let told = world.sign_in(&world.member).await.get("/profile").await.expect(200).page().text();
        assert!(told.contains("Your two-factor sign-in was turned off") && told.contains("by Adam Adler"), "{told}");
        let reset = format!("SELECT COUNT(*) FROM audit_events WHERE org_id = {} AND action = 'two_factor.reset'", world.acme.id);
        assert_eq!((world.number(&reset), world.number("SELECT COUNT(*) FROM recovery_codes")), (1, 0));
        assert!(world.works(&world.member_key.token).await);
    }

    async fn an_admin_resets_nobody_whom_they_may_not_change(world: World) {
        for person in [&world.owner, &world.admin, &world.shared, &world.member] {
            enrol(&world, person);
        }
        let (admin, before) = (world.admin(), State::of(&world));
        for person in [&world.owner, &world.shared] {
            admin.get(&path(person)).await.expect(403);
            let edit = admin.get(&format!("/orgs/acme/users/{}/edit", person.user)).await.expect(200).page();
            assert!(!edit.attributes("a", "href").contains(&path(person)));
        }
        for person in [&world.owner, &world.shared, &world.admin] {
            admin.post(&path(person), &[]).await.expect(403);
        }
        world.outsider().post(&path(&world.member), &[]).await.expect(404);
        world.shared().post(&path(&world.member), &[]).await.expect(404);
        assert_eq!((State::of(&world), world.number("SELECT COUNT(*) FROM two_factors")), (before, 4));
        world.owner().post(&path(&world.shared), &[]).await.expect(303);
        assert!(!is_on(&world, &world.shared));
    }

    async fn an_admin_who_has_not_shown_their_password_lately_resets_nothing(world: World) {
        enrol(&world, &world.member);
        world.execute("UPDATE sessions SET confirmed_at = 0");
        world.admin().post(&path(&world.member), &[]).await;
        assert!(is_on(&world, &world.member) && world.actions().is_empty());
    }

    async fn lists_say_who_has_it_on_but_not_of_whoever_has_not_accepted(world: World) {
        enrol(&world, &world.member);
        world.execute(&format!("INSERT INTO two_factors VALUES ({}, (SELECT secret FROM two_factors), 0, 0)", world.invited.user));
        let page = world.admin().get("/orgs/acme/users").await.expect(200).page();
        let cell = |name: &str| {
            let row = page.select("tbody tr").into_iter().find(|row| row.contains(name)).unwrap();
            [row.contains(" On "), row.contains(" Off "), row.contains("Not yet")]
        };
        assert_eq!(cell("Mia Moreau"), [true, false, false]);
        assert_eq!(cell("Carl Costa"), [false, true, false]);
        assert_eq!(cell("Ines Iverson"), [false, false, true]);
        let edit = world.admin().get(&format!("/orgs/acme/users/{}/edit", world.invited.user)).await.expect(200).page();
        assert!(!edit.text().contains("Two-factor"), "{}", edit.text());
    }

    async fn the_host_resets_it_for_anybody(world: World) {
        enrol(&world, &world.owner);
        let folder = tempfile::TempDir::new().unwrap();
        server::share_secret(folder.path());
        trail::begin(&world.app.database);
        let run = |email: &str| server::command(folder.path(), &world.app.database, &["user", "reset-two-factor", email]);
        let (status, printed) = run(world.owner.email);
        assert!(status.success() && printed.contains("is off; their sessions are ended"), "{printed}");
        world.owner().get("/profile").await.expect(303);
        world.visitor().post("/login", &[("email", world.owner.email), ("password", PASSWORD)]).await.expect(303);
        let told = "SELECT COUNT(*) FROM audit_events WHERE org_id = 0 AND action = 'two_factor.reset' AND actor_kind = 'host'";
        assert_eq!(world.number(told), 1);
        assert!(run(world.owner.email).1.contains("was off already"));
        assert!(!run("nobody@acme.example").0.success());
    }
}
