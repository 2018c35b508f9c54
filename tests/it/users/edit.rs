//! Edit User: what is saved, what is refused, and what two people do at once.

use crate::access::State;
use crate::support::both;
use crate::support::people::{Person, World};

fn version(world: &World, of: &Person) -> String {
    let number = |table: &str, id: i64| world.number(&format!("SELECT version FROM {table} WHERE id = {id}"));
    format!("u{}.m{}", number("users", of.user), number("memberships", of.membership))
}

fn path(of: &Person) -> String {
    format!("/orgs/acme/users/{}", of.user)
}

fn count(world: &World, table: &str, what: &str) -> i64 {
    world.number(&format!("SELECT COUNT(*) FROM {table} WHERE {what}"))
}

both! {
    async fn a_name_is_saved_and_shown_everywhere(world: World) {
        let version = version(&world, &world.member);
        let fields = [("version", version.as_str()), ("first", "Mira"), ("last", "Møller"), ("email", "mira@acme.example"), ("enabled", "1")];
        world.admin().post(&path(&world.member), &fields).await.expect(303);
        let list = world.admin().get("/orgs/acme/users?q=mira").await.expect(200).page();
        assert!(list.text().contains("Mira Møller") && list.text().contains("mira@acme.example"), "{}", list.text());
        assert_eq!(world.actions(), ["user.renamed", "user.email_changed", "user.renamed", "user.email_changed"]);
        let chains = "SELECT COUNT(DISTINCT org_id) FROM audit_events WHERE action = 'user.email_changed'";
        assert_eq!(world.number(chains), 2, "one for the org, one for the account");
        world.member().get("/profile").await.expect(303);
    }

    async fn a_stale_form_changes_nothing_and_loses_nothing_typed(world: World) {
        let stale = version(&world, &world.member);
        let fields = |first: &'static str| [("first", first), ("last", "Moreau"), ("email", "mia@acme.example"), ("enabled", "1")];
        let mut sent = fields("Maria").to_vec();
        sent.push(("version", &stale));
        world.deputy().post(&path(&world.member), &sent).await.expect(303);
        let before = State::of(&world);
        sent[0] = ("first", "Mirabelle");
        let page = world.admin().post(&path(&world.member), &sent).await.expect(409).page();
        let (typed, text) = (page.attributes("input[name=first]", "value"), page.text());
        assert_eq!(typed, ["Mirabelle"]);
        assert!(text.contains("Maria") && page.select("table td").contains(&"Mirabelle".to_owned()), "{text}");
        assert_ne!(page.attributes("input[name=version]", "value"), [stale]);
        assert_eq!(State::of(&world), before);
    }

    async fn fields_that_the_form_does_not_have_change_nothing(world: World) {
        let version = version(&world, &world.member);
        let other = world.colleague.user.to_string();
        let smuggled = [
            ("super_admin", "1"), ("is_super_admin", "1"), ("superAdmin", "true"), ("user_id", other.as_str()), ("id", &other),
            ("org_id", "1"), ("password_hash", "x"), ("session_epoch", "9"), ("accepted_at", "1"),
        ];
        let fields: Vec<(&str, &str)> = [("version", version.as_str()), ("enabled", "1")].into_iter().chain(smuggled).collect();
        let before = State::of(&world);
        world.admin().post(&path(&world.member), &fields).await.expect(303);
        assert_eq!(State::of(&world), before);
        let profile: Vec<(&str, &str)> = [("first", "Mia"), ("last", "Moreau")].into_iter().chain(smuggled).collect();
        world.member().post("/profile", &profile).await.expect(303);
        assert_eq!(count(&world, "users", "super_admin"), 1);
        assert_eq!(State::of(&world), before);
    }

    async fn what_is_wrong_is_said_of_each_field_and_kept(world: World) {
        let (version, before) = (version(&world, &world.member), State::of(&world));
        let fields = [("version", version.as_str()), ("first", " "), ("last", "a\u{202E}b"), ("email", "not an address"), ("enabled", "1")];
        let page = world.admin().post(&path(&world.member), &fields).await.expect(422).page();
        assert_eq!(page.attributes("input[aria-invalid=true]", "name"), ["first", "last", "email"]);
        assert_eq!(page.attributes("input[name=email]", "value"), ["not an address"]);
        assert_eq!(State::of(&world), before);
    }

    async fn an_email_address_is_one_account(world: World) {
        let (version, before) = (version(&world, &world.member), State::of(&world));
        for taken in ["carl@acme.example", "CARL@ACME.EXAMPLE", "otto@globex.example"] {
            let fields = [("version", version.as_str()), ("first", "Mia"), ("last", "Moreau"), ("email", taken), ("enabled", "1")];
            world.admin().post(&path(&world.member), &fields).await.expect(422);
        }
        assert_eq!(State::of(&world), before);
    }

    async fn a_disabled_user_is_out_with_the_next_request_and_back_when_enabled(world: World) {
        let (admin, member) = (world.admin(), world.member());
        member.get("/orgs/acme").await.expect(303);
        admin.post(&format!("{}/disable", path(&world.member)), &[]).await.expect(303);
        member.get("/orgs/acme").await.expect(404);
        assert!(!world.works(&world.member_key.token).await);
        admin.post(&format!("{}/disable", path(&world.member)), &[]).await.expect(303);
        assert_eq!(world.actions(), ["membership.disabled"]);
        admin.post(&format!("{}/enable", path(&world.member)), &[]).await.expect(303);
        assert!(world.works(&world.member_key.token).await);
        member.get("/orgs/acme").await.expect(303);
    }

    async fn the_tab_enabled_lists_who_is_switched_on_whether_they_accepted_or_not(world: World) {
        world.execute(&format!("UPDATE memberships SET enabled = false WHERE id = {}", world.member.membership));
        let page = world.admin().get("/orgs/acme/users?status=enabled").await.expect(200).page();
        let text = page.text();
        assert!(text.contains("Enabled 6") && text.contains("Ines Iverson") && !text.contains("Mia Moreau"), "{text}");
        world.admin().get("/orgs/acme/users?status=active").await.expect(400);
    }

    async fn the_notice_names_a_new_admin_and_one_who_is_no_longer(world: World) {
        let (admin, of) = (world.admin(), path(&world.member));
        let edit = format!("{of}/edit");
        let fields = |version: &'static str, first: &'static str| [("version", version), ("first", first), ("last", "Moreau"), ("email", "mia@acme.example"), ("enabled", "1"), ("admin", "1")];
        admin.post(&of, &fields("u2.m1", "Mia")).await.expect(303);
        let text = admin.get(&edit).await.expect(200).page().text();
        assert!(text.contains("Mia Moreau is now an admin.") && !text.contains("saved"), "{text}");
        admin.post(&format!("{of}/demote"), &[]).await.expect(303);
        assert!(admin.get(&edit).await.expect(200).page().text().contains("Mia Moreau is no longer an admin."));
        admin.post(&of, &fields("u2.m3", "Mira")).await.expect(303);
        let text = admin.get(&edit).await.expect(200).page().text();
        assert!(text.contains("Mira Moreau is now an admin. The other changes are saved too."), "{text}");
    }

    async fn the_notice_after_a_double_click_names_the_role_too(world: World) {
        let (admin, of) = (world.admin(), path(&world.member));
        let fields = [("version", "u2.m1"), ("first", "Mia"), ("last", "Moreau"), ("email", "mia@acme.example"), ("enabled", "1"), ("admin", "1"), ("operation_id", "twice")];
        for _ in 0..2 {
            admin.post(&of, &fields).await.expect(303);
        }
        let text = admin.get(&format!("{of}/edit")).await.expect(200).page().text();
        assert!(text.contains("Mia Moreau is saved. They are an admin of this org."), "{text}");
    }

    async fn unticking_enabled_only_asks(world: World) {
        let version = version(&world, &world.member);
        let asked = world.admin().post(&path(&world.member), &[("version", &version)]).await.expect(303);
        assert_eq!(asked.header("location"), format!("{}/disable", path(&world.member)));
        assert!(world.works(&world.member_key.token).await);
    }

    async fn unticking_admin_only_asks_and_after_disabling_asks_too(world: World) {
        let (admin, of, version) = (world.admin(), path(&world.deputy), version(&world, &world.deputy));
        let asked = admin.post(&of, &[("version", &version), ("enabled", "1")]).await.expect(303);
        assert_eq!(asked.header("location"), format!("{of}/demote"));
        let asked = admin.post(&of, &[("version", &version)]).await.expect(303);
        assert_eq!(asked.header("location"), format!("{of}/disable?then=demote"));
        let page = admin.get(asked.header("location")).await.expect(200).page();
        let then = page.attributes("input[name=then]", "value").concat();
        let done = admin.post(&format!("{of}/disable"), &[("then", &then)]).await.expect(303);
        assert_eq!(done.header("location"), format!("{of}/demote"));
        assert_eq!(world.actions(), ["membership.disabled"]);
    }

    async fn a_demoted_admin_cannot_finish_what_they_began(world: World) {
        let deputy = world.deputy();
        deputy.get(&format!("/orgs/acme/keys/{}/delete", world.member_key.id)).await.expect(200);
        world.admin().post(&format!("{}/demote", path(&world.deputy)), &[]).await.expect(303);
        deputy.post(&format!("/orgs/acme/keys/{}/delete", world.member_key.id), &[]).await.expect(404);
        assert!(world.works(&world.member_key.token).await);
    }
}
