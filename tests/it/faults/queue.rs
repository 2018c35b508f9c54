//! Callers who wait for the writer, while it is held.

use keyhouse::access::caller::{ActsAs, Caller, Credential, Origin, Via};
use keyhouse::access::{Act, Place};
use keyhouse::error::Result;
use keyhouse::jobs;
use keyhouse::keys::model::Token;
use tokio::task::JoinHandle;

use super::gate::Gate;
use super::locked::Lock;
use crate::support::both;
use crate::support::client::Ask;
use crate::support::people::{Key, PASSWORD, World};
use crate::support::somebody::Somebody;

/// More than a quarter of the places.
const MANY: usize = 300;
/// The places that one address or org holds at most for acts that are no revocation; one key holds half of them.
const QUARTER: usize = 192;
/// The places that one address or org holds at most besides, for revocations.
const REVOCATIONS: usize = 64;

fn origin(address: &str) -> Origin {
    Origin { address: address.to_owned(), request_id: String::new(), via: Via::Api, operation: None }
}

/// A program with this key, at this address.
fn program(key: &Key, address: &str) -> Caller {
    let token = Token::parse(&key.token).unwrap();
    let (access_key, hash) = (token.access_key().to_string(), token.hash());
    let credential = Some(Credential::Key { access_key, hash, impersonate: None });
    Caller { credential, origin: origin(address), typed_as: None, acts_as: ActsAs::default() }
}

type Sent = Vec<JoinHandle<Result<()>>>;

/// Many calls of this program at once, none of which changes anything.
fn calls(world: &World, program: &Caller, act: Act) -> Sent {
    let call = || {
        let (access, program) = (world.app.running.state.access.clone(), program.clone());
        tokio::spawn(async move { access.write(Place::Header(None), act, program, |_, _| Ok(())).await })
    };
    (0..MANY).map(|_| call()).collect()
}

fn creations(world: &World, program: &Caller) -> Sent {
    calls(world, program, Act::CreateKey)
}

/// Many attempts to sign in at once from this address.
fn sign_ins(world: &World, address: &str) -> Sent {
    let attempt = || {
        let (access, origin) = (world.app.running.state.access.clone(), origin(address));
        tokio::spawn(async move { access.write_as_visitor(Act::SignIn, origin, |_, _| Ok(())).await })
    };
    (0..MANY).map(|_| attempt()).collect()
}

/// How many of them were done; the others heard 503.
async fn done(sent: Sent) -> usize {
    let mut done = 0;
    for one in sent {
        match one.await.unwrap() {
            Ok(()) => done += 1,
            Err(error) => assert_eq!(error.status(), 503, "{error}"),
        }
    }
    done
}

/// The form by which this user signs in.
fn sign_in(world: &World) -> Ask {
    let visitor = world.visitor();
    let fields =
        [("email", world.owner.email.to_owned()), ("password", PASSWORD.to_owned()), ("csrf", visitor.form_token())];
    visitor.ask("POST", "/login").same_origin().form(&fields)
}

fn delete(caller: &Somebody, key: i64) -> Ask {
    caller.ask("DELETE", &format!("/user/apiKey/{key}")).same_origin()
}

fn create(world: &World, caller: &Somebody) -> Ask {
    let new = serde_json::json!({"orgUserId": world.member.membership, "name": "ci"});
    caller.ask("POST", "/user/apiKey").same_origin().json(&new)
}

/// A call of the REST API that deletes the key.
async fn deletes(caller: &Somebody, key: i64) -> u16 {
    caller.delete(&format!("/user/apiKey/{key}")).await.status
}

both! {
    async fn what_a_reader_rejects_never_waits_for_the_writer(world: World) {
        let lock = Lock::take(&world.app.database);
        let fake = Somebody::with_key(world.app.client(), Token::new().unwrap().reveal());
        let new = serde_json::json!({"orgUserId": world.member.membership, "name": "ci"});
        assert_eq!(deletes(&fake, world.member_key.id).await, 401);
        fake.post_json("/user/apiKey", &new).await.expect(401);
        assert_eq!(deletes(&world.with_key(&world.deleted_key), world.member_key.id).await, 401);
        world.with_key(&world.member_key).post_json("/user/apiKey", &new).await.expect(403);
        world.visitor().post("/orgs/acme/users", &[]).await.expect(303);
        world.visitor().post("/links", &[("password", "violet harbour seventeen")]).await.expect(404);
        world.outsider().post(&format!("/orgs/acme/users/{}/remove", world.member.user), &[]).await.expect(404);
        world.member().post(&format!("/orgs/acme/users/{}/disable", world.colleague.user), &[]).await.expect(404);
        world.admin().post(&format!("/accounts/{}/disable", world.member.user), &[]).await.expect(404);
        let elsewhere = world.admin().on_a_page_as(Some(world.deputy.user));
        elsewhere.post(&format!("/orgs/acme/keys/{}/delete", world.member_key.id), &[]).await.expect(409);
        drop(lock);
        assert_eq!(deletes(&world.admin(), world.member_key.id).await, 204);
    }

    async fn an_attempt_to_sign_in_that_has_to_wait_never_waits_for_the_writer(world: World) {
        let fields = [("email", world.member.email), ("password", "not the password")];
        for _ in 0..5 {
            world.visitor().post("/login", &fields).await.expect(422);
        }
        let later = world.number("SELECT MAX(last_at) FROM sign_in_failures") + keyhouse::clock::MINUTE;
        world.execute(&format!("UPDATE sign_in_failures SET last_at = {later}"));
        let lock = Lock::take(&world.app.database);
        world.visitor().post("/login", &fields).await.expect(429);
        drop(lock);
    }

    async fn what_a_reader_rejects_is_counted_once(world: World) {
        assert_eq!(deletes(&world.with_key(&world.deleted_key), world.member_key.id).await, 401);
        world.member().post("/orgs/acme/rename", &[("name", "Mine")]).await.expect(404);
        world.outsider().post("/orgs/acme/rename", &[("name", "Mine")]).await.expect(404);
        jobs::flush(&world.app.running.state.access).await;
        assert_eq!(world.number("SELECT CAST(SUM(attempts) AS BIGINT) FROM refusals"), 3);
    }

    async fn callers_with_invalid_keys_do_not_delay_a_sign_in_or_a_revocation(world: World) {
        let gate = Gate::hold(&world);
        let fake = Somebody::with_key(world.app.client(), Token::new().unwrap().reveal());
        for _ in 0..53 {
            let calls: Vec<_> = (0..20).map(|_| tokio::spawn(delete(&fake, world.member_key.id).send())).collect();
            for call in calls {
                call.await.unwrap().expect(401);
            }
        }
        assert_eq!(gate.waiting(), 0);
        let (delete, sign_in) = (delete(&world.admin(), world.member_key.id), sign_in(&world));
        let (deleted, signed_in) = (gate.send(delete).await, gate.send(sign_in).await);
        drop(gate);
        deleted.await.unwrap().expect(204);
        signed_in.await.unwrap().expect(303);
    }

    async fn one_key_holds_at_most_an_eighth_of_the_places_and_its_org_a_quarter(world: World) {
        let gate = Gate::hold(&world);
        let mut sent = creations(&world, &program(&world.admin_key, "192.0.2.1"));
        gate.until(QUARTER / 2).await;
        sent.extend(creations(&world, &program(&world.impersonating_key, "192.0.2.2")));
        gate.until(QUARTER).await;
        let globex = world.with_key(&world.foreign_key);
        let refused = create(&world, &world.admin()).send().await.expect(503);
        assert!(refused.text.contains("Too many changes are waiting") && !refused.header("retry-after").is_empty());
        let other = gate.send(delete(&globex, world.foreign_key.id)).await;
        let revoked = gate.send(delete(&world.with_key(&world.impersonating_key), world.member_key.id)).await;
        drop(gate);
        assert_eq!(done(sent).await, QUARTER);
        other.await.unwrap().expect(204);
        revoked.await.unwrap().expect(204);
        assert_eq!(world.app.running.state.access.waiting(), 0);
        create(&world, &world.admin()).send().await.expect(201);
    }

    // The finder of a member's key sends deletions with it, to keep the org from deleting that key.
    async fn an_org_deletes_a_key_that_fills_its_places_with_deletions(world: World) {
        let gate = Gate::hold(&world);
        let sent = calls(&world, &program(&world.member_key, "192.0.2.1"), Act::DeleteKey { own: true });
        gate.until((QUARTER + REVOCATIONS) / 2).await;
        let revoked = gate.send(delete(&world.admin(), world.member_key.id)).await;
        drop(gate);
        revoked.await.unwrap().expect(204);
        for one in sent {
            // a call that comes late finds the key deleted
            let _ = one.await.unwrap();
        }
    }

    async fn one_address_holds_at_most_a_quarter_of_the_places(world: World) {
        let gate = Gate::hold(&world);
        let sent = sign_ins(&world, "192.0.2.1");
        gate.until(QUARTER).await;
        let other = gate.send(sign_in(&world)).await;
        drop(gate);
        assert_eq!(done(sent).await, QUARTER);
        other.await.unwrap().expect(303);
    }

    async fn a_quarter_of_the_places_stays_free_for_revocation(world: World) {
        let gate = Gate::hold(&world);
        let mut sent = Vec::new();
        for network in 1..6 {
            sent.extend(sign_ins(&world, &format!("192.0.2.{network}")));
        }
        gate.until(4 * QUARTER).await;
        create(&world, &world.with_key(&world.admin_key)).send().await.expect(503);
        sign_in(&world).send().await.expect(503);
        let revoked = gate.send(delete(&world.admin(), world.member_key.id)).await;
        drop(gate);
        revoked.await.unwrap().expect(204);
        assert_eq!(done(sent).await, 4 * QUARTER);
    }
}
