//! What a super admin sees of the whole installation, and what is seen by who has entered something: an org, or somebody else's
//! place.

use super::collect::Album;
use crate::support::town::{ADMIN, ADMIN_NAME, HOLDER, Town, user_in};

/// Accounts and super admins.
pub async fn installation(ada: &mut Album) {
    for path in ["/accounts", "/accounts?q=zebra", "/super-admins"] {
        ada.open(path, 200).await;
    }
    ada.robot.fill("Email address", "zebra@example.com");
    ada.press("Find account", "super admins, mistakes", 422).await;
    ada.robot.fill("Email address", HOLDER);
    ada.press("Find account", "whose account it is", 200).await;
    let holder = user_in(&ada.robot.path());
    ada.open(&format!("/accounts/{holder}/free-email"), 200).await;
    ada.robot.open("/accounts").await.click("kai@example.com").await;
    let kai = ada.robot.path();
    ada.keep("an account", 200);
    ada.open(&format!("{kai}/disable"), 200).await;
    ada.press("Disable account", "an account, disabled", 200).await;
    ada.open(&format!("{kai}/enable"), 200).await;
    ada.robot.press("Enable account").await.status(200);
    ada.robot.open("/accounts").await.click(ADMIN).await;
    let own = user_in(&ada.robot.path());
    ada.keep("one's own account", 200);
    ada.open(&format!("/super-admins/{own}/remove"), 200).await;
    ada.press("Take super admin away", "the last super admin", 422).await;
    ada.robot.open(&format!("/accounts/{own}/disable")).await;
    ada.press("Disable account", "one's own account, refused", 422).await;
}

/// An org that Ada does not belong to.
pub async fn visit(ada: &mut Album) {
    let org = "/orgs/suedwind-soehne";
    ada.open(&format!("{org}/enter"), 200).await.fill("Reason (optional)", &"x".repeat(201));
    ada.press("Enter org", "enter an org, mistakes", 422).await;
    ada.robot.fill("Reason (optional)", "Ola asked for help");
    ada.press("Enter org", "an org that is visited", 200).await;
    for path in ["users", "rename"] {
        ada.open(&format!("{org}/{path}"), 200).await;
    }
    ada.robot.fill("Org name", "");
    ada.press("Rename org", "rename an org, mistakes", 422).await;
    ada.open("/orgs", 200).await;
    ada.robot.open(org).await;
    ada.press("Leave", "an org was left", 200).await;
    ada.open(&format!("{org}/disable"), 200).await;
    ada.press("Disable org", "an org was disabled", 200).await;
    ada.open(&format!("{org}/enable"), 200).await;
    ada.robot.press("Enable org").await.status(200);
}

/// Somebody else's place, while it lasts and afterwards.
pub async fn impersonation(town: &Town, ada: &mut Album) {
    ada.open(&format!("/orgs/acme/users/{}/impersonate", town.holder), 200).await;
    ada.press("Impersonate", "acting as a member", 200).await;
    ada.open("/impersonation", 200).await;
    ada.open("/profile", 403).await;
    town.database().execute("UPDATE impersonations SET started_at = 0");
    ada.robot.open("/orgs/acme").await;
    ada.keep("acting as nobody any more", 403);
    ada.robot.open("/impersonation").await;
    ada.keep("an impersonation that has ended", 200);
    ada.press(&format!("Go on as {ADMIN_NAME}"), "oneself again", 200).await;
}
