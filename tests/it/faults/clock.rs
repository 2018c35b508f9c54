//! The clock of the machine is set forward and back under the running product. What ended stays ended, what waits goes on, what
//! is recorded stays in order, and nobody is locked out for it.

use std::time::{Duration, Instant};

use keyhouse::clock::{DAY, HOUR, MINUTE};

use super::house::House;
use crate::support::authenticator::Authenticator;
use crate::support::bulk::{EMAIL, PASSWORD};
use crate::support::client::Client;
use crate::support::database::{Backend, Database};
use crate::support::hands::Hands;
use crate::support::robot::Robot;
use crate::support::server::Server;
use crate::support::somebody::SESSION;
use crate::support::{Fixture, both, chain};

/// A house whose clock a test sets.
pub(super) struct Clocked {
    pub(super) house: House,
    pub(super) hands: Hands,
}

impl Fixture for Clocked {
    async fn start(backend: Backend) -> Self {
        let hands = Hands::new();
        let house = on(Database::migrated(backend), &hands);
        Clocked { house, hands }
    }
}

fn on(database: Database, hands: &Hands) -> House {
    House::on(database, |database| under(database, hands))
}

/// Another node on this database.
pub(super) fn under(database: &Database, hands: &Hands) -> Server {
    let wrapper = hands.wrapper();
    let wrapper: Vec<&str> = wrapper.iter().map(String::as_str).collect();
    Server::start_under(database, &wrapper)
}

impl Clocked {
    /// Programs do what they did before.
    async fn goes_on(&self, key: i64) {
        self.house.read().await.expect(200);
        self.house.delete(key).send().await.expect(204);
        self.house.create(&format!("after {key}")).send().await.expect(201);
        self.house.server.client().get("/healthz").await.expect(200);
    }

    /// How many events are dated before the one that they follow, or have an id below its.
    fn out_of_order(&self) -> i64 {
        self.house.database.number(
            "SELECT COUNT(*) FROM audit_events AS later JOIN audit_events AS earlier
             ON earlier.org_id = later.org_id AND earlier.seq = later.seq - 1
             WHERE later.at < earlier.at OR later.id < earlier.id",
        )
    }

    /// The trail is whole and in order, and pages lead through all of it; nothing panicked.
    async fn is_sound(&self) {
        let seal = self.house.server.secrets().key("audit chain");
        for org in [0, 101] {
            assert_eq!(chain::broken(&self.house.database, &seal, org), Vec::<String>::new());
        }
        assert_eq!(self.out_of_order(), 0);
        let events = self.house.database.number("SELECT COUNT(*) FROM audit_events WHERE org_id = 101") as usize;
        let mut admin = signs_in_in_the_end(&self.house).await;
        let listed = admin.open("/orgs/acme/audit").await.status(200).select("main tbody tr").len();
        assert!(listed == events && !self.house.server.log().contains("panicked"), "{listed} of {events} are listed");
    }
}

/// Whether this browser is signed in.
async fn is_in(client: &Client) -> bool {
    let reply = client.get("/profile").await;
    assert!(reply.status == 200 || reply.header("location").starts_with("/login"), "{}", reply.text);
    reply.status == 200
}

/// Somebody types wrong passwords until they have to wait.
async fn fails(house: &House) {
    let mut robot = house.server.robot();
    robot.open("/login").await;
    while robot.reply.status != 429 {
        robot.fill("Email address", EMAIL).fill("Password", "not the password");
        robot.press("Sign in").await;
    }
}

/// The admin, who tries until they need not wait any more: a minute at most, and by a clock that catches up twice that.
async fn signs_in_in_the_end(house: &House) -> Robot {
    let (mut robot, began) = (house.server.robot(), Instant::now());
    robot.open("/login").await;
    loop {
        robot.fill("Email address", EMAIL).fill("Password", PASSWORD);
        if robot.press("Sign in").await.reply.status != 429 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "they still have to wait");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    robot.status(200);
    robot
}

/// The path of a new password link for a user, by the command of the host.
fn link(clocked: &Clocked, n: i64) -> String {
    let (status, printed) = clocked.house.server.command(&["user", "link", &format!("nr{n}@example.com")]);
    assert!(status.success(), "{printed}");
    printed.lines().find_map(|line| line.find("/links/").map(|at| line[at..].to_owned())).unwrap()
}

/// Whether somebody who opens the link is asked for a password.
async fn opens(house: &House, link: &str) -> bool {
    let visitor = house.server.client();
    visitor.get(link).await.expect(303);
    visitor.get("/links").await.status == 200
}

both! {
    async fn a_clock_set_a_day_ahead_and_back_revives_nothing_and_locks_nobody_out(clocked: Clocked) {
        let Clocked { house, hands } = &clocked;
        let (before, link) = (house.admin().await.client, link(&clocked, 1));
        clocked.goes_on(1).await;
        assert!(is_in(&before).await && opens(house, &link).await);
        hands.put_by(DAY + HOUR);
        assert!(!is_in(&before).await && !opens(house, &link).await);
        let during = house.admin().await.client;
        clocked.goes_on(2).await;
        hands.put_by(0);
        assert!(is_in(&during).await && !is_in(&before).await && !opens(house, &link).await);
        clocked.goes_on(3).await;
        // waits of a few seconds still end, though twice as late
        fails(house).await;
        clocked.is_sound().await;
    }

    async fn a_clock_set_an_hour_back_and_right_again_changes_nothing_for_anybody(clocked: Clocked) {
        let Clocked { house, hands } = &clocked;
        let (before, link) = (house.admin().await.client, link(&clocked, 1));
        clocked.goes_on(1).await;
        hands.put_by(-HOUR);
        clocked.goes_on(2).await;
        assert!(is_in(&before).await && is_in(&house.admin().await.client).await && opens(house, &link).await);
        fails(house).await;
        clocked.is_sound().await;
        hands.put_by(0);
        clocked.goes_on(3).await;
        assert!(is_in(&before).await && opens(house, &link).await);
        clocked.is_sound().await;
    }

    async fn after_a_clock_was_set_ahead_and_back_the_codes_of_an_app_are_good(clocked: Clocked) {
        let Clocked { house, hands } = &clocked;
        let mut admin = house.admin().await;
        admin.open("/profile/two-factor").await;
        let app = Authenticator::with(&admin.select("dd code")[0]);
        admin.fill("Code from the app", &app.code()).press("Turn on").await.status(200).sees("You cannot see them again");
        hands.put_by(HOUR);
        house.read().await.expect(200);
        hands.put_by(0);
        let mut again = house.admin().await;
        again.sees("Enter your code").fill("Code", &app.later(1)).press("Sign in").await.status(200).sees_no("Enter your code");
    }

    async fn failures_that_a_wrong_clock_counted_lock_nobody_out_after_a_restart(clocked: Clocked) {
        let Clocked { house, hands } = clocked;
        hands.put_by(DAY);
        fails(&house).await;
        hands.put_by(0);
        let House { server, database, bulk } = house;
        let house = House { server: server.crash_and_restart(), database, bulk };
        house.admin().await.open("/profile").await.status(200).sees("Ada");
        assert_eq!(house.database.number("SELECT COUNT(*) FROM sessions"), 1);
    }

    async fn after_a_clock_was_a_day_ahead_a_node_starts_when_it_is_told_that_the_clock_is_right(clocked: Clocked) {
        let Clocked { house, hands } = &clocked;
        hands.put_by(DAY);
        let (session, link) = (house.admin().await.client.cookie(SESSION).unwrap(), link(&clocked, 1));
        clocked.goes_on(1).await;
        let Clocked { house: House { mut server, database, bulk }, hands } = clocked;
        hands.put_by(0);
        server.crash();
        let (status, printed) = server.command(&["user", "link", EMAIL]);
        assert!(status.code() == Some(1) && printed.contains("--trust-clock"), "{printed}");
        assert!(server.command(&["user", "disable", "nr2@example.com", "--trust-clock"]).0.success());
        let house = House { server: server.start_again(), database, bulk };
        let browser = house.server.client();
        browser.set_cookie(SESSION, &session);
        assert!(!is_in(&browser).await && !opens(&house, &link).await, "they would have lived for a day");
        house.delete(2).send().await.expect(204);
        let mut admin = house.admin().await;
        let day = |by: i64| keyhouse::clock::now().plus(by).rfc3339()[..10].to_owned();
        for (filter, count) in [(format!("to={}", day(0)), 1), (format!("from={}", day(DAY)), 1)] {
            let listed = admin.open(&format!("/orgs/acme/audit?what=key.deleted&{filter}")).await.status(200);
            assert_eq!(listed.select("main tbody tr").len(), count, "{filter}");
        }
        let (status, printed) = house.server.command(&["audit", "verify", "--org", "acme"]);
        assert!(status.success(), "{printed}");
    }

    async fn after_a_restart_on_a_clock_that_is_a_little_back_the_trail_goes_on_in_order(clocked: Clocked) {
        let Clocked { house, hands } = clocked;
        hands.put_by(4 * MINUTE);
        house.delete(1).send().await.expect(204);
        let session = house.admin().await.client.cookie(SESSION).unwrap();
        hands.put_by(0);
        let House { server, database, bulk } = house;
        let clocked = Clocked { house: House { server: server.crash_and_restart(), database, bulk }, hands };
        clocked.goes_on(2).await;
        let browser = clocked.house.server.client();
        browser.set_cookie(SESSION, &session);
        assert!(is_in(&browser).await);
        clocked.is_sound().await;
    }
}

/// Two nodes whose clocks differ by four minutes, about midnight. (Further apart, the second one does not start.)
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_whose_clocks_differ_leave_no_event_out_of_its_day() {
    let midnight = keyhouse::clock::Time::from_micros(keyhouse::clock::now().micros() / DAY * DAY + DAY);
    let (early, late) = (Hands::new(), Hands::new());
    early.hold_at(midnight.plus(-2 * MINUTE));
    late.hold_at(midnight.plus(2 * MINUTE));
    let house = on(Database::migrated(Backend::Postgres), &early);
    let other = under(&house.database, &late);
    for n in 1..=8 {
        for node in [&house.server, &other] {
            let path = format!("/user/apiKey/{}", house.bulk.key(2 * n - i64::from(node.url == other.url)));
            house.ask_as(&node.client(), "DELETE", &path).send().await.expect(204);
        }
    }
    let mut admin = house.admin().await;
    let day = &midnight.rfc3339()[..10];
    for filter in [format!("from={day}"), format!("to={}", &midnight.plus(-DAY).rfc3339()[..10])] {
        let listed = admin.open(&format!("/orgs/acme/audit?what=key.deleted&{filter}")).await.status(200);
        assert_eq!(listed.select("main tbody tr").len(), 8, "{filter}");
    }
}
