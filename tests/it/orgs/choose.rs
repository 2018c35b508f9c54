//! Which org a request is about: the path says it for pages, the key or `x-org-id` for programs.

use crate::support::both;
use crate::support::people::World;

both! {
    async fn with_one_org_one_is_there_and_with_two_one_chooses(world: World) {
        assert_eq!(world.admin().get("/").await.expect(303).header("location"), "/orgs/acme");
        let shared = world.shared();
        assert_eq!(shared.get("/").await.expect(303).header("location"), "/orgs");
        let links = shared.get("/orgs").await.expect(200).page().attributes("main a", "href");
        assert!(links.contains(&"/orgs/acme".to_owned()) && links.contains(&"/orgs/globex".to_owned()), "{links:?}");
    }

    async fn a_cookie_call_of_a_person_of_two_orgs_says_which(world: World) {
        let shared = world.shared();
        let told = shared.get("/user/users/me").await.expect(400).json()["detail"].as_str().unwrap().to_owned();
        let expected = format!("{} (Acme), {} (Globex)", world.acme.id, world.globex.id);
        assert!(told.contains("x-org-id") && told.ends_with(&expected), "{told}");
        for (id, slug) in [(world.acme.id, "acme"), (world.globex.id, "globex")] {
            let me = shared.clone().sending("x-org-id", id).get("/user/users/me").await.expect(200).json();
            assert_eq!((me["currentOrg"]["slug"].as_str(), me["admin"].as_bool()), (Some(slug), Some(slug == "globex")));
        }
    }

    async fn an_org_that_one_does_not_belong_to_is_like_none(world: World) {
        let admin = world.admin();
        let foreign = admin.clone().sending("x-org-id", world.globex.id).get("/user/users/me").await.expect(404);
        let unknown = admin.clone().sending("x-org-id", 987).get("/user/users/me").await.expect(404);
        let bare = |reply: &crate::support::client::Reply| reply.text.replace(reply.header("x-request-id"), "");
        assert_eq!(bare(&foreign), bare(&unknown));
        for wrong in ["abc", "-1", "", "0", "1e3"] {
            admin.clone().sending("x-org-id", wrong).get("/user/users/me").await.expect(400);
        }
    }

    async fn a_key_asked_to_act_in_another_org_than_its_own_does_nothing(world: World) {
        let (key, as_member) = (world.with_key(&world.admin_key), world.with_key(&world.impersonating_key));
        let as_member = as_member.sending("impersonate-user-id", world.member.user);
        for somebody in [key.clone(), as_member] {
            for org in [world.globex.id, 987] {
                somebody.clone().sending("x-org-id", org).get("/user/users/me").await.expect(404);
            }
            let me = somebody.clone().sending("x-org-id", world.acme.id).get("/user/users/me").await.expect(200).json();
            assert_eq!(me["currentOrg"]["slug"], "acme");
            somebody.get("/user/users/me").await.expect(200);
        }
        let elsewhere = key.sending("x-org-id", world.globex.id);
        for id in [world.member_key.id, world.foreign_key.id] {
            elsewhere.delete(&format!("/user/apiKey/{id}")).await.expect(404);
        }
        assert!(world.works(&world.member_key.token).await && world.works(&world.foreign_key.token).await);
    }

    async fn a_super_admin_without_a_membership_does_not_get_in(world: World) {
        let owner = world.owner();
        for path in ["/orgs/globex", "/orgs/globex/users", "/orgs/globex/keys"] {
            owner.get(path).await.expect(404);
        }
        owner.get("/orgs").await.expect(200);
        owner.delete(&format!("/user/apiKey/{}", world.foreign_key.id)).await.expect(404);
        assert!(world.works(&world.foreign_key.token).await);
    }

    async fn a_disabled_org_is_closed_and_its_people_can_still_sign_in(world: World) {
        world.execute(&format!("UPDATE orgs SET enabled = false WHERE id = {}", world.acme.id));
        for somebody in [world.admin(), world.owner(), world.member(), world.shared()] {
            somebody.get("/orgs/acme").await.expect(404);
        }
        assert_eq!(world.shared().get("/").await.expect(303).header("location"), "/orgs/globex");
        world.sign_in(&world.admin).await.get("/orgs").await.expect(200);
    }
}
