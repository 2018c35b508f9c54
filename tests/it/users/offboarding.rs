//! Before somebody is disabled, demoted or removed: what stops with them, and which keys of others they have seen.

use serde_json::json;

use crate::access::State;
use crate::support::both;
use crate::support::client::Reply;
use crate::support::people::{Key, Person, World};
use crate::support::somebody::Somebody;

/// What somebody makes for `owner` by REST, in a session or with a key.
async fn makes(by: &Somebody, owner: &Person, name: &str) -> Key {
    let body = json!({"orgUserId": owner.membership, "name": name});
    let made = by.post_json("/user/apiKey", &body).await.expect(201).json();
    let token = made["apiKey"].as_str().unwrap().to_owned();
    Key { id: made["id"].as_i64().unwrap(), token }
}

async fn asks(by: &Somebody, whom: &Person, verb: &str) -> Reply {
    by.get(&format!("/orgs/acme/users/{}/{verb}", whom.user)).await.expect(200)
}

/// The names of the boxes for keys of others.
fn boxes(reply: &Reply) -> Vec<String> {
    reply.page().attributes("input[type=checkbox]", "name")
}

both! {
    async fn the_question_lists_the_keys_that_stop_and_those_of_others_that_were_shown(world: World) {
        let (deputy, admin) = (world.deputy(), world.admin());
        let own = makes(&deputy, &world.deputy, "deputys-own").await;
        let shown = makes(&deputy, &world.member, "made-by-deputy").await;
        makes(&admin, &world.member, "made-by-adam").await;
        world.works(&own.token).await;
        for verb in ["disable", "demote", "remove"] {
            let page = asks(&admin, &world.deputy, verb).await;
            let text = page.page().text();
            for seen in ["deputys-own", "made-by-deputy", "Mia Moreau", "1 key of others whose secret they were shown"] {
                assert!(text.contains(seen), "{verb}: {seen}: {text}");
            }
            assert!(!text.contains("made-by-adam") && !text.contains("billing-prod"), "{verb}: {text}");
            assert_eq!(boxes(&page), [format!("key-{}", shown.id)], "{verb}");
        }
    }

    async fn a_key_that_a_key_made_was_shown_to_the_owner_of_that_key(world: World) {
        let made = makes(&world.with_key(&world.admin_key), &world.member, "made-by-a-key").await;
        let as_owner = world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.owner.user);
        let other = makes(&as_owner, &world.colleague, "made-by-an-impersonator").await;
        let page = asks(&world.deputy(), &world.admin, "remove").await;
        assert_eq!(boxes(&page), [format!("key-{}", other.id), format!("key-{}", made.id)]);
        assert!(boxes(&asks(&world.admin(), &world.owner, "remove").await).is_empty());
    }

    async fn what_is_ticked_goes_along_in_one_change_and_the_rest_stays(world: World) {
        let deputy = world.deputy();
        let (one, other) = (makes(&deputy, &world.member, "one").await, makes(&deputy, &world.colleague, "other").await);
        let ticked = format!("key-{}", one.id);
        let path = format!("/orgs/acme/users/{}/demote", world.deputy.user);
        let admin = world.admin();
        admin.post(&path, &[(&ticked, "1"), ("operation_id", "once")]).await.expect(303);
        assert_eq!(world.actions()[2..], ["membership.admin_revoked", "key.deleted"]);
        assert!(!world.works(&one.token).await && world.works(&other.token).await);
        assert!(admin.get(&format!("/orgs/acme/users/{}/edit", world.deputy.user)).await.page().text().contains("1 key of somebody else is deleted"));
        let removal = format!("/orgs/acme/users/{}/remove", world.deputy.user);
        admin.post(&removal, &[(&ticked, "1"), (&format!("key-{}", other.id), "1")]).await.expect(303);
        assert_eq!(world.actions()[4..], ["membership.removed", "key.deleted"]);
        assert!(!world.works(&other.token).await);
    }

    async fn a_key_that_they_were_not_shown_makes_the_whole_change_a_404(world: World) {
        let shown = makes(&world.deputy(), &world.member, "one").await;
        let before = State::of(&world);
        let own = format!("key-{}", shown.id);
        for wrong in [world.member_key.id.to_string(), world.foreign_key.id.to_string(), world.member.user.to_string(), "x".into(), "987".into()] {
            let wrong = format!("key-{wrong}");
            for verb in ["disable", "demote", "remove"] {
                let path = format!("/orgs/acme/users/{}/{verb}", world.deputy.user);
                world.admin().post(&path, &[(&own, "1"), (&wrong, "1")]).await.expect(404);
            }
        }
        assert_eq!(State::of(&world), before);
    }

    async fn more_than_twenty_are_deleted_only_when_their_number_is_typed(world: World) {
        let deputy = world.deputy();
        let mut ticked = Vec::new();
        for n in 0..21 {
            ticked.push(format!("key-{}", makes(&deputy, &world.member, &format!("key {n}")).await.id));
        }
        let mut fields: Vec<(&str, &str)> = ticked.iter().map(|name| (name.as_str(), "1")).collect();
        let (admin, path) = (world.admin(), format!("/orgs/acme/users/{}/disable", world.deputy.user));
        let before = State::of(&world);
        for typed in ["", "20"] {
            fields.push(("number", typed));
            let again = admin.post(&path, &fields).await.expect(422);
            let kept = again.page().attributes("input[type=checkbox][checked]", "name");
            assert_eq!((kept.len(), State::of(&world)), (21, before.clone()), "{typed:?}");
            fields.pop();
        }
        fields.push(("number", "21"));
        admin.post(&path, &fields).await.expect(303);
        assert_eq!(world.actions().iter().filter(|action| *action == "key.deleted").count(), 21);
    }

    async fn all_that_were_shown_can_be_looked_through(world: World) {
        world.more_keys(&world.member, 61);
        world.execute(&format!("UPDATE keys SET shown_to = {} WHERE name LIKE 'key %'", world.deputy.user));
        let page = asks(&world.admin(), &world.deputy, "remove").await;
        assert_eq!((boxes(&page).len(), page.page().text().contains("61 keys of others")), (50, true));
        let path = format!("/orgs/acme/users/{}/shown-keys", world.deputy.user);
        assert!(page.page().attributes("a", "href").contains(&path));
        let first = world.admin().get(&path).await.expect(200).page();
        let next = first.attributes("a[rel=next]", "href").concat();
        let second = world.admin().get(&next).await.expect(200).page();
        let rows = |page: &crate::support::page::Page| page.select("tbody tr").len();
        assert_eq!((rows(&first), rows(&second)), (50, 11));
    }

    async fn who_acts_on_themselves_is_told_so(world: World) {
        let admin = world.admin();
        for verb in ["disable", "demote", "remove"] {
            let text = asks(&admin, &world.admin, verb).await.page().text();
            assert!(text.contains("This is you."), "{verb}: {text}");
            assert!(!asks(&admin, &world.deputy, verb).await.page().text().contains("This is you."), "{verb}");
        }
        let done = admin.post(&format!("/orgs/acme/users/{}/demote", world.admin.user), &[]).await.expect(303);
        assert_eq!(done.header("location"), "/profile");
        admin.get("/orgs/acme/users").await.expect(404);
    }
}
