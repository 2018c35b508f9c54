//! Two-factor sign-in in Chromium with JavaScript disabled, against the real binary.

use crate::support::authenticator::Authenticator;
use crate::support::both;
use crate::support::browser::{Browser, Scripts};
use crate::support::town::{HOLDER, OutsideTown, PASSWORD};

async fn sign_in(browser: &Browser) {
    browser.open("/login").await;
    browser.fill("Email address", HOLDER).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("button", "Sign in").await;
}

both! {
    async fn somebody_turns_it_on_signs_out_and_signs_in_with_a_code(town: OutsideTown) {
        let browser = Browser::start(&town.0.url, Scripts::Off).await;
        sign_in(&browser).await;
        browser.open("/profile").await;
        browser.click("link", "Turn it on…").await;
        let secret = browser.part("dd code").await.text().await.unwrap();
        let picture = browser.part("main svg").await.rect().await.unwrap();
        assert!(picture.width >= 200.0 && picture.height >= 200.0, "{picture:?}");
        let app = Authenticator::with(&secret);
        browser.fill("Code from the app", &app.code()).await;
        browser.click("button", "Turn on").await;
        browser.sees("You cannot see them again").await;
        let codes = browser.part("output").await.text().await.unwrap();
        assert_eq!(codes.lines().count(), 10, "{codes}");
        browser.click("link", "I have saved them").await;
        browser.part("details.menu > summary").await.click().await.unwrap();
        browser.click("button", "Sign out").await;
        sign_in(&browser).await;
        browser.sees("Enter your code").await;
        browser.fill("Code", &app.later(1)).await;
        browser.click("button", "Sign in").await;
        browser.sees("Your keys").await;
    }
}
