//! An org that requires two-factor sign-in.

use crate::access::State;
use crate::support::authenticator::{Authenticator, enrol};
use crate::support::both;
use crate::support::people::World;

const ON: [(&str, &str); 1] = [("required", "1")];
const PATH: &str = "/orgs/acme/two-factor";

/// Adam, who has it on, makes Acme require it.
async fn required(world: &World) {
    enrol(world, &world.admin);
    world.admin().post(PATH, &ON).await.expect(303);
}

both! {
    async fn an_admin_without_it_cannot_shut_themselves_out(world: World) {
        let (admin, before) = (world.admin(), State::of(&world));
        assert!(!admin.get(PATH).await.expect(200).text.contains("action=\"/orgs/acme/two-factor\""));
        admin.post(PATH, &ON).await.expect(422);
        assert_eq!(State::of(&world), before);
        admin.get("/orgs/acme/users").await.expect(200);
    }

    async fn a_session_without_it_is_led_to_the_profile_and_changes_nothing(world: World) {
        required(&world).await;
        let (deputy, before) = (world.deputy(), State::of(&world));
        let delete = format!("/orgs/acme/keys/{}/delete", world.member_key.id);
        for path in ["/orgs/acme", "/orgs/acme/users", &delete, PATH] {
            assert_eq!(deputy.get(path).await.expect(303).header("location"), "/profile/two-factor?org=acme", "{path}");
        }
        for (path, fields) in [(delete.as_str(), &ON), (PATH, &[("required", "")])] {
            deputy.post(path, fields).await.expect(303);
        }
        let refused = deputy.delete(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(403);
        assert!(refused.json()["detail"].as_str().unwrap().contains("/profile/two-factor"), "{}", refused.text);
        assert_eq!(State::of(&world), before);
        assert!(world.works(&world.member_key.token).await);
        deputy.get("/profile").await.expect(200);
    }

    async fn api_keys_and_other_orgs_are_not_asked(world: World) {
        required(&world).await;
        for key in [&world.member_key, &world.admin_key, &world.foreign_key] {
            assert!(world.works(&key.token).await);
        }
        let shared = world.shared();
        shared.get("/orgs/globex/users").await.expect(200);
        shared.get("/orgs/acme").await.expect(303);
        shared.clone().sending("x-org-id", world.globex.id).get("/user/users/me").await.expect(200);
        shared.sending("x-org-id", world.acme.id).get("/user/users/me").await.expect(403);
        world.outsider().get("/orgs/acme/users").await.expect(404);
    }

    async fn whoever_turns_it_on_gets_in_at_once(world: World) {
        required(&world).await;
        let deputy = world.deputy();
        let page = deputy.get("/profile/two-factor?org=acme").await.expect(200).page();
        assert!(page.text().contains("Acme requires two-factor sign-in"), "{}", page.text());
        let app = Authenticator::with(&page.select("dd code")[0]);
        let enrolment = page.attributes("input[name=enrolment]", "value").concat();
        let fields = [("code", app.code()), ("enrolment", enrolment), ("org", "acme".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = deputy.post("/profile/two-factor", &fields).await.expect(200).page();
        assert!(page.attributes("main a", "href").contains(&"/orgs/acme".to_owned()));
        deputy.get("/orgs/acme/users").await.expect(200);
        deputy.get("/user/users/me").await.expect(200);
    }

    async fn turning_it_off_for_oneself_shuts_one_out(world: World) {
        required(&world).await;
        let codes = enrol(&world, &world.deputy).codes;
        let deputy = world.deputy();
        deputy.get("/orgs/acme/users").await.expect(200);
        assert!(deputy.get("/profile/two-factor/off").await.expect(200).page().text().contains("You cannot open Acme then"));
        deputy.post("/profile/two-factor/off", &[("code", &codes[0])]).await.expect(303);
        deputy.get("/orgs/acme/users").await.expect(303);
    }

    async fn it_is_required_and_not_any_more_in_the_orgs_own_trail(world: World) {
        required(&world).await;
        let admin = world.admin();
        admin.post(PATH, &ON).await.expect(303);
        admin.post(PATH, &[("required", "")]).await.expect(303);
        world.deputy().get("/orgs/acme/users").await.expect(200);
        assert_eq!(world.actions(), ["org.two_factor_changed", "org.two_factor_changed"]);
        let own = format!("SELECT COUNT(*) FROM audit_events WHERE org_id = {}", world.acme.id);
        assert_eq!(world.number(&own), 2);
        world.member().get(PATH).await.expect(404);
    }

    async fn the_name_of_an_org_is_told_to_its_own_people_only(world: World) {
        world.execute("UPDATE orgs SET requires_two_factor = true");
        for slug in ["globex", "nowhere", "%22%3E"] {
            let text = world.admin().get(&format!("/profile/two-factor?org={slug}")).await.expect(200).text;
            assert!(!text.contains("Globex") && !text.contains(" requires two-factor"), "{text}");
        }
    }
}
