//! New passwords are judged with a place in the bounded hash queue only, after everything that costs nothing.

use keyhouse::setup::actions as setup;

use crate::support::people::{PASSWORD, Person, World};
use crate::support::somebody::Somebody;
use crate::support::{App, both};

const NEW: &str = "violet harbour seventeen";

/// A password that is too easy, because it is little else than the org's name, and that costs the estimator as much as it can.
fn costly() -> String {
    format!("acme{}", "@4(8{3[6<9!1|0$5+7%2".repeat(12))
}

/// More new passwords at once than one address has places in the hash queue: as many are judged as find a place, and the others
/// are turned away, because no password is judged without a place.
async fn only_passwords_with_a_place_are_judged(
    users: &[Somebody],
    path: &'static str,
    fields: &[(&'static str, String)],
) {
    let cores = std::thread::available_parallelism().unwrap().get();
    let mut posts = tokio::task::JoinSet::new();
    for user in users.iter().cycle().take(cores * 16) {
        let (user, fields) = (user.clone(), fields.to_vec());
        posts.spawn(async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            user.post(path, &fields).await
        });
    }
    let (mut judged, mut turned_away) = (0, 0);
    for page in posts.join_all().await {
        match page.status {
            422 => judged += usize::from(page.text.contains("too easy to guess")),
            _ => turned_away += usize::from(page.expect(503).text.contains("Too many people are signing in")),
        }
    }
    assert_eq!(judged + turned_away, cores * 16);
    assert!(judged > 0 && turned_away > 0, "{judged} judged, {turned_away} turned away");
}

async fn has_to_wait(world: &World, person: &Person) -> bool {
    let status = world.visitor().post("/login", &[("email", person.email), ("password", PASSWORD)]).await.status;
    assert!([303, 429].contains(&status), "{status}");
    status == 429
}

both! {
    async fn a_changed_password_is_judged_only_with_a_place_in_the_hash_queue(world: World) {
        let users = vec![world.member(), world.signed_in(&world.colleague), world.admin()];
        let fields = vec![("current", PASSWORD.to_owned()), ("new", costly())];
        only_passwords_with_a_place_are_judged(&users, "/profile/password", &fields).await;
    }

    async fn a_password_set_by_a_link_is_judged_only_with_a_place_in_the_hash_queue(world: World) {
        let page = world.admin().post(&format!("/orgs/acme/users/{}/link", world.member.user), &[]).await.expect(200).page();
        let shown = page.select("output").concat();
        let visitor = world.visitor();
        visitor.get(&shown[shown.find("/links/").unwrap()..]).await.expect(303);
        only_passwords_with_a_place_are_judged(&[visitor], "/links", &[("password", costly())]).await;
    }

    async fn a_password_at_the_setup_is_judged_only_with_a_place_in_the_hash_queue(app: App) {
        let token = tokio::task::block_in_place(|| app.running.state.access.write_as_host(setup::offer)).unwrap().unwrap();
        let visitor = Somebody::visitor(app.client(), app.running.state.form_key().clone());
        visitor.get(&format!("/links/{}", token.reveal())).await.expect(303);
        let fields = [("org", "Acme"), ("first", "Ada"), ("email", "ada@acme.example")].map(|(name, value)| (name, value.to_owned()));
        let fields = [fields.to_vec(), vec![("password", costly())]].concat();
        only_passwords_with_a_place_are_judged(&[visitor], "/setup", &fields).await;
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
