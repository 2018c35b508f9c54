//! Somebody whose account is disabled everywhere, as the admin of an org sees them, who did not do it and cannot undo it.

use crate::support::both;
use crate::support::people::World;
use crate::support::somebody::Somebody;

fn disable_mias_account(world: &World) {
    world.execute(&format!("UPDATE users SET enabled = false WHERE id = {}", world.member.user));
}

/// The row of Mia in a list of users.
async fn row(by: &Somebody, query: &str) -> Option<String> {
    let page = by.get(&format!("/orgs/acme/users{query}")).await.expect(200).page();
    page.select("tbody tr").into_iter().find(|row| row.starts_with("Mia Moreau"))
}

async fn reads(by: &Somebody, world: &World, page: &str) -> String {
    by.get(&format!("/orgs/acme/users/{}/{page}", world.member.user)).await.expect(200).page().text()
}

both! {
    async fn the_list_tells_a_disabled_account_from_a_disabled_user(world: World) {
        disable_mias_account(&world);
        let admin = world.admin();
        for query in ["", "?status=enabled"] {
            let row = row(&admin, query).await.unwrap();
            assert!(row.ends_with("Account disabled"), "{row}");
        }
        assert_eq!(row(&admin, "?status=disabled").await, None);
        world.execute(&format!("UPDATE memberships SET enabled = false WHERE id = {}", world.member.membership));
        let row = row(&admin, "?status=disabled").await.unwrap();
        assert!(row.ends_with(" Disabled") && !row.contains("Account"), "{row}");
    }

    async fn edit_user_says_that_the_account_is_disabled_and_who_enables_it(world: World) {
        let text = reads(&world.admin(), &world, "edit").await;
        assert!(!text.contains("disabled, in all orgs"), "{text}");
        disable_mias_account(&world);
        let text = reads(&world.admin(), &world, "edit").await;
        assert!(text.contains("The account is disabled, in all orgs.") && text.contains("A super admin can enable it again"), "{text}");
        let edit = world.owner().get(&format!("/orgs/acme/users/{}/edit", world.member.user)).await.expect(200).page();
        assert!(edit.attributes("main a", "href").contains(&format!("/accounts/{}", world.member.user)), "{}", edit.text());
    }

    async fn enabling_a_user_whose_account_is_disabled_promises_nothing(world: World) {
        let (admin, later) = (world.admin(), "as soon as their account is enabled too");
        world.execute(&format!("UPDATE memberships SET enabled = false WHERE id = {}", world.member.membership));
        for page in ["edit", "enable"] {
            let text = reads(&admin, &world, page).await;
            assert!(!text.contains(later), "{page}: {text}");
        }
        disable_mias_account(&world);
        for page in ["edit", "enable"] {
            let text = reads(&admin, &world, page).await;
            assert!(text.contains(later), "{page}: {text}");
        }
        admin.post(&format!("/orgs/acme/users/{}/enable", world.member.user), &[]).await.expect(303);
        let text = reads(&admin, &world, "edit").await;
        assert!(text.contains("is enabled again. Their account is still disabled") && !text.contains("work again"), "{text}");
    }
}
