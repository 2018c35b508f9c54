//! The first run, as a new user does it: the binary in an empty directory, the link that it prints, and from there only what
//! the pages say.

use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::client::Client;
use crate::support::process::Group;
use crate::support::robot::Robot;
use crate::support::town::{PASSWORD, accept, sign_in};

const LIMIT: Duration = Duration::from_secs(30);

/// Started with no setting but a free port, as in `cargo run`.
fn start(folder: &TempDir) -> (Group, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyhouse"));
    command.current_dir(folder.path()).env("KEYHOUSE_LISTEN", "127.0.0.1:0").env("NO_COLOR", "1");
    let mut group = Group::spawn(command);
    let link = group.wait_line(LIMIT, |line| line.strip_prefix("Set up: ").map(str::to_owned));
    (group, link)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_run() {
    let folder = TempDir::new().unwrap();
    let (_group, link) = start(&folder);
    let base = link.split_once("/links/").unwrap().0.to_owned();
    let mut admin = set_up(&base, &link).await;
    let invitation = make_a_user(&mut admin).await;
    let mut user = Robot::new(&base);
    accept(&mut user, &invitation).await;
    if user.page.title().starts_with("Sign in") {
        sign_in(&mut user, "bea@example.com").await;
    }
    user.open("/profile").await.status(200).sees("Bea Meyer");
    let token = make_a_key(&mut admin).await;
    let caller = Client::new(&base);
    let me = caller.ask("GET", "/user/users/me").header("x-api-key", &token).send().await.expect(200).json();
    assert_eq!((me["firstName"].as_str(), me["currentOrg"]["slug"].as_str()), (Some("Bea"), Some("acme-inc")));
    wait_for_the_last_step(&mut admin).await;
    delete_in_three_clicks(&mut admin).await;
    let refused = caller.ask("GET", "/user/users/me").header("x-api-key", &token).send().await.expect(401);
    assert_eq!(refused.header("content-type"), "application/problem+json");
}

async fn set_up(base: &str, link: &str) -> Robot {
    let mut robot = Robot::new(base);
    robot.open("/").await.sees("Sign in");
    robot.open(link).await.status(200).sees("Set up Keyhouse");
    robot.press("Create org and admin").await.status(422).sees("Enter");
    robot.fill("Org name", "Acme Inc").fill("First name", "Ada").fill("Email address", "ada@example.com");
    robot.fill("Password", PASSWORD);
    let (sent, second_click) = (robot.submission("Create org and admin"), Client::new(base));
    for cookie in ["keyhouse-link", "keyhouse-form"] {
        second_click.set_cookie(cookie, &robot.client.cookie(cookie).unwrap());
    }
    robot.press("Create org and admin").await.status(200);
    let again = second_click.ask("POST", "/setup").same_origin();
    let again = again.body("application/x-www-form-urlencoded", sent.body).send().await.expect(303);
    assert_eq!(again.header("location"), "/");
    robot.sees("First steps").sees("Create a user");
    Robot::new(base).open(link).await.status(404);
    robot
}

async fn make_a_user(admin: &mut Robot) -> String {
    admin.click("New user").await.fill("First name", "Bea").fill("Last name (optional)", "Meyer");
    admin.fill("Email address", "bea@example.com").press("Create user").await.status(200);
    admin.sees("You cannot see it again").select("output").remove(0)
}

async fn make_a_key(admin: &mut Robot) -> String {
    admin.open("/orgs/acme-inc/first-steps").await.click("New key for Bea Meyer").await;
    admin.fill("Name", "billing-prod").press("Create key").await.status(200).sees("You cannot see it again");
    admin.select("output").remove(0)
}

// when keys were used is written every few seconds
async fn wait_for_the_last_step(admin: &mut Robot) {
    let until = Instant::now() + LIMIT;
    while Instant::now() < until {
        if admin.open("/orgs/acme-inc/first-steps").await.text().contains("Keyhouse has accepted a key") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    admin.sees("Keyhouse has accepted a key");
}

async fn delete_in_three_clicks(admin: &mut Robot) {
    admin.open("/orgs/acme-inc/users").await.click("Bea Meyer").await.sees("Edit User");
    admin.clicks = 0;
    admin.within_row("billing-prod").click("Delete").await.press("Delete key").await.sees("is deleted.");
    assert!(admin.clicks <= 3, "{} clicks", admin.clicks);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_setup_link_is_good_only_until_a_new_one_is_printed() {
    let folder = TempDir::new().unwrap();
    let (mut group, old) = start(&folder);
    group.kill();
    let (_group, new) = start(&folder);
    let base = new.split_once("/links/").unwrap().0;
    let old = format!("{base}/links/{}", old.split_once("/links/").unwrap().1);
    Robot::new(base).open(&old).await.sees_no("Create org and admin");
    Robot::new(base).open(&new).await.status(200).sees("Set up Keyhouse");
}
