//! The browser obeys, has its scripts off, and leaves nothing behind; axe-core finds what is wrong.

use crate::support::axe;
use crate::support::browser::{Browser, Scripts};
use crate::support::site::{Answer, Site};

const HOME: &str = "<p><a href=/new target=_blank rel=noopener>Open docs</a></p>\
    <form action=/echo><label for=n>Your name</label> <input id=n name=n value=old> <button>Send it</button></form>\
    <details><summary>More</summary><p>Hidden first</p><button>Inner</button></details>";

fn site() -> Site {
    Site::serve(|ask| match ask.path.as_str() {
        "/" => Answer::page("Home", HOME),
        "/bad" => Answer::page("Bad", "<p style='color:#eee;background:#fff'>faint</p><button></button>"),
        "/dark" => Answer::page("Dark", "<style>@media (prefers-color-scheme:dark){h1{width:900px}}</style>"),
        path => Answer::page("Other", path),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_filled_by_label_and_sent_by_name() {
    let site = site();
    let browser = Browser::start(&site.url, Scripts::Off).await;
    browser.open("/").await;
    browser.fill("Your name", "Ann B").await;
    browser.click("button", "Send it").await;
    browser.arrives("/echo?n=Ann+B").await;
    browser.open("/").await;
    assert!(!browser.text().await.contains("Hidden first"));
    browser.click("DisclosureTriangle", "More").await;
    browser.sees("Hidden first").await;
    assert_eq!(browser.find_all_in("details", "button", "Send it").await.len(), 0);
    browser.find_in("details", "button", "Inner").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_tab_is_gone_to_and_stays_without_scripts() {
    let site = site();
    let browser = Browser::start(&site.url, Scripts::Off).await;
    browser.open("/").await;
    browser.click("link", "Open docs").await;
    browser.go_to_new_tab().await;
    assert_eq!((browser.path().await.as_str(), browser.tabs().await), ("/new", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn media_and_size_are_what_was_asked_for() {
    let site = site();
    let browser = Browser::start(&site.url, Scripts::Off).await;
    browser.size(320, 640).await;
    browser.open("/dark").await;
    assert_eq!(browser.content_width().await, 320);
    browser.media(&[("prefers-color-scheme", "dark")]).await;
    assert!(browser.content_width().await > 900);
    assert!(browser.screenshot("selftest").await.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_names_what_is_wrong_and_is_silent_otherwise() {
    let site = site();
    let browser = Browser::start(&site.url, Scripts::On).await;
    browser.open("/").await;
    assert_eq!(axe::violations(&browser).await, Vec::<String>::new());
    browser.open("/bad").await;
    let found = axe::violations(&browser).await.join("\n");
    assert!(found.contains("color-contrast") && found.contains("button-name"), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_leaves_nothing_behind() {
    let site = site();
    let browser = Browser::start(&site.url, Scripts::Off).await;
    let (folder, group) = (browser.folder().to_owned(), browser.id());
    drop(browser);
    // signalled all, but each dies when it is scheduled
    for _ in 0..100 {
        if living(group).is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(living(group), Vec::<String>::new());
    assert!(!folder.exists());
}

// the processes of a group that are neither dead nor dying
fn living(group: u32) -> Vec<String> {
    let states = std::fs::read_dir("/proc").unwrap().flatten();
    let states = states.filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    let in_group = states.filter(|state| {
        let fields: Vec<&str> = state.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        fields.get(2) == Some(&group.to_string().as_str()) && !matches!(fields[0], "Z" | "X")
    });
    in_group.collect()
}
