//! The audit trail as admins read it: who did what to what, filters, pages, one entry.

use keyhouse::clock::DAY;

use crate::support::both;
use crate::support::database::Backend;
use crate::support::page::Page;
use crate::support::people::World;
use crate::support::somebody::Somebody;

/// Ada deletes a key on a page, a key impersonating the owner deletes another over REST, and globex deletes one of its own.
async fn some_changes(world: &World) {
    world
        .admin()
        .post(&format!("/orgs/acme/keys/{}/delete", world.member_key.id), &[("operation_id", "o7")])
        .await
        .expect(303);
    let as_owner = world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.owner.user);
    as_owner.delete(&format!("/user/apiKey/{}", world.colleague_key.id)).await.expect(204);
    world.outsider().delete(&format!("/user/apiKey/{}", world.foreign_key.id)).await.expect(204);
}

async fn rows(somebody: &Somebody, path: &str) -> Vec<String> {
    somebody.get(path).await.expect(200).page().select("tbody tr")
}

/// The id of the event that an entry's page is about.
fn event(world: &World, org: i64) -> i64 {
    world.number(&format!("SELECT MAX(id) FROM audit_events WHERE org_id = {org}"))
}

fn link(page: &Page, rel: &str) -> Option<String> {
    page.attributes(&format!(".pager a[rel={rel}]"), "href").pop()
}

both! {
    async fn the_list_says_who_did_what_to_what_from_where(world: World) {
        some_changes(&world).await;
        let rows = rows(&world.admin(), "/orgs/acme/audit").await;
        let ids = [world.impersonating_key.id, world.owner.user, world.colleague_key.id, world.admin.user, world.member_key.id];
        let [key, owner, laptop, admin, billing] = ids;
        assert_eq!(rows.len(), 2, "{rows:?}");
        let by = format!("support-desk key {key} impersonating Olga Owens user {owner} Deleted the key laptop key {laptop} 127.0.0.1 api");
        assert!(rows[0].ends_with(&by), "{}", rows[0]);
        let by = format!("Adam Adler user {admin} Deleted the key billing-prod key {billing} 127.0.0.1 page");
        assert!(rows[1].ends_with(&by), "{}", rows[1]);
    }

    async fn impersonations_and_visits_read_as_sentences(world: World) {
        let (admin, owner) = (world.admin(), world.owner());
        admin.post(&format!("/orgs/acme/users/{}/impersonate", world.member.user), &[]).await.expect(303);
        admin.on_a_page_as(Some(world.member.user)).post("/impersonation/stop", &[]).await.expect(303);
        let told = rows(&owner, "/orgs/acme/audit").await.concat();
        for words in ["Started impersonating Mia Moreau", "Stopped impersonating Mia Moreau"] {
            assert!(told.contains(words), "{words}: {told}");
        }
        for act in ["enter", "leave"] {
            owner.post(&format!("/orgs/globex/{act}"), &[]).await.expect(303);
        }
        let told = rows(&world.outsider(), "/orgs/globex/audit").await.concat();
        for words in ["Entered org (super admin): Globex", "Left org (super admin): Globex"] {
            assert!(told.contains(words), "{words}: {told}");
        }
    }

    async fn who_was_impersonated_is_found_like_who_impersonated(world: World) {
        some_changes(&world).await;
        for id in [world.owner.user, world.impersonating_key.id] {
            let found = rows(&world.admin(), &format!("/orgs/acme/audit?who={id}")).await;
            assert!(found.len() == 1 && found[0].contains("impersonating Olga Owens"), "{id}: {found:?}");
        }
        let found = rows(&world.admin(), &format!("/orgs/acme/audit?who={}", world.admin.user)).await;
        assert!(found.len() == 1 && found[0].contains("billing-prod"), "{found:?}");
    }

    async fn a_user_is_followed_as_user_and_as_member(world: World) {
        let (admin, user) = (world.admin(), format!("/orgs/acme/users/{}", world.member.user));
        admin.post(&format!("{user}/disable"), &[]).await.expect(303);
        admin.post(&format!("{user}/enable"), &[]).await.expect(303);
        admin.post(&format!("{user}/link"), &[]).await.expect(200);
        admin.post(&format!("/orgs/acme/users/{}/disable", world.colleague.user), &[]).await.expect(303);
        let found = rows(&admin, &format!("/orgs/acme/audit?target={}", world.member.user)).await;
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("Made a link") && found[1].contains("Enabled") && found[2].contains("Disabled"), "{found:?}");
        let edit = admin.get(&format!("{user}/edit")).await.expect(200).page();
        assert_eq!(edit.select("table:has(caption) time").len(), 3 + 1, "{}", edit.text());
        assert!(edit.attributes("a", "href").contains(&format!("/orgs/acme/audit?target={}", world.member.user)));
    }

    async fn actions_and_days_narrow_the_list_together(world: World) {
        some_changes(&world).await;
        let (admin, today) = (world.admin(), &keyhouse::clock::now().rfc3339()[..10]);
        for (query, count) in [
            ("what=key.deleted".to_owned(), 2),
            ("what=key.created".to_owned(), 0),
            (format!("from={today}"), 2),
            (format!("to={today}"), 2),
            ("to=2026-01-01".to_owned(), 0),
            ("from=2199-01-01".to_owned(), 0),
            (format!("what=key.deleted&from={today}&to={today}&who={}", world.admin.user), 1),
            (format!("what=key.deleted&target={}", world.colleague_key.id), 1),
        ] {
            let page = admin.get(&format!("/orgs/acme/audit?{query}")).await.expect(200).page();
            assert_eq!(page.select("tbody tr").len(), count, "{query}");
            assert_eq!(page.text().contains("No entry fits"), count == 0, "{query}");
        }
    }

    async fn a_day_begins_and_ends_to_the_microsecond(world: World) {
        let noon = 1_780_000_000_000_000_i64.div_euclid(DAY) * DAY + DAY / 2;
        let hash = if world.app.database.backend == Backend::Sqlite { "x'00'" } else { "'\\x00'" };
        let at = [-DAY / 2 - 1, -DAY / 2, DAY / 2 - 1, DAY / 2].map(|from_noon| noon + from_noon);
        let values: Vec<String> = (1..).zip(at).map(|(seq, at)| format!(
            "({}, {}, {seq}, {at}, 'host', 'h', 'key.created', 'key', 'key of {seq}', '', '', 'cli', 1, {hash})", 900_000 + seq, world.acme.id
        )).collect();
        world.execute(&format!(
            "INSERT INTO audit_events (id, org_id, seq, at, actor_kind, actor_name, action, target_kind, target_name, address, request_id, via, format, hash)
             VALUES {}; INSERT INTO audit_heads (org_id, seq, hash) VALUES ({}, 4, {hash})", values.join(", "), world.acme.id
        ));
        let day = &keyhouse::clock::Time::from_micros(noon).rfc3339()[..10];
        let found = rows(&world.admin(), &format!("/orgs/acme/audit?from={day}&to={day}")).await;
        assert!(found.len() == 2 && found[0].contains("key of 3") && found[1].contains("key of 2"), "{found:?}");
    }

    async fn what_is_typed_wrong_comes_back_with_what_to_do(world: World) {
        some_changes(&world).await;
        let page = world.admin().get("/orgs/acme/audit?who=adam&target=7&from=23.11.2026").await.expect(422).page();
        assert_eq!(page.attributes("#who, #target, #from", "value"), ["adam", "7", "23.11.2026"]);
        assert!(page.text().contains("There are 2 problems") && page.select("tbody tr").is_empty(), "{}", page.text());
        for trail in ["/orgs/acme/audit", "/audit"] {
            let page = world.owner().get(&format!("{trail}?from=2026-11-24&to=2026-11-23")).await.expect(422).page();
            assert_eq!(page.attributes("[aria-invalid=true]", "id"), ["to"], "{trail}: {}", page.text());
            world.owner().get(&format!("{trail}?from=2026-11-24&to=2026-11-24")).await.expect(200);
        }
        let short = world.admin().get("/orgs/acme/audit?who=&what=key.deleted&from=").await.expect(303);
        assert_eq!(short.header("location"), "/orgs/acme/audit?what=key.deleted");
        world.admin().get("/orgs/acme/audit?after=x").await.expect(400);
    }

    async fn pages_lead_through_all_entries_and_back(world: World) {
        world.more_keys(&world.member, 120);
        let admin = world.admin();
        admin.post(&format!("/orgs/acme/users/{}/remove", world.member.user), &[]).await.expect(303);
        world.delete_keys_of_removed_users().await;
        let (mut at, mut seen, mut ends) = (Some("/orgs/acme/audit".to_owned()), Vec::new(), Vec::new());
        while let Some(path) = at {
            let page = admin.get(&path).await.expect(200).page();
            seen.extend(page.attributes("tbody th a", "href"));
            ends.push(page.clone());
            at = link(&page, "next");
        }
        let sorted: std::collections::BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), sorted.len(), ends.len()), (122, 122, 3));
        assert!(link(&ends[0], "prev").is_none());
        let back = admin.get(&link(&ends[2], "prev").unwrap()).await.expect(200).page();
        assert_eq!(back.attributes("tbody th a", "href"), ends[1].attributes("tbody th a", "href"));
        assert!(ends[0].text().contains("1 to 50 of 122 entries"), "{}", ends[0].text());
    }

    async fn an_entry_has_a_page_with_everything_that_is_recorded(world: World) {
        some_changes(&world).await;
        let first = world.number(&format!("SELECT MIN(id) FROM audit_events WHERE org_id = {}", world.acme.id));
        let page = world.admin().get(&format!("/orgs/acme/audit/{first}")).await.expect(200).page();
        let text = page.text();
        for fact in ["Deleted the key billing-prod", "Adam Adler", "127.0.0.1", "by page", "o7", "key.deleted", "Access key", "Can impersonate No"] {
            assert!(text.contains(fact), "{fact}: {text}");
        }
        let hrefs = page.attributes("main a", "href");
        assert!(hrefs.contains(&format!("/orgs/acme/users/{}/edit", world.admin.user)), "{hrefs:?}");
        assert!(!hrefs.contains(&format!("/orgs/acme/keys/{}", world.member_key.id)), "it is deleted: {hrefs:?}");
        assert!(link(&page, "prev").is_some() && link(&page, "next").is_none());
    }

    async fn an_entry_of_another_chain_is_as_unknown_as_none(world: World) {
        some_changes(&world).await;
        let bare = |reply: crate::support::client::Reply| reply.text.replace(reply.header("x-request-id"), "");
        let (admin, foreign) = (world.admin(), event(&world, world.globex.id));
        let unknown = bare(admin.get("/orgs/acme/audit/987").await.expect(404));
        assert_eq!(bare(admin.get(&format!("/orgs/acme/audit/{foreign}")).await.expect(404)), unknown);
        assert_eq!(bare(admin.get(&format!("/audit/{foreign}")).await.expect(404)), unknown);
        assert_eq!(bare(world.owner().get(&format!("/audit/{foreign}")).await.expect(404)), unknown);
        world.outsider().get(&format!("/orgs/globex/audit/{foreign}")).await.expect(200);
        world.member().get(&format!("/orgs/acme/audit/{}", event(&world, world.acme.id))).await.expect(404);
    }

    async fn markup_in_a_name_stays_text(world: World) {
        let admin = world.admin();
        let name = "<script>alert(1)</script>\"'>";
        admin.post(&format!("/orgs/acme/users/{}/keys", world.member.user), &[("name", name), ("operation_id", "o1")]).await.expect(200);
        let list = admin.get("/orgs/acme/audit").await.expect(200).page();
        let entry = admin.get(&format!("/orgs/acme/audit/{}", event(&world, world.acme.id))).await.expect(200).page();
        for page in [list, entry] {
            assert!(page.text().contains(name), "{}", page.text());
            assert!(page.select("script").is_empty());
        }
    }
}
