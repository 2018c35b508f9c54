//! The robot finds, fills, follows; and says what is wrong when it cannot.

use crate::support::robot::Robot;
use crate::support::site::{Answer, Ask, Site};

const HOME: &str = r#"<a href="/keys" target=_blank rel=noopener>Keys</a><a href=/keys>Keys</a>
<a href="/x" aria-label="Delete key one">Delete</a><a href="/y"><span>Delete</span> key two</a>
<details><summary>DELETE /apiKey</summary><form method=post action=/echo><label for=a>id</label>
<input id=a name=a><input type=hidden name=t value=1><button>Try it out!</button></form></details>
<details><summary>GET /apiKey</summary><form action=/echo><label>id <input name=b></label>
<label><input type=checkbox name=c> Sure</label><button>Try it out!</button></form></details>
<table><tr><th>Ann<td><a href=/ann>Edit</a><tr><th>Bob<td><a href=/bob>Edit</a></table>"#;

fn site() -> Site {
    Site::serve(|ask: Ask| match (ask.method.as_str(), ask.path.as_str()) {
        (_, "/") => Answer::page("Home", HOME).with("set-cookie", "sid=1; Path=/; HttpOnly"),
        ("GET", "/keys") => Answer::see("/list"),
        (method, path) => {
            let headers = ask.headers.replace('\n', " ; ");
            Answer::page("Echo", &format!("<p>{method} {path} [{}] {headers}</p>", ask.body))
        }
    })
}

async fn at_home(site: &Site) -> Robot {
    let mut robot = Robot::new(&site.url);
    robot.open("/").await;
    robot
}

#[tokio::test]
async fn links_are_followed_through_redirects_with_cookies() {
    let site = site();
    let mut robot = at_home(&site).await;
    robot.click("Keys").await.status(200).sees("GET /list []").sees("cookie: sid=1");
    assert_eq!((robot.path().as_str(), robot.clicks), ("/list", 1));
}

#[tokio::test]
async fn names_come_from_labels_and_text() {
    let site = site();
    at_home(&site).await.click("Delete key one").await.sees("GET /x");
    at_home(&site).await.click("Delete key two").await.sees("GET /y");
    at_home(&site).await.within_row("Bob").click("Edit").await.sees("GET /bob");
}

#[tokio::test]
async fn a_form_is_found_by_the_summary_around_it() {
    let site = site();
    let mut robot = at_home(&site).await;
    robot.within("DELETE /apiKey").fill("id", "a b");
    robot.press("Try it out!").await.sees("POST /echo [a=a+b&t=1]").sees(&format!("origin: {}", site.url));
    let mut robot = at_home(&site).await;
    robot.within("GET /apiKey").fill("id", "7").tick("Sure");
    robot.press("Try it out!").await.sees("GET /echo?b=7&c=on []").sees("sec-fetch-site: same-origin");
}

#[tokio::test]
#[should_panic(expected = "2 times a button \"Try it out!\"")]
async fn two_buttons_of_one_name_are_refused() {
    let site = site();
    at_home(&site).await.press("Try it out!").await;
}

#[tokio::test]
#[should_panic(expected = "0 times a link \"Users\", among: Keys | Keys | Delete key one")]
async fn a_missing_link_is_named_with_what_is_there() {
    let site = site();
    at_home(&site).await.click("Users").await;
}

#[tokio::test]
#[should_panic(expected = "Home DELETE /apiKey id Try it out!")]
async fn a_missing_text_shows_the_page() {
    let site = Site::serve(|_| Answer::page("Home", "DELETE /apiKey id Try it out!"));
    at_home(&site).await.sees("Welcome");
}
