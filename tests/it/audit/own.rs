//! What belongs to no org: sign-ins and passwords, for super admins and for whom they are about.

use crate::support::both;
use crate::support::people::{PASSWORD, World};

both! {
    async fn sign_ins_are_in_no_orgs_trail_but_in_the_installations(world: World) {
        world.sign_in(&world.member).await;
        let org = world.admin().get("/orgs/acme/audit").await.expect(200).page();
        assert!(org.text().contains("No entries yet"), "{}", org.text());
        let all = world.owner().get("/audit").await.expect(200).page();
        let row = format!("A visitor Signed in as Mia Moreau user {}", world.member.user);
        assert!(all.text().contains(&row), "{}", all.text());
        let entry = all.attributes("tbody th a", "href").remove(0);
        let entry = world.owner().get(&entry).await.expect(200).page();
        assert!(entry.text().contains("Signed in as Mia Moreau"), "{}", entry.text());
        for path in ["/audit", "/audit/refusals"] {
            world.admin().get(path).await.expect(404);
        }
    }

    async fn the_menu_leads_super_admins_to_the_installations_trail(world: World) {
        for (somebody, leads) in [(world.owner(), true), (world.admin(), false)] {
            let links = somebody.get("/orgs/acme").await.expect(200).page().attributes("nav[aria-label=Menu] a", "href");
            assert!(!links.is_empty() && links.contains(&"/audit".to_owned()) == leads, "{links:?}");
        }
    }

    async fn a_password_entered_again_reads_as_a_sentence_in_the_audit_trail(world: World) {
        world.admin().post("/confirm", &[("confirm_password", PASSWORD)]).await.expect(303);
        let text = world.owner().get("/audit").await.expect(200).page().text();
        let adam = format!("Adam Adler user {}", world.admin.user);
        assert!(text.contains(&format!("{adam} Re-entered the password of {adam}")), "{text}");
    }

    async fn everybody_sees_their_own_activity_and_nobody_elses(world: World) {
        world.sign_in(&world.member).await;
        world.sign_in(&world.colleague).await;
        let member = world.member();
        member.post("/logout", &[]).await.expect(303);
        let again = world.sign_in(&world.member).await;
        for path in ["/profile", "/profile/activity"] {
            let text = again.get(path).await.expect(200).page().text();
            assert!(text.contains("Signed in as Mia Moreau") && text.contains("Signed out as Mia Moreau"), "{path}: {text}");
            assert!(!text.contains("Carl Costa"), "{path}: {text}");
        }
        let rows = again.get("/profile/activity").await.expect(200).page().select("tbody tr");
        assert_eq!(rows.len(), 3, "{rows:?}");
    }
}
