//! Making orgs: a super admin's business.

use crate::access::State;
use crate::support::both;
use crate::support::people::{PASSWORD, World};

both! {
    async fn a_super_admin_makes_an_org_of_their_own(world: World) {
        let owner = world.owner();
        let fields = [("name", "Initech Ltd."), ("email", world.owner.email), ("operation_id", "once")];
        for _ in 0..2 {
            let made = owner.post("/orgs", &fields).await.expect(303);
            assert_eq!(made.header("location"), "/orgs/initech-ltd");
        }
        owner.get("/orgs/initech-ltd/users").await.expect(200);
        assert_eq!(world.number("SELECT COUNT(*) FROM orgs"), 3);
        assert_eq!(world.actions().len(), 2);
    }

    async fn a_super_admin_of_one_org_clicks_their_way_to_a_second(world: World) {
        let mut robot = world.app.robot();
        robot.open("/login").await.fill("Email address", world.owner.email).fill("Password", PASSWORD);
        robot.press("Sign in").await.sees("Acme").click("switch org").await.sees("Choose an org");
        robot.fill("Org name", "Initech").fill("Email address of its first admin", world.owner.email);
        robot.press("Create org").await.status(200);
        assert!(robot.path().starts_with("/orgs/initech"), "{}", robot.path());
        let admin = world.admin().get("/orgs/acme").await.expect(200).page();
        assert!(!admin.attributes("a", "href").contains(&"/orgs".to_owned()), "there is nothing to choose");
    }

    async fn the_first_admin_of_an_org_may_be_somebody_else(world: World) {
        let fields = [("name", "Initech"), ("slug", "init"), ("email", world.outsider.email)];
        let made = world.owner().post("/orgs", &fields).await.expect(200).page();
        let link = made.select("output").concat();
        world.owner().get("/orgs/init").await.expect(404);
        let outsider = world.outsider();
        outsider.get("/orgs/init").await.expect(404);
        outsider.get(&link[link.find("/links/").unwrap()..]).await.expect(303);
        outsider.post("/links", &[]).await.expect(303);
        world.with_session_of(outsider.client).get("/orgs/init/users").await.expect(200);
    }

    async fn a_slug_is_one_orgs_for_good(world: World) {
        world.execute(&format!("UPDATE orgs SET enabled = false WHERE id = {}", world.globex.id));
        let before = State::of(&world);
        for slug in ["acme", "globex", "1204", "a b", "../x", "Acme", "-a", "ä", "new\u{202E}"] {
            let fields = [("name", "Another"), ("slug", slug), ("email", world.owner.email)];
            world.owner().post("/orgs", &fields).await.expect(422);
        }
        assert_eq!(State::of(&world), before);
    }

    async fn nobody_else_makes_orgs(world: World) {
        let before = State::of(&world);
        for somebody in [world.admin(), world.member(), world.outsider(), world.shared()] {
            somebody.post("/orgs", &[("name", "Evil"), ("email", "eve@evil.example"), ("super_admin", "1")]).await.expect(404);
        }
        assert_eq!(State::of(&world), before);
        world.execute(&format!("UPDATE users SET super_admin = false WHERE id = {}", world.owner.user));
        world.owner().post("/orgs", &[("name", "Evil"), ("email", "eve@evil.example")]).await.expect(404);
    }
}
