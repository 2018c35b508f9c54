//! The mission in Chromium with JavaScript disabled, against the real binary: the eleven steps of the original's procedure,
//! as the person at the screen does them.

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::support::both;
use crate::support::browser::{Browser, Scripts};
use crate::support::town::{ADMIN, HOLDER_NAME, OutsideTown, PASSWORD, Town, user_in};

both! {
    async fn the_mission(town: OutsideTown) {
        let town = town.0;
        let browser = Browser::start(&town.url, Scripts::Off).await;
        sign_in(&browser).await;
        delete_by_swagger_docs(&town, &browser, "apiKey").await;
    }

    async fn the_mission_with_several_orgs(town: OutsideTown) {
        let town = town.0;
        town.add_org("Nordwind").await;
        let browser = Browser::start(&town.url, Scripts::Off).await;
        sign_in(&browser).await;
        browser.sees("Choose an org").await;
        browser.click("link", "Acme").await;
        delete_by_swagger_docs(&town, &browser, "health").await;
    }

    async fn whichever_resource_is_clicked_the_call_works(town: OutsideTown) {
        let town = town.0;
        let browser = Browser::start(&town.url, Scripts::Off).await;
        sign_in(&browser).await;
        let docs = "/orgs/acme/docs";
        browser.open(docs).await;
        let links = browser.driver.find_all(By::Css("tbody th a")).await.unwrap().len();
        for at in 0..links {
            browser.open(docs).await;
            let link = browser.driver.find_all(By::Css("tbody th a")).await.unwrap().remove(at);
            let address = link.attr("href").await.unwrap().unwrap();
            assert_eq!(link.attr("target").await.unwrap().as_deref(), Some("_blank"));
            browser.open(&address).await;
            try_out(&browser, "getApiKey", &town.holder).await;
            assert_eq!(reply(&browser, "getApiKey").await.code, "200", "from {address}");
        }
    }
}

/// Step 1.
async fn sign_in(browser: &Browser) {
    browser.open("/").await;
    browser.fill("Email address", ADMIN).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("button", "Sign in").await;
}

/// Steps 2 to 11, and that the key is dead afterwards.
async fn delete_by_swagger_docs(town: &Town, browser: &Browser, resource: &str) {
    let key = &town.keys[0];
    assert_eq!(town.whoami(&key.token).await, 200);
    open_the_interface(browser, resource).await;
    click(browser, "#apiKey > details > summary").await;
    click(browser, "#getApiKey > summary").await;
    sees_the_operation(browser).await;
    let user = look_up_the_user_id(browser).await;
    try_here(browser, "getApiKey", &user).await;
    let found = reply(browser, "getApiKey").await;
    assert_eq!(found.code, "200", "{}", found.body);
    let body: Value = serde_json::from_str(&found.body).unwrap();
    let all = body["data"].as_array().unwrap();
    let id = all.iter().find(|one| one["name"] == key.name.as_str()).unwrap()["id"].to_string();
    click(browser, "#deleteApiKey > summary").await;
    let part = browser.part("#deleteApiKey").await.text().await.unwrap();
    assert!(part.contains("204") && part.contains("Delete success"), "{part}");
    try_here(browser, "deleteApiKey", &id).await;
    assert_eq!(reply(browser, "deleteApiKey").await.code, "204");
    assert_eq!((id.as_str(), town.whoami(&key.token).await), (key.id.as_str(), 401));
    assert_eq!(town.whoami(&town.keys[1].token).await, 200);
}

/// Steps 2 and 3.
async fn open_the_interface(browser: &Browser, resource: &str) {
    click(browser, "details.menu > summary").await;
    browser.sees("Tools").await;
    browser.click("link", "Swagger Docs").await;
    browser.click("link", &format!("{resource} (opens in a new tab)")).await;
    browser.go_to_new_tab().await;
    assert_eq!(browser.tabs().await, 2);
    for words in ["Show/Hide", "List Operations", "Expand Operations"] {
        browser.sees(words).await;
    }
    let closed = browser.text().await;
    assert!(!closed.contains("/user/apiKey/{id}"), "an operation is open before it is clicked:\n{closed}");
}

/// Step 5: what the expanded operation shows.
async fn sees_the_operation(browser: &Browser) {
    let words = [
        "Response Class (Status 200)",
        "Model",
        "Example Value",
        "Response Content Type",
        "Parameters",
        "Parameter Type",
        "Data Type",
        "Response Messages",
    ];
    let shown = browser.part("#getApiKey").await.text().await.unwrap();
    for word in words {
        assert!(shown.to_lowercase().contains(&word.to_lowercase()), "no {word}:\n{shown}");
    }
}

/// Step 6, in the tab that step 3 left open; comes back to the other one.
async fn look_up_the_user_id(browser: &Browser) -> String {
    let docs = browser.driver.window().await.unwrap();
    let tabs = browser.driver.windows().await.unwrap();
    browser.driver.switch_to_window(tabs[0].clone()).await.unwrap();
    click(browser, "nav[aria-label=Main] a").await;
    browser.click("link", HOLDER_NAME).await;
    browser.sees("Edit User").await;
    let path = browser.path().await;
    browser.driver.switch_to_window(docs).await.unwrap();
    user_in(&path)
}

/// Steps 4 to 7 at once, on a fresh page.
async fn try_out(browser: &Browser, operation: &str, id: &str) {
    click(browser, "#apiKey > details > summary").await;
    click(browser, &format!("#{operation} > summary")).await;
    try_here(browser, operation, id).await;
}

/// Steps 6 and 7, or 10 and 11: the operation is open.
async fn try_here(browser: &Browser, operation: &str, id: &str) {
    let field = browser.field_in(&format!("//details[@id='{operation}']"), "id").await;
    field.send_keys(id).await.unwrap();
    let part = format!("#{operation}");
    browser.find_in(&part, "button", "Try it out!").await.click().await.unwrap();
}

struct Reply {
    body: String,
    code: String,
}

/// What can be read in the response, which must be in view without another click.
async fn reply(browser: &Browser, operation: &str) -> Reply {
    let part = browser.part(&format!("#{operation}-response")).await;
    assert!(part.is_displayed().await.unwrap(), "the response is not shown");
    let shown = part.text().await.unwrap();
    let headings = ["Request URL", "Response Body", "Response Code", "Response Headers"];
    assert!(headings.iter().all(|heading| shown.to_lowercase().contains(&heading.to_lowercase())), "{shown}");
    let texts = part.find_all(By::Css("pre")).await.unwrap();
    Reply { body: texts[2].text().await.unwrap(), code: texts[3].text().await.unwrap() }
}

async fn click(browser: &Browser, selector: &str) {
    browser.part(selector).await.click().await.unwrap_or_else(|e| panic!("{selector}: {e}"));
}
