//! Changes that share a group which did not commit. They saw each other's rows, and no caller gets an answer that rests on those.

use tokio::task::JoinHandle;

use super::gate::{Gate, fail_commits, mend_commits};
use crate::access::State;
use crate::support::client::{Ask, Reply};
use crate::support::people::World;
use crate::support::{Fixture, both};

const LOST: &str = "nothing was changed";
const UNKNOWN: &str = "We cannot tell whether this happened";

/// The answers to these requests, whose changes share a group.
async fn in_one_group(world: &World, asks: Vec<Ask>) -> Vec<Reply> {
    let gate = Gate::hold(world);
    let sent = send(&gate, asks).await;
    drop(gate);
    all(sent).await
}

/// The answers to these requests, whose changes share a group that another change of it breaks. If they did not share it, the same is
/// asked of another world.
async fn in_a_broken_group(world: &mut World, asks: impl Fn(&World) -> Vec<Ask>) -> Vec<Reply> {
    for _ in 0..5 {
        let (asks, before) = (asks(world), State::of(world));
        let gate = Gate::hold(world);
        let sent = send(&gate, asks).await;
        let shared = gate.break_group().await;
        drop(gate);
        let replies = all(sent).await;
        if tokio::task::block_in_place(|| shared.recv()).unwrap() {
            assert_eq!(State::of(world), before);
            return replies;
        }
        *world = World::start(world.app.database.backend).await;
    }
    panic!("the changes never shared a group");
}

async fn send(gate: &Gate<'_>, asks: Vec<Ask>) -> Vec<JoinHandle<Reply>> {
    let mut sent = Vec::new();
    for ask in asks {
        sent.push(gate.send(ask).await);
    }
    sent
}

async fn all(sent: Vec<JoinHandle<Reply>>) -> Vec<Reply> {
    let mut replies = Vec::new();
    for one in sent {
        replies.push(one.await.unwrap());
    }
    replies
}

/// The call of the admin's key that deletes the member's, three times with one Idempotency-Key.
fn deletions(world: &World) -> Vec<Ask> {
    let path = format!("/user/apiKey/{}", world.member_key.id);
    let ask = world.with_key(&world.admin_key).ask("DELETE", &path).header("idempotency-key", "once-1");
    vec![ask.again(), ask.again(), ask]
}

/// The admin's form, sent twice; each time with this operation id, or with one of its own.
fn twice(world: &World, path: &str, fields: &[(&str, &str)], operation: Option<&str>) -> Vec<Ask> {
    let send = |n: i32| {
        let (admin, own) = (world.admin(), format!("operation{n}"));
        let plumbing = [("csrf", admin.form_token()), ("operation_id", operation.map_or(own, str::to_owned))];
        admin.ask("POST", path).same_origin().form(fields).and_fields(&plumbing)
    };
    vec![send(1), send(2)]
}

/// One of the forms below, sent twice.
fn form_twice(world: &World, n: usize) -> Vec<Ask> {
    let (path, fields) = forms(world).swap_remove(n);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    twice(world, &path, &fields, None)
}

/// Forms of the admin whose second sending finds what the first one left.
fn forms(world: &World) -> Vec<(String, Vec<(&'static str, String)>)> {
    let (key, colleague) = (world.member_key.id, &world.colleague);
    let user = format!("/orgs/acme/users/{}", colleague.user);
    let version = world.number(&format!("SELECT version FROM users WHERE id = {}", colleague.user));
    let membership = world.number(&format!("SELECT version FROM memberships WHERE id = {}", colleague.membership));
    let new = ["first", "last", "email"].map(|field| (field, format!("{field}@new.example")));
    vec![
        (format!("/orgs/acme/keys/{key}/delete"), Vec::new()),
        (format!("{user}/remove"), Vec::new()),
        (format!("{user}/disable"), Vec::new()),
        (user, vec![("version", format!("u{version}.m{membership}")), ("enabled", "1".into()), ("admin", "1".into())]),
        (
            "/orgs/acme/users".into(),
            new.into_iter().map(|(field, value)| (field, value.replace("first@", "").replace("last@", ""))).collect(),
        ),
        ("/logout".into(), Vec::new()),
    ]
}

both! {
    async fn callers_of_a_group_whose_commit_failed_hear_that_nobody_can_tell(world: World) {
        fail_commits(&world);
        for reply in in_one_group(&world, deletions(&world)).await {
            assert!(reply.text.contains(UNKNOWN) && reply.text.contains("same Idempotency-Key"), "{}", reply.text);
            reply.expect(503);
        }
        assert!(world.works(&world.member_key.token).await);
        mend_commits(&world);
        let again = deletions(&world);
        let statuses: Vec<u16> = in_one_group(&world, again).await.iter().map(|reply| reply.status).collect();
        assert_eq!(statuses, [204, 409, 409]);
        assert!(!world.works(&world.member_key.token).await);
    }

    async fn callers_of_a_broken_group_hear_that_nothing_was_changed(world: World) {
        let mut world = world;
        for reply in in_a_broken_group(&mut world, deletions).await {
            assert!(reply.text.contains(LOST), "{}", reply.text);
            reply.expect(503);
        }
        assert!(world.works(&world.member_key.token).await);
        let statuses: Vec<u16> = in_one_group(&world, deletions(&world)).await.iter().map(|r| r.status).collect();
        assert_eq!(statuses, [204, 409, 409]);
    }

    async fn a_double_click_whose_commit_failed_leads_to_where_it_is_looked_up(world: World) {
        fail_commits(&world);
        let path = format!("/orgs/acme/keys/{}/delete", world.member_key.id);
        for reply in in_one_group(&world, twice(&world, &path, &[], Some("double1"))).await {
            let page = reply.expect(503).page();
            assert!(page.text().contains("Nobody can tell yet"), "{}", page.text());
            assert!(page.attributes("main a", "href").contains(&"/operations/double1".to_owned()));
        }
        let looked_up = world.admin().get("/operations/double1").await.expect(200);
        assert!(looked_up.text.contains("Nothing is recorded"));
        assert!(world.works(&world.member_key.token).await);
    }

    async fn no_page_says_what_rests_on_rolled_back_rows(world: World) {
        let mut world = world;
        for n in 0..forms(&world).len() {
            for reply in in_a_broken_group(&mut world, |world| form_twice(world, n)).await {
                assert!(reply.status == 503 && reply.text.contains(LOST), "form {n}: {} {}", reply.status, reply.text);
                assert!(reply.header("set-cookie").is_empty(), "form {n}: {}", reply.header("set-cookie"));
            }
        }
        let before = State::of(&world);
        fail_commits(&world);
        for n in 0..forms(&world).len() {
            for reply in in_one_group(&world, form_twice(&world, n)).await {
                assert!(reply.status == 503 && reply.text.contains("Nobody can tell yet"), "form {n}: {}", reply.status);
            }
        }
        assert_eq!(State::of(&world), before);
    }
}
