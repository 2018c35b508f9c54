//! What whoever runs the machine does: settings, setup without a browser, demo data, stopping.

use std::process::ExitStatus;
use std::time::Duration;

use diesel::deserialize::QueryableByName;
use diesel::sql_types::BigInt;
use diesel::{RunQueryDsl, sql_query};
use tempfile::TempDir;

use crate::support::database::{Backend, Database};
use crate::support::server::{Server, command, write_private};

/// Counts that triggers keep, against what is there: every row is a fault.
const MISCOUNTED: &str = "SELECT count(*) AS number FROM org_counts c WHERE \
    c.users <> (SELECT count(*) FROM memberships m WHERE m.org_id = c.org_id AND m.removed_at IS NULL) \
    OR c.admins <> (SELECT count(*) FROM memberships m WHERE m.org_id = c.org_id AND m.admin) \
    OR c.disabled_users <> (SELECT count(*) FROM memberships m WHERE m.org_id = c.org_id AND NOT m.enabled) \
    OR c.keyless_users <> (SELECT count(*) FROM memberships m WHERE m.org_id = c.org_id AND m.keys_count = 0) \
    OR c.keys <> (SELECT sum(m.keys_count) FROM memberships m WHERE m.org_id = c.org_id) \
    OR c.keys <> (SELECT count(*) FROM keys k WHERE k.org_id = c.org_id AND k.deleted_at IS NULL)";
const KEYS: &str = "SELECT count(*) AS number FROM keys JOIN key_usage ON key_id = id";
const TERMS: &str = "SELECT count(*) AS number FROM search_terms WHERE kind = 2";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn number(database: &Database, query: &str) -> i64 {
    let query = sql_query(query);
    match database.backend {
        Backend::Sqlite => query.get_result::<Number>(&mut database.sqlite()).unwrap().number,
        Backend::Postgres => query.get_result::<Number>(&mut database.postgres()).unwrap().number,
    }
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    write_private(&folder.path().join("keyhouse.secret"), "a secret of the tests, of more than 32 characters\n");
    write_private(&folder.path().join("password"), "tuesday rain on copper\n");
    folder
}

fn demo(database: &Database, folder: &TempDir) -> (ExitStatus, String) {
    command(folder.path(), database, &["demo", "--orgs", "3", "--users", "60", "--keys", "5000"])
}

fn set_up(database: &Database, folder: &TempDir) -> (ExitStatus, String) {
    let asked = ["setup", "--org", "Acme", "--email", "ann@acme.example", "--password-file", "password"];
    command(folder.path(), database, &asked)
}

#[test]
fn the_demo_is_what_single_changes_would_have_made() {
    for backend in Backend::ALL {
        let (database, folder) = (Database::migrated(backend), folder());
        let (status, printed) = demo(&database, &folder);
        assert!(status.success(), "{printed}");
        assert_eq!(number(&database, MISCOUNTED), 0, "{backend:?}");
        assert_eq!((number(&database, KEYS), number(&database, TERMS)), (5000, 10_000), "{backend:?}");
        let before = number(&database, "SELECT last AS number FROM ids");
        let (status, printed) = demo(&database, &folder);
        assert_eq!((status.code(), printed.contains("nothing was changed")), (Some(1), true), "{printed}");
        assert_eq!(number(&database, "SELECT last AS number FROM ids"), before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_key_works_and_every_page_says_that_it_is_a_demo() {
    for backend in Backend::ALL {
        let (database, folder) = (Database::migrated(backend), folder());
        let (_, printed) = demo(&database, &folder);
        let secret = folder.path().join("keyhouse.secret");
        let server = Server::start_with(&database, &[("KEYHOUSE_SECRET_FILE", secret.to_str().unwrap())]);
        let told = |name: &str| printed.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        let me = server.client().ask("GET", "/user/users/me").header("x-api-key", &told("key: ")).send().await;
        assert!(me.expect(200).text.contains(&told("email: ")));
        let mut robot = server.robot();
        robot.open("/login").await.sees("Demo data");
        robot.fill("Email address", &told("email: ")).fill("Password", &told("password: "));
        robot.press("Sign in").await.status(200).sees("Acme Field Services");
    }
}

#[test]
fn of_several_that_set_up_at_once_one_wins() {
    for backend in Backend::ALL {
        let (database, folder) = (Database::migrated(backend), folder());
        let all: Vec<(ExitStatus, String)> = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..6).map(|_| scope.spawn(|| set_up(&database, &folder))).collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        let won = all.iter().filter(|(status, _)| status.success()).count();
        assert_eq!((won, number(&database, "SELECT count(*) AS number FROM users")), (1, 1), "{backend:?}: {all:?}");
    }
}

#[test]
fn the_host_changes_an_email_address_or_confirms_the_one_that_was_asked_for() {
    for backend in Backend::ALL {
        let (database, folder) = (Database::migrated(backend), folder());
        assert!(set_up(&database, &folder).0.success());
        let run = |arguments: &[&str]| command(folder.path(), &database, arguments);
        let (status, printed) = run(&["user", "confirm-email", "ann@acme.example"]);
        assert_eq!(
            (status.code(), printed.contains("has not asked for another address")),
            (Some(1), true),
            "{printed}"
        );
        let wish = "INSERT INTO email_changes (user_id, email, user_epoch, expires_at, created_at) \
                    SELECT id, 'ann@one.example', session_epoch, 9000000000000000, 1 FROM users";
        database.execute(wish);
        let (status, printed) = run(&["user", "confirm-email", "ann@acme.example"]);
        assert!(status.success() && printed.contains("is ann@one.example from now on"), "{printed}");
        let (status, printed) = run(&["user", "email", "ann@one.example", "ANN@two.example"]);
        assert!(status.success() && printed.contains("is ann@two.example from now on"), "{printed}");
        assert_eq!(run(&["user", "email", "ann@one.example", "ann@three.example"]).0.code(), Some(1));
        let told = "SELECT count(*) AS number FROM audit_events WHERE actor_kind = 'host' AND org_id = 0 \
                    AND action = 'user.email_changed'";
        assert_eq!(number(&database, told), 2, "{backend:?}");
        let in_the_org = told.replace("org_id = 0", "org_id > 0");
        assert_eq!(number(&database, &in_the_org), 2, "their admins see the new address, {backend:?}");
        let (status, printed) = run(&["user", "email", "ann@two.example", "ann@two.example"]);
        assert!(status.success() && printed.contains("nothing was changed"), "{printed}");
        let (status, printed) = run(&["user", "disable", "bob@acme.example"]);
        assert!(status.code() == Some(1) && printed.contains("keyhouse: No account has"), "{printed}");
    }
}

#[test]
fn who_helps_somebody_makes_no_installation_in_the_wrong_place() {
    for (backend, told) in
        [(Backend::Sqlite, "there is no database file"), (Backend::Postgres, "no database of Keyhouse")]
    {
        let (database, folder) = (Database::empty(backend), folder());
        for asked in [["user", "link"], ["user", "disable"]] {
            let (status, printed) = command(folder.path(), &database, &[&asked[..], &["ann@acme.example"]].concat());
            assert!(status.code() == Some(1) && printed.contains(told), "{printed}");
        }
        match backend {
            Backend::Sqlite => assert!(!database.file().exists()),
            Backend::Postgres => assert!(database.try_execute("SELECT 1 FROM __diesel_schema_migrations").is_err()),
        }
    }
}

#[test]
fn a_password_of_several_lines_is_refused_before_anything_is_made() {
    let (database, folder) = (Database::empty(Backend::Sqlite), folder());
    write_private(&folder.path().join("password"), "tuesday rain on copper\nand a second line\n");
    let (status, printed) = set_up(&database, &folder);
    assert!(status.code() == Some(1) && printed.contains("has several lines"), "{printed}");
    assert!(!database.file().exists());
}

#[test]
fn every_wrong_setting_is_named_and_nothing_is_made() {
    let database = Database::empty(Backend::Sqlite);
    let folder = TempDir::new().unwrap();
    let wrong = [
        "--workers=none",
        "--public-url=keys.example.com",
        "--trusted-proxies=10.0.0.5/8",
        "--secret-file=/nowhere/at/all/secret",
        "--log=verbose",
    ];
    let (status, printed) = command(folder.path(), &database, &wrong);
    assert_eq!(status.code(), Some(2));
    for name in
        ["WORKERS:", "PUBLIC_URL:", "TRUSTED_PROXIES:", "SECRET_FILE:", "LOG:"].map(|name| format!("KEYHOUSE_{name}"))
    {
        assert!(printed.contains(&name), "{printed}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(!database.file().exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_ends_it_well_and_what_was_seen_is_kept() {
    for backend in Backend::ALL {
        let (database, folder) = (Database::migrated(backend), folder());
        let (_, printed) = demo(&database, &folder);
        let key = printed.lines().find_map(|line| line.strip_prefix("key: ")).unwrap();
        let secret = folder.path().join("keyhouse.secret");
        let mut server = Server::start_with(&database, &[("KEYHOUSE_SECRET_FILE", secret.to_str().unwrap())]);
        server.client().ask("GET", "/user/users/me").header("x-api-key", key).send().await.expect(200);
        assert!(server.stop(Duration::from_secs(12)).is_some_and(|status| status.success()), "{}", server.log());
        let used = "SELECT count(*) AS number FROM keys JOIN key_usage ON key_id = id \
                    WHERE name = 'demo-admin' AND last_used > 0";
        assert_eq!(number(&database, used), 1, "{backend:?}");
    }
}
