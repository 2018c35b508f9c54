//! Which email addresses are confirmed: those that the host or a super admin set, or that an admin of an org confirmed which the
//! account does not run.

use crate::support::both;
use crate::support::people::{Person, World};
use crate::support::somebody::Somebody;

/// The text of the page that a super admin sees before a grant.
async fn shown(world: &World, user: i64) -> String {
    let page = world.owner().get(&format!("/accounts/{user}")).await.expect(200).page();
    let facts = page.select("dl.facts > div");
    let fact = facts.into_iter().find(|fact| fact.starts_with("Address confirmed")).unwrap();
    fact.trim_start_matches("Address confirmed").split(',').take(2).collect::<Vec<_>>().join(",").trim().to_owned()
}

async fn asks(by: &Somebody, email: &str) -> String {
    by.post("/profile/email", &[("email", email)]).await.expect(303).header("location").to_owned()
}

async fn confirms(by: &Somebody, slug: &str, whom: &Person, email: &str) {
    by.post(&format!("/orgs/{slug}/users/{}/email", whom.user), &[("email", email)]).await.expect(303);
}

async fn invited(by: &Somebody, email: &str) -> String {
    let fields = [("first", "Nina"), ("last", ""), ("email", email), ("role", "user")];
    let shown = by.post("/orgs/acme/users", &fields).await.expect(200).page().select("output").concat();
    shown[shown.find("/links/").unwrap()..].to_owned()
}

async fn joins(world: &World, link: &str) {
    let visitor = world.visitor();
    visitor.get(link).await.expect(303);
    visitor.post("/links", &[("password", "violet harbour seventeen")]).await.expect(303);
}

fn user(world: &World, email: &str) -> i64 {
    world.number(&format!("SELECT id FROM users WHERE email = '{email}'"))
}

both! {
    async fn an_address_that_a_user_gives_themselves_is_not_confirmed(world: World) {
        assert_eq!(asks(&world.outsider(), "cfo@acme.example").await, "/login");
        assert_eq!(shown(&world, world.outsider.user).await, "Not recorded");
    }

    async fn an_admin_of_an_org_that_the_account_does_not_run_confirms_its_address(world: World) {
        asks(&world.member(), "mia@new.example").await;
        confirms(&world.admin(), "acme", &world.member, "mia@new.example").await;
        assert_eq!(shown(&world, world.member.user).await, "By Adam Adler, admin of Acme");
    }

    // Mallory waits for her address while she is no admin of one of her orgs yet, and decides herself when she is.
    async fn an_admin_of_the_same_orgs_does_not_confirm_the_address_of_an_account(world: World) {
        asks(&world.member(), "cfo@acme.example").await;
        world.execute(&format!("UPDATE memberships SET admin = true WHERE id = {}", world.member.membership));
        confirms(&world.member(), "acme", &world.member, "cfo@acme.example").await;
        assert_eq!(shown(&world, world.member.user).await, "Not recorded");
        asks(&world.signed_in(&world.colleague), "ceo@acme.example").await;
        world.execute(&format!("UPDATE memberships SET admin = true WHERE id = {}", world.colleague.membership));
        confirms(&world.admin(), "acme", &world.colleague, "ceo@acme.example").await;
        assert_eq!(shown(&world, world.colleague.user).await, "Not recorded");
    }

    async fn a_super_admin_confirms_by_setting_or_confirming(world: World) {
        asks(&world.shared(), "sina@new.example").await;
        confirms(&world.owner(), "acme", &world.shared, "sina@new.example").await;
        assert_eq!(shown(&world, world.shared.user).await, "By Olga Owens, super admin");
        let path = format!("/orgs/acme/users/{}", world.member.user);
        let fields = |email: &'static str, version: &'static str| [("version", version), ("first", "Mia"), ("last", "Moreau"), ("email", email), ("enabled", "1")];
        world.owner().post(&path, &fields("mia@two.example", "u2.m1")).await.expect(303);
        assert_eq!(shown(&world, world.member.user).await, "By Olga Owens, super admin");
        world.admin().post(&path, &fields("mia@three.example", "u3.m1")).await.expect(303);
        assert_eq!(shown(&world, world.member.user).await, "Not recorded");
    }

    async fn an_invitation_confirms_nothing_but_a_super_admins(world: World) {
        joins(&world, &invited(&world.admin(), "nina@new.example").await).await;
        assert_eq!(shown(&world, user(&world, "nina@new.example")).await, "Not recorded");
        joins(&world, &invited(&world.owner(), "nora@new.example").await).await;
        assert_eq!(shown(&world, user(&world, "nora@new.example")).await, "By Olga Owens, super admin");
    }

    // A super admin invites Nina. Mallory invites her too, and sets the first password with her own link.
    async fn the_first_password_by_another_admins_link_unconfirms_the_address(world: World) {
        invited(&world.owner(), "nina@new.example").await;
        let id = user(&world, "nina@new.example");
        assert_eq!(shown(&world, id).await, "By Olga Owens, super admin");
        let fields = [("first", "Nina"), ("last", ""), ("email", "nina@new.example"), ("role", "user")];
        let made = world.outsider().post("/orgs/globex/users", &fields).await.expect(200).page().select("output").concat();
        joins(&world, &made[made.find("/links/").unwrap()..]).await;
        assert_eq!(shown(&world, id).await, "Not recorded");
    }

    async fn an_address_that_stands_for_a_freed_one_is_not_confirmed(world: World) {
        let (owner, path) = (world.owner(), format!("/accounts/{}/free-email", world.member.user));
        let version = owner.get(&path).await.expect(200).page().attributes("input[name=version]", "value").concat();
        owner.post(&path, &[("version", &version)]).await.expect(303);
        assert_eq!(shown(&world, world.member.user).await, "Not recorded");
    }

    async fn edit_user_says_whether_the_address_is_confirmed_and_not_by_whom(world: World) {
        let path = format!("/orgs/acme/users/{}/edit", world.member.user);
        let text = world.admin().get(&path).await.expect(200).page().text();
        assert!(text.contains("Not confirmed. Check that the address is theirs before you give them rights."), "{text}");
        world.execute(&format!("UPDATE users SET email_confirmed_at = 1, email_confirmed_by = {} WHERE id = {}", world.outsider.user, world.member.user));
        let text = world.admin().get(&path).await.expect(200).page().text();
        assert!(text.contains("Confirmed.") && !text.contains("Otto"), "{text}");
        let invited = world.admin().get(&format!("/orgs/acme/users/{}/edit", world.invited.user)).await.expect(200).page().text();
        assert!(!invited.contains("onfirmed."), "{invited}");
    }
}
