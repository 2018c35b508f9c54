//! What holds for every page of the running product: no script, no inline style, nothing from outside, valid HTML, titles that
//! differ, small, and nothing for axe-core to find, light, dark and narrow.

mod addresses;
mod assumed;
mod collect;
mod two_factor;

use std::collections::{BTreeMap, BTreeSet};

use collect::{Album, Shot};

use crate::support::browser::{Browser, Scripts};
use crate::support::bulk::{Bulk, EMAIL, PASSWORD};
use crate::support::database::{Backend, Database};
use crate::support::page::Page;
use crate::support::server::Server;
use crate::support::site::{Answer, Site};
use crate::support::town::OutsideTown;
use crate::support::{Fixture, axe, html};

/// Everything that can be seen: of a small installation, of one that is not set up, and of a big org.
async fn every_page() -> Vec<Shot> {
    let OutsideTown(town) = OutsideTown::start(Backend::Sqlite).await;
    let mut shots = collect::all(&town).await;
    shots.extend(two_factor::all(&town).await);
    shots.extend(before_the_setup().await);
    shots.extend(full_pages().await);
    shots
}

async fn before_the_setup() -> Vec<Shot> {
    let database = Database::migrated(Backend::Sqlite);
    let mut server = Server::start(&database);
    let link = server.wait_line(|line| line.strip_prefix("Set up: ").map(str::to_owned));
    let mut album = Album::of("the first", server.robot());
    album.open(&link, 200).await;
    album.press("Create org and admin", "setup, mistakes", 422).await;
    album.shots
}

async fn full_pages() -> Vec<Shot> {
    let database = Database::migrated(Backend::Sqlite);
    let bulk = Bulk::write(&database, 60, 60 * 50);
    let server = Server::start(&database);
    bulk.write_trail(&database);
    let mut robot = server.robot();
    robot.open("/login").await.fill("Email address", EMAIL).fill("Password", PASSWORD).press("Sign in").await;
    let mut album = Album::of("admin of many", robot);
    for path in ["users", "users?q=anna", "keys", "keys?q=bill", "keys/new", "audit"] {
        album.open(&format!("/orgs/acme/{path}"), 200).await;
    }
    album.open(&format!("/orgs/acme/users/{}/edit", bulk.user(1)), 200).await;
    album.open(&format!("/orgs/acme/users/{}/disable", bulk.user(1)), 200).await;
    for path in ["disable", "shown-keys"] {
        album.open(&format!("/orgs/acme/users/{}/{path}", bulk.admin()), 200).await;
    }
    album.open(&format!("/orgs/acme/keys?after={}", bulk.key(1500)), 200).await;
    album.shots
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_has_a_script_an_inline_style_or_an_outside_reference() {
    let shots = every_page().await;
    let mut problems = Vec::new();
    for who in shots.iter().map(|shot| shot.who).collect::<BTreeSet<_>>() {
        let mut pages = html::Pages::default();
        let mut errors = BTreeSet::new();
        for (at, shot) in shots.iter().filter(|shot| shot.who == who).enumerate() {
            // pages of errors may share a title: the address differs, and what to do is the same
            if shot.status < 400 || shot.status == 422 || errors.insert(shot.page.title()) {
                pages.add(&format!("{at} {who}: {}", shot.name), shot.page.clone());
            }
        }
        problems.extend(pages.problems());
    }
    problems.extend(shots.iter().flat_map(too_heavy));
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// 60 KB at most, and two files beside the page: the sheet and the icon.
fn too_heavy(shot: &Shot) -> Vec<String> {
    let mut problems = Vec::new();
    if shot.page.html.len() > 60 * 1024 {
        problems.push(format!("{}: {} bytes", shot.name, shot.page.html.len()));
    }
    let files: BTreeSet<String> = files(&shot.page).into_iter().collect();
    if files.len() > 2 {
        problems.push(format!("{}: loads {files:?}", shot.name));
    }
    problems
}

fn files(page: &Page) -> Vec<String> {
    [page.attributes("link[rel]", "href"), page.attributes("[src]", "src")].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_get_route_is_looked_at() {
    let shots = every_page().await;
    let seen: BTreeSet<String> = shots.iter().map(|shot| shot.page.url.path().to_owned()).collect();
    let machines = ["/static/{file}", "/healthz", "/openapi.json", "/", "/links/{token}", "/links/{token}/{rest:.*}"];
    let missing: Vec<&str> = keyhouse::app::routes()
        .iter()
        .filter(|route| route.method == "GET" && !route.path.starts_with("/user/"))
        .map(|route| route.path)
        .filter(|route| !machines.contains(route) && !seen.iter().any(|path| fits(route, path)))
        .collect();
    assert!(missing.is_empty(), "nobody looks at {missing:?}");
}

fn fits(route: &str, path: &str) -> bool {
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(a, b)| a == b || a.starts_with('{'))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axe_core_finds_nothing_light_dark_and_narrow() {
    let shots = every_page().await;
    let mirror = mirror(&shots);
    let browser = Browser::start(&mirror.url, Scripts::On).await;
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (look, scheme, width) in [("light", "light", 1280), ("dark", "dark", 1280), ("narrow", "light", 320)] {
        browser.media(&[("prefers-color-scheme", scheme)]).await;
        browser.size(width, 900).await;
        for (at, shot) in shots.iter().enumerate() {
            browser.open(&format!("/{at}")).await;
            browser.screenshot(&format!("{at:02}-{}-{look}", file_name(shot))).await;
            let content = browser.content_width().await;
            if content > u64::from(width) {
                found
                    .entry(format!("{content} wide in {width}"))
                    .or_default()
                    .push(format!("{at} {} {}", shot.who, shot.name));
            }
            for violation in axe::violations(&browser).await {
                found.entry(violation).or_default().push(format!("{at} {look} {} {}", shot.who, shot.name));
            }
        }
    }
    let all: Vec<String> =
        found.into_iter().map(|(what, pages)| format!("{what}\n  on {}", pages.join(", "))).collect();
    assert!(all.is_empty(), "{} findings:\n{}", all.len(), all.join("\n"));
}

fn file_name(shot: &Shot) -> String {
    let name: String = shot.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    name.trim_matches('-').chars().take(60).collect()
}

/// The pages as they came, also those that were answered to a form, with the product's own sheet and icon.
fn mirror(shots: &[Shot]) -> Site {
    let pages: Vec<String> = shots.iter().map(|shot| shot.page.html.clone()).collect();
    let css = std::fs::read_to_string(crate::support::root().join("static/keyhouse.css")).unwrap();
    let icon = std::fs::read_to_string(crate::support::root().join("static/keyhouse.svg")).unwrap();
    Site::serve(move |ask| {
        let file = |kind: &str, body: &str| {
            Answer { status: 200, headers: Vec::new(), body: body.to_owned() }.with("content-type", kind)
        };
        match ask.path.trim_start_matches('/').parse::<usize>() {
            Ok(at) => file("text/html; charset=utf-8", &pages[at]),
            Err(_) if ask.path.ends_with(".css") => file("text/css", &css),
            Err(_) => file("image/svg+xml", &icon),
        }
    })
}
