//! Whoever can open no org is told why, as far as it is theirs to know, and whom to ask.

use crate::support::both;
use crate::support::people::World;
use crate::support::somebody::Somebody;

async fn choice(somebody: &Somebody) -> String {
    somebody.get("/orgs").await.expect(200).page().text()
}

both! {
    async fn somebody_of_no_org_asks_to_be_added(world: World) {
        world.execute(&format!("UPDATE memberships SET removed_at = 1 WHERE id = {}", world.member.membership));
        let text = choice(&world.member()).await;
        assert!(text.contains("You belong to no org") && text.contains("Ask one to add mia@acme.example"), "{text}");
        assert!(!text.contains("Acme"), "they are not of it: {text}");
    }

    async fn somebody_who_is_disabled_in_their_org_asks_to_be_enabled(world: World) {
        world.execute(&format!("UPDATE memberships SET enabled = false WHERE id = {}", world.member.membership));
        let text = choice(&world.member()).await;
        assert!(text.contains("You are disabled in Acme. One of its admins can enable you again."), "{text}");
        assert!(!text.contains("belong to no org") && !text.contains("Globex"), "{text}");
        let profile = world.member().get("/profile").await.expect(200).page();
        assert!(profile.text().contains("No org is open to you."), "{}", profile.text());
    }

    async fn somebody_whose_org_is_disabled_asks_for_that(world: World) {
        world.execute(&format!("UPDATE orgs SET enabled = false WHERE id = {}", world.acme.id));
        let text = choice(&world.admin()).await;
        assert!(text.contains("Acme is disabled as a whole. A super admin can enable it again."), "{text}");
        assert!(!text.contains("You are disabled in") && !text.contains("belong to no org"), "{text}");
        let shared = world.shared().get("/orgs").await.expect(303);
        assert_eq!(shared.header("location"), "/orgs/globex");
    }

    async fn an_invitation_that_was_not_accepted_tells_nothing_of_its_org(world: World) {
        world.execute(&format!("UPDATE memberships SET accepted_at = NULL, enabled = false WHERE id = {}", world.member.membership));
        let text = choice(&world.member()).await;
        assert!(text.contains("You belong to no org") && !text.contains("Acme"), "{text}");
    }

    async fn whom_to_ask_about_a_missing_org_is_told_to_all_but_super_admins(world: World) {
        let text = choice(&world.shared()).await;
        assert!(text.contains("they can add sina@globex.example, or enable you again"), "{text}");
        let text = choice(&world.owner()).await;
        assert!(text.contains("All orgs, by short name") && !text.contains("An org is missing?"), "{text}");
    }
}
