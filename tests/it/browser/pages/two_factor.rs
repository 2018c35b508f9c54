//! The pages of two-factor sign-in, as somebody meets them who turns it on, uses it and loses it.

use super::collect::{Album, Shot};
use crate::support::authenticator::Authenticator;
use crate::support::robot::Robot;
use crate::support::town::{self, ADMIN, PASSWORD, Town};

/// All of them.
pub async fn all(town: &Town) -> Vec<Shot> {
    let mut ada = town.signed_in(ADMIN).await;
    let (petra, link) = town::invite(&mut ada, "acme", "Petra Ek", "petra@example.com", "Admin").await;
    let mut robot = town.robot();
    town::accept(&mut robot, &link).await;
    let mut album = Album::of("two-factor", robot);
    let app = turn_on(&mut album).await;
    org(&mut album).await;
    let mut visitor = Album::of("two-factor, signed out", town.robot());
    sign_in(&mut visitor, &app).await;
    let mut admin = Album::of("two-factor, another admin", ada);
    without(&mut admin).await;
    // only while it is not required, as Ada has none
    let robot = album.robot();
    robot.open("/orgs/acme/two-factor").await.press("Stop requiring it").await.status(200);
    reset(&mut admin, &petra).await;
    [album, visitor, admin].into_iter().flat_map(|album| album.shots).collect()
}

async fn turn_on(album: &mut Album) -> Authenticator {
    album.open("/profile/two-factor", 200).await;
    album.press("Turn on", "two-factor, no code", 422).await;
    let app = Authenticator::with(&secret(album.robot()));
    album.robot().fill("Code from the app", &app.code());
    album.press("Turn on", "recovery codes", 200).await;
    album.open("/profile/two-factor", 200).await;
    album.open("/profile/two-factor/codes", 200).await;
    album.open("/profile/two-factor/off", 200).await;
    album.press("Turn off", "turning it off, no code", 422).await;
    album.open("/profile", 200).await;
    app
}

fn secret(robot: &Robot) -> String {
    robot.select("dd code").remove(0)
}

async fn org(album: &mut Album) {
    album.open("/orgs/acme/two-factor", 200).await;
    album.press("Require two-factor sign-in", "required in the org", 200).await;
}

/// Somebody without it, where it is required.
async fn without(ada: &mut Album) {
    ada.robot().open("/orgs/acme/users").await;
    ada.keep("led to turn it on", 200);
}

async fn sign_in(visitor: &mut Album, app: &Authenticator) {
    visitor.robot().open("/login").await.fill("Email address", "petra@example.com").fill("Password", PASSWORD);
    visitor.robot().press("Sign in").await;
    visitor.keep("a code is asked for", 200);
    visitor.robot().fill("Code", &app.wrong());
    visitor.press("Sign in", "a wrong code", 422).await;
}

async fn reset(ada: &mut Album, petra: &str) {
    let user = format!("/orgs/acme/users/{petra}");
    ada.open("/orgs/acme/two-factor", 200).await;
    ada.open("/orgs/acme/users?q=petra", 200).await;
    ada.open(&format!("{user}/edit"), 200).await;
    ada.open(&format!("{user}/two-factor"), 200).await;
    ada.press("Reset two-factor sign-in", "two-factor was reset", 200).await;
}
