//! Deleting keys: at once, for good, and nothing else.

use crate::access::State;
use crate::support::both;
use crate::support::people::World;

/// It is Keyhouse that refuses a key: a service that asks nobody knows nothing of it.
const REFUSED: &str = ", whichever service asks.";

both! {
    async fn a_delete_is_effective_with_the_next_request_of_another_connection(world: World) {
        let other = world.with_key(&world.member_key);
        other.get("/user/users/me").await.expect(200);
        let gone = world.admin().delete(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(204);
        assert_eq!(gone.text, "");
        other.get("/user/users/me").await.expect(401);
        assert!(!world.works(&world.member_key.token).await && world.works(&world.colleague_key.token).await);
    }

    async fn a_delete_on_the_page_leads_back_and_says_what_happened(world: World) {
        let admin = world.admin();
        let edit = format!("/orgs/acme/users/{}/edit", world.member.user);
        let path = format!("/orgs/acme/keys/{}/delete", world.member_key.id);
        let asked = admin.ask("GET", &path).header("referer", &format!("{}{edit}", world.app.url())).send().await.expect(200);
        assert_eq!(asked.page().attributes("input[name=next]", "value"), std::slice::from_ref(&edit));
        assert!(world.works(&world.member_key.token).await, "asking deletes nothing");
        let done = admin.post(&path, &[("next", &edit), ("operation_id", "o1")]).await.expect(303);
        assert_eq!(done.header("location"), edit);
        let page = admin.get(&edit).await.expect(200).page();
        let told = page.text().contains("Key “billing-prod” is deleted. Since ") && page.text().contains(REFUSED);
        assert!(told, "{}", page.text());
        assert!(!world.works(&world.member_key.token).await);
    }

    async fn a_deleted_key_is_404_over_rest_and_already_deleted_on_the_pages(world: World) {
        let (admin, id) = (world.admin(), world.deleted_key.id);
        let before = State::of(&world);
        let rest = format!("/user/apiKey/{id}");
        admin.delete(&rest).await.expect(404);
        admin.get(&rest).await.expect(404);
        let page = format!("/orgs/acme/keys/{id}/delete");
        let told = admin.get(&page).await.expect(200).page();
        let said = told.text().contains("“old-crm” is already deleted") && told.text().contains(REFUSED);
        assert!(said, "{}", told.text());
        admin.post(&page, &[]).await.expect(303);
        let list = admin.get("/orgs/acme/keys").await.expect(200).page();
        assert!(list.text().contains("“old-crm” is already deleted"), "{}", list.text());
        admin.get(&format!("/orgs/acme/keys/{id}")).await.expect(404);
        assert_eq!(State::of(&world), before);
    }

    async fn ids_of_other_kinds_delete_nothing_and_are_named(world: World) {
        let (admin, before) = (world.admin(), State::of(&world));
        let (user, membership, key) = (world.member.user, world.member.membership, world.member_key.id);
        let detail = |reply: crate::support::client::Reply| reply.expect(404).json()["detail"].as_str().unwrap().to_owned();
        let told = detail(admin.delete(&format!("/user/apiKey/{user}")).await);
        assert_eq!(told, format!("{user} is a user, not an API key; that user's keys: {key}"));
        let told = detail(admin.delete(&format!("/user/apiKey/{membership}")).await);
        assert_eq!(told, format!("{membership} is the org membership of user {user}, not an API key; that user's keys: {key}"));
        let told = detail(admin.get(&format!("/user/apiKey/{membership}")).await);
        assert!(told.contains(&format!("is the org membership of user {user}")), "{told}");
        let told = detail(admin.delete(&format!("/user/apiKey/{}", world.acme.id)).await);
        assert_eq!(told, "Nothing is here, or nothing that you may see");
        assert_eq!(State::of(&world), before);
    }

    async fn the_hint_is_only_for_who_may_list_those_keys(world: World) {
        let member = world.member();
        let plain = "Nothing is here, or nothing that you may see";
        for id in [world.colleague.user, world.colleague.membership, world.colleague_key.id] {
            let told = member.delete(&format!("/user/apiKey/{id}")).await.expect(404).json();
            assert_eq!(told["detail"], plain, "{id}");
        }
        let own = member.delete(&format!("/user/apiKey/{}", world.member.user)).await.expect(404).json();
        assert!(own["detail"].as_str().unwrap().contains("is a user, not an API key"), "{own}");
    }

    async fn a_form_sent_twice_deletes_once(world: World) {
        let path = format!("/orgs/acme/keys/{}/delete", world.member_key.id);
        for _ in 0..2 {
            world.admin().post(&path, &[("operation_id", "twice")]).await.expect(303);
        }
        assert_eq!(world.actions(), ["key.deleted"]);
    }

    async fn a_call_repeated_with_its_idempotency_key_is_told_that_it_was_done_before(world: World) {
        let path = format!("/user/apiKey/{}", world.member_key.id);
        let once = world.admin().sending("idempotency-key", "4711");
        once.delete(&path).await.expect(204);
        once.delete(&path).await.expect(409);
        world.admin().delete(&path).await.expect(404);
        world.admin().sending("idempotency-key", "4712").delete(&path).await.expect(404);
        assert_eq!(world.actions(), ["key.deleted"]);
    }

    async fn of_many_at_once_one_deletes(world: World) {
        let path = format!("/user/apiKey/{}", world.member_key.id);
        let asks: Vec<_> = (0..8)
            .map(|_| {
                let (admin, path) = (world.admin(), path.clone());
                tokio::spawn(async move { admin.delete(&path).await.status })
            })
            .collect();
        let mut answers = Vec::new();
        for ask in asks {
            answers.push(ask.await.unwrap());
        }
        answers.sort();
        assert_eq!(answers, [204, 404, 404, 404, 404, 404, 404, 404]);
        assert_eq!(world.actions(), ["key.deleted"]);
    }

    async fn a_key_of_an_admin_may_delete_itself(world: World) {
        let key = world.with_key(&world.admin_key);
        key.delete(&format!("/user/apiKey/{}", world.admin_key.id)).await.expect(204);
        key.delete(&format!("/user/apiKey/{}", world.member_key.id)).await.expect(401);
    }

    async fn where_to_go_next_is_never_another_site(world: World) {
        let admin = world.admin();
        for next in ["//evil.example", "https://evil.example/", "/orgs/globex/keys", "/\\evil.example", "/orgs/acme/\r\nx: y"] {
            let path = format!("/orgs/acme/keys/{}/delete", world.deleted_key.id);
            let done = admin.post(&path, &[("next", next)]).await.expect(303);
            assert_eq!(done.header("location"), "/orgs/acme/keys", "{next}");
        }
    }
}
