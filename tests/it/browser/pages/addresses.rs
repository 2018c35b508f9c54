//! What is seen of email addresses: links of another user, an address that another account has, and a change of the user's own address.

use super::collect::Album;
use crate::support::town::{HOLDER, Town, invite};

/// Links that are opened in a browser with a session: an invitation of another user, and one to an address that another account has.
pub async fn opening(town: &Town, ada: &mut Album) {
    let (_, link) = invite(&mut ada.robot, "acme", "CI Bot", "bot@example.com", "User").await;
    ada.robot.open(&link).await;
    ada.keep("an invitation, signed in as another user", 200);
    let (_, link) = invite(&mut ada.robot, "nordwind", "Tom Lis", HOLDER, "User").await;
    let mut tom = Album::of("an invited user", town.robot());
    tom.robot.open(&link).await;
    tom.keep("an invitation to an address that another account has", 200);
    tom.robot.click("This is not my account").await;
    tom.keep("not my account", 200);
    tom.press("This is not my account", "not my account, reported", 200).await;
    ada.shots.extend(tom.shots);
    ada.open("/accounts", 200).await.click_first("main section a").await;
    ada.keep("a reported address", 200);
}

/// Another email address: asked for, waiting, and before the admin who confirms it.
pub async fn wanting(town: &Town, member: &mut Album, ada: &mut Album) {
    member.open("/profile/email", 200).await.fill("New email address", "x");
    member.press("Ask for this address", "another email address, mistakes", 422).await;
    member.robot.fill("New email address", "tomasz@new.example");
    member.press("Ask for this address", "another email address, waiting", 200).await;
    ada.open("/profile/email", 200).await;
    ada.open(&format!("/orgs/acme/users/{}/edit", town.holder), 200).await;
    ada.open(&format!("/orgs/acme/users/{}/email", town.holder), 200).await;
}
