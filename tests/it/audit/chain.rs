//! The chains, computed anew from what is stored: gapless, each event sealed upon the one before it, each head at its tip.

use crate::support::database::Backend;
use crate::support::people::World;
use crate::support::{both, chain};

/// What is wrong with the chain of an org; 0 is the installation.
fn broken(world: &World, org: i64) -> Vec<String> {
    let seal = world.app.running.secrets.key("audit chain");
    chain::broken(&world.app.database, &seal, org)
}

/// A few changes of different kinds, by different people, in both orgs and outside of any.
async fn some_changes(world: &World) {
    let (admin, member) = (world.admin(), format!("/orgs/acme/users/{}", world.member.user));
    admin.post(&format!("{member}/keys"), &[("name", "ci"), ("operation_id", "o1")]).await.expect(200);
    admin.post(&format!("{member}/disable"), &[]).await.expect(303);
    admin.post(&format!("{member}/remove"), &[]).await.expect(303);
    world.delete_keys_of_removed_users().await;
    let as_owner = world.with_key(&world.impersonating_key).sending("impersonate-user-id", world.owner.user);
    as_owner.delete(&format!("/user/apiKey/{}", world.colleague_key.id)).await.expect(204);
    world.outsider().delete(&format!("/user/apiKey/{}", world.foreign_key.id)).await.expect(204);
    world.sign_in(&world.deputy).await.post("/profile", &[("first", "Dörte"), ("last", "")]).await.expect(303);
}

both! {
    async fn every_chain_is_whole_and_its_head_is_the_last_hash(world: World) {
        some_changes(&world).await;
        for (org, least) in [(world.acme.id, 6), (world.globex.id, 1), (0, 2)] {
            assert_eq!(broken(&world, org), Vec::<String>::new());
            let events = world.number(&format!("SELECT COUNT(*) FROM audit_events WHERE org_id = {org}"));
            assert!(events >= least, "{events} events in the chain of {org}");
        }
    }

    async fn changes_at_the_same_instant_make_one_chain(world: World) {
        world.more_keys(&world.member, 16);
        let listed = world.admin().get(&format!("/user/apiKey/{}", world.member.user)).await.json();
        let asks: Vec<_> = listed["data"].as_array().unwrap().iter().map(|key| {
            let (admin, path) = (world.admin(), format!("/user/apiKey/{}", key["id"]));
            tokio::spawn(async move { admin.delete(&path).await.status })
        }).collect();
        for ask in asks {
            assert_eq!(ask.await.unwrap(), 204);
        }
        assert_eq!(broken(&world, world.acme.id), Vec::<String>::new());
        assert_eq!(world.actions().len(), 17);
    }

    async fn a_removal_with_many_keys_makes_one_gapless_chain_and_leaves_no_key(world: World) {
        world.more_keys(&world.member, 300);
        world.admin().post(&format!("/orgs/acme/users/{}/remove", world.member.user), &[]).await.expect(303);
        world.delete_keys_of_removed_users().await;
        assert_eq!(broken(&world, world.acme.id), Vec::<String>::new());
        let actions = world.actions();
        assert_eq!((actions.len(), actions[0].as_str()), (302, "membership.removed"));
        assert!(actions[1..].iter().all(|action| action == "key.deleted"));
        let of = format!("SELECT id FROM keys WHERE membership_id = {}", world.member.membership);
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM keys WHERE id IN ({of}) AND deleted_at IS NULL")), 0);
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM search_terms WHERE id IN ({of})")), 0);
        let counted = format!("SELECT keys FROM org_counts WHERE org_id = {}", world.acme.id);
        assert_eq!(world.number(&counted), 3);
        assert!(world.works(&world.colleague_key.token).await);
    }

    async fn an_event_cannot_be_changed_or_deleted(world: World) {
        some_changes(&world).await;
        for sql in ["UPDATE audit_events SET actor_name = 'Nobody'", "DELETE FROM audit_events", "UPDATE audit_events SET seq = seq + 1"] {
            assert!(world.app.database.try_execute(sql).is_err(), "{sql}");
        }
        if world.app.database.backend == Backend::Postgres {
            assert!(world.app.database.try_execute("TRUNCATE audit_events").is_err());
        }
        assert_eq!(broken(&world, world.acme.id), Vec::<String>::new());
    }

    async fn an_event_put_in_by_hand_does_not_fit(world: World) {
        some_changes(&world).await;
        let columns = "org_id, at, actor_kind, actor_name, action, target_kind, target_name, address, request_id, via, format, hash";
        let last = format!("seq = (SELECT MAX(seq) FROM audit_events WHERE org_id = {0}) AND org_id = {0}", world.acme.id);
        world.execute(&format!("INSERT INTO audit_events (id, seq, {columns}) SELECT 999999, seq + 1, {columns} FROM audit_events WHERE {last}"));
        assert_eq!(broken(&world, world.acme.id).len(), 2);
    }
}
