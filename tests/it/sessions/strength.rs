//! New passwords are judged in the bounded hash queue, after everything that costs nothing, and no other user waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use keyhouse::setup::actions as setup;

use crate::support::client::Client;
use crate::support::people::{PASSWORD, Person, World};
use crate::support::somebody::Somebody;
use crate::support::{App, both};

const NEW: &str = "violet harbour seventeen";
/// Posts at a time, and how often each is repeated.
const AT_ONCE: usize = 6;
const TIMES: usize = 4;

/// A password that is too easy, because it is little else than the org's name, and that costs the estimator as much as it can.
fn costly() -> String {
    format!("acme{}", "@4(8{3[6<9!1|0$5+7%2".repeat(12))
}

/// Users post new passwords, several at a time. Meanwhile another client is answered again and again: a post waits for its turn
/// among the hashes, and no other request waits for a post.
async fn another_client_is_answered_meanwhile(
    url: &str,
    users: Vec<Somebody>,
    path: &'static str,
    fields: Vec<(&'static str, String)>,
) {
    let done = Arc::new(AtomicUsize::new(0));
    let posts: Vec<_> = users
        .into_iter()
        .cycle()
        .take(AT_ONCE)
        .map(|user| {
            let (fields, done) = (fields.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                for _ in 0..TIMES {
                    let fields: Vec<(&str, &str)> =
                        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    let page = user.post(path, &fields).await.expect(422);
                    assert!(page.text.contains("too easy to guess"), "{}", page.text);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let (other, mut answered) = (Client::new(url), 0);
    while done.load(Ordering::Relaxed) < AT_ONCE * TIMES {
        other.get("/openapi.json").await.expect(200);
        answered += 1;
        assert!(
            posts.iter().any(|post| !post.is_finished()) || done.load(Ordering::Relaxed) == AT_ONCE * TIMES,
            "a post failed"
        );
    }
    for post in posts {
        post.await.unwrap();
    }
    assert!(answered >= 3 * AT_ONCE * TIMES, "{answered} answers while {} passwords were judged", AT_ONCE * TIMES);
}

async fn has_to_wait(world: &World, person: &Person) -> bool {
    let status = world.visitor().post("/login", &[("email", person.email), ("password", PASSWORD)]).await.status;
    assert!([303, 429].contains(&status), "{status}");
    status == 429
}

both! {
    async fn changing_passwords_makes_no_other_user_wait(world: World) {
        let users = vec![world.member(), world.signed_in(&world.colleague), world.admin()];
        let fields = vec![("current", PASSWORD.to_owned()), ("new", costly())];
        another_client_is_answered_meanwhile(world.app.url(), users, "/profile/password", fields).await;
    }

    async fn setting_passwords_by_a_link_makes_no_other_user_wait(world: World) {
        let page = world.admin().post(&format!("/orgs/acme/users/{}/link", world.member.user), &[]).await.expect(200).page();
        let shown = page.select("output").concat();
        let visitor = world.visitor();
        visitor.get(&shown[shown.find("/links/").unwrap()..]).await.expect(303);
        another_client_is_answered_meanwhile(world.app.url(), vec![visitor], "/links", vec![("password", costly())]).await;
    }

    async fn setting_up_makes_no_other_user_wait(app: App) {
        let token = tokio::task::block_in_place(|| app.running.state.access.write_as_host(setup::offer)).unwrap().unwrap();
        let visitor = Somebody::visitor(app.client(), app.running.state.form_keys()[0].clone());
        visitor.get(&format!("/links/{}", token.reveal())).await.expect(303);
        let fields = [("org", "Acme"), ("first", "Ada"), ("email", "ada@acme.example")].map(|(name, value)| (name, value.to_owned()));
        let fields = [fields.to_vec(), vec![("password", costly())]].concat();
        another_client_is_answered_meanwhile(app.url(), vec![visitor], "/setup", fields).await;
    }

    async fn a_new_password_is_judged_only_after_the_current_one_proved_right(world: World) {
        let member = world.member();
        let send = async |current: &str, new: &str| {
            let page = member.post("/profile/password", &[("current", current), ("new", new)]).await.expect(422).page();
            page.attributes("[aria-invalid=true]", "name").concat()
        };
        assert_eq!(send("not the password", &costly()).await, "current");
        assert_eq!(send("not the password", "short").await, "new");
        assert_eq!(send(PASSWORD, &costly()).await, "new");
    }

    async fn a_new_password_that_is_too_easy_costs_no_attempt(world: World) {
        let member = world.member();
        for _ in 0..8 {
            member.post("/profile/password", &[("current", PASSWORD), ("new", world.member.email)]).await.expect(422);
        }
        assert!(!has_to_wait(&world, &world.member).await);
        member.post("/profile/password", &[("current", PASSWORD), ("new", NEW)]).await.expect(303);
    }
}
