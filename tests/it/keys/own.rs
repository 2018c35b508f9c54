//! Owners and their own keys: they see them all on their profile, and delete them there or over REST.

use serde_json::json;

use crate::access::State;
use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::World;
use crate::support::somebody::Somebody;

fn delete_page(id: i64) -> String {
    format!("/profile/keys/{id}/delete")
}

fn rest(id: i64) -> String {
    format!("/user/apiKey/{id}")
}

/// The key IDs that a list of the person's own keys links to for deletion.
fn listed(page: &Reply) -> Vec<i64> {
    let links = page.page().attributes("a.row-delete", "href");
    links.iter().map(|link| link.split('/').nth(3).unwrap().parse().unwrap()).collect()
}

/// The answer without what differs from request to request.
fn bytes(reply: &Reply) -> String {
    reply.text.replace(reply.header("x-request-id"), "")
}

both! {
    async fn a_member_deletes_their_own_key_on_their_profile(world: World) {
        let (member, key) = (world.member(), &world.member_key);
        let profile = member.get("/profile").await.expect(200);
        assert_eq!(listed(&profile), [key.id]);
        let from = format!("{}/profile", world.app.url());
        let asked = member.ask("GET", &delete_page(key.id)).header("referer", &from).send().await.expect(200).page();
        for fact in ["Delete key “billing-prod”?", "You can’t undo this", "Org Acme", &key.token[3..23]] {
            assert!(asked.text().contains(fact), "{fact}: {}", asked.text());
        }
        assert!(world.works(&key.token).await, "asking deletes nothing");
        let fields = [("operation_id", "o1"), ("next", "/profile")];
        assert_eq!(member.post(&delete_page(key.id), &fields).await.expect(303).header("location"), "/profile");
        let profile = member.get("/profile").await.expect(200);
        assert!(profile.page().text().contains("Key “billing-prod” deleted. It stopped working at "), "{}", profile.text);
        assert!(listed(&profile).is_empty() && !world.works(&key.token).await);
        let trail = world.admin().get("/orgs/acme/audit").await.expect(200).page().select("tbody tr").concat();
        let by = format!("Mia Moreau user {} Deleted the key billing-prod key {} 127.0.0.1 page", world.member.user, key.id);
        assert!(trail.contains(&by), "{trail}");
    }

    async fn a_form_that_deletes_an_own_key_acts_once_and_a_deleted_key_is_said_to_be_deleted(world: World) {
        let (member, path) = (world.member(), delete_page(world.member_key.id));
        for _ in 0..2 {
            member.post(&path, &[("operation_id", "twice")]).await.expect(303);
            let page = member.get("/profile/keys").await.expect(200).page();
            assert!(page.text().contains("Key “billing-prod” deleted."), "{}", page.text());
        }
        assert_eq!(world.actions(), ["key.deleted"]);
        for _ in 0..2 {
            assert_eq!(member.get(&path).await.expect(303).header("location"), "/profile/keys");
            let page = member.get("/profile/keys").await.expect(200).page();
            assert!(page.text().contains("Key “billing-prod” was already deleted."), "{}", page.text());
            member.post(&path, &[("operation_id", "again")]).await.expect(303);
        }
        assert_eq!(world.actions(), ["key.deleted"]);
    }

    async fn the_profile_leads_to_all_keys_of_their_owner_page_by_page(world: World) {
        let body = json!({"orgUserId": world.shared_in_globex, "name": "theirs"});
        world.more_keys(&world.shared, 120);
        world.outsider().post_json("/user/apiKey", &body).await.expect(201);
        world.more_keys(&world.shared, 120);
        let shared = world.shared();
        let profile = shared.get("/profile").await.expect(200).page();
        assert!(profile.text().contains("All 241 keys") && profile.attributes("a[href='/profile/keys']", "href").len() == 1);
        let (mut seen, mut pages, mut path) = (Vec::new(), 0, Some("/profile/keys".to_owned()));
        while let Some(next) = path {
            let page = shared.get(&next).await.expect(200);
            seen.extend(listed(&page));
            pages += 1;
            path = page.page().attributes(".pager a[rel=next]", "href").pop();
        }
        assert!(pages == 5 && seen.len() == 241 && seen.is_sorted_by(|a, b| a > b), "{pages} pages, {} keys", seen.len());
        let middle = shared.get(&format!("/profile/keys?after={}", seen[99])).await.expect(200);
        assert_eq!(listed(&middle), seen[100..150]);
        let text = middle.page().text();
        assert!(text.contains("theirs") && text.contains("Globex") && text.contains("Acme"), "{text}");
        let before = middle.page().attributes(".pager a[rel=prev]", "href").remove(0);
        assert_eq!(listed(&shared.get(&before).await.expect(200)), seen[50..100]);
    }

    async fn an_owner_deletes_a_key_over_rest_with_a_session_the_key_itself_or_another_key(world: World) {
        world.member().delete(&rest(world.member_key.id)).await.expect(204);
        assert!(!world.works(&world.member_key.token).await);
        let (one, two) = (world.key_of(&world.member, "one"), world.key_of(&world.member, "two"));
        let program = world.with_key(&one);
        program.delete(&rest(two.id)).await.expect(204);
        program.delete(&rest(two.id)).await.expect(404);
        assert!(!world.works(&two.token).await && world.works(&one.token).await);
        program.delete(&rest(one.id)).await.expect(204);
        for again in [program.delete(&rest(one.id)).await, program.get("/user/users/me").await] {
            again.expect(401);
        }
        assert_eq!(world.actions(), ["key.deleted"; 3]);
    }

    async fn any_other_id_is_not_found_for_an_owner_and_creating_stays_forbidden(world: World) {
        let program = world.with_key(&world.key_of(&world.colleague, "asks"));
        let before = State::of(&world);
        let unknown = [program.delete(&rest(987)).await.expect(404), world.member().delete(&rest(987)).await.expect(404)];
        for id in [world.admin_key.id, world.impersonating_key.id, world.foreign_key.id, world.admin.user, world.acme.id] {
            for (by, unknown) in [&program, &world.member()].into_iter().zip(&unknown) {
                assert_eq!(bytes(&by.delete(&rest(id)).await.expect(404)), bytes(unknown), "{id}");
            }
            for answer in [world.member().get(&delete_page(id)).await, world.member().post(&delete_page(id), &[]).await] {
                assert!(answer.expect(404).text.contains("Page not found"), "{id}");
            }
        }
        let body = json!({"orgUserId": world.member.membership, "name": "ci"});
        for by in [program, world.member()] {
            by.post_json("/user/apiKey", &body).await.expect(403);
        }
        assert_eq!(State::of(&world), before);
    }

    async fn disabled_and_removed_users_delete_no_key_of_theirs(world: World) {
        let (id, key) = (world.member_key.id, world.with_key(&world.member_key));
        for (gone, back) in [("removed_at = 1", "removed_at = NULL"), ("enabled = false", "enabled = true"), ("accepted_at = NULL", "accepted_at = 1")] {
            world.execute(&format!("UPDATE memberships SET {gone} WHERE id = {}", world.member.membership));
            let before = State::of(&world);
            assert!(listed(&world.member().get("/profile/keys").await.expect(200)).is_empty(), "{gone}");
            assert!(listed(&world.member().get("/profile").await.expect(200)).is_empty(), "{gone}");
            world.member().get(&delete_page(id)).await.expect(404);
            world.member().post(&delete_page(id), &[("operation_id", "o1")]).await.expect(404);
            world.member().delete(&rest(id)).await.expect(404);
            key.delete(&rest(id)).await.expect(401);
            assert_eq!(State::of(&world), before, "{gone}");
            world.execute(&format!("UPDATE memberships SET {back} WHERE id = {}", world.member.membership));
        }
        key.delete(&rest(id)).await.expect(204);
    }

    async fn a_user_who_comes_back_after_a_removal_has_none_of_the_keys_of_before(world: World) {
        let (id, key) = (world.member_key.id, world.with_key(&world.member_key));
        world.admin().post(&format!("/orgs/acme/users/{}/remove", world.member.user), &[]).await.expect(303);
        let fields = [("first", "Mia"), ("last", "Moreau"), ("email", world.member.email), ("role", "user")];
        world.admin().post("/orgs/acme/users", &fields).await.expect(200);
        world.execute("UPDATE memberships SET accepted_at = 1 WHERE removed_at IS NULL");
        let mia = world.sign_in(&world.member).await;
        for rows_are_deleted in [false, true] {
            for page in [mia.get("/profile").await, mia.get("/profile/keys").await] {
                assert!(listed(&page.expect(200)).is_empty(), "{rows_are_deleted}");
            }
            mia.get(&delete_page(id)).await.expect(404);
            mia.post(&delete_page(id), &[]).await.expect(404);
            mia.delete(&rest(id)).await.expect(404);
            key.delete(&rest(id)).await.expect(401);
            world.delete_keys_of_removed_users().await;
        }
    }

    async fn who_impersonates_deletes_keys_with_the_rights_of_the_user_they_act_as(world: World) {
        let as_member = world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.member.user);
        for id in [world.colleague_key.id, world.impersonating_key.id] {
            as_member.delete(&rest(id)).await.expect(404);
        }
        as_member.delete(&rest(world.member_key.id)).await.expect(204);
        let acting: Somebody = world.signed_in(&world.assuming).on_a_page_as(Some(world.deputy.user));
        let own = world.key_of(&world.deputy, "dora");
        for path in ["/profile/keys".to_owned(), delete_page(own.id), delete_page(world.admin_key.id)] {
            assert!(acting.get(&path).await.expect(403).text.contains("You are impersonating"), "{path}");
        }
        for id in [own.id, world.admin_key.id] {
            acting.post(&delete_page(id), &[]).await.expect(403);
        }
        assert!(world.works(&own.token).await && world.works(&world.admin_key.token).await);
    }
}
