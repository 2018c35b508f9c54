//! What whoever starts Keyhouse is told, before it does anything.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use keyhouse::clock::{MINUTE, now};
use tempfile::TempDir;

use super::read_only::bound;
use crate::support::cluster::{Cluster, is_root};
use crate::support::database::{Backend, Database};
use crate::support::server::{command, command_under, command_with, write_private};

const LONG: &str = "a secret of the tests, of more than 32 characters\n";

fn secret(folder: &Path, text: &str, mode: u32) {
    let file = folder.join("keyhouse.secret");
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
}

/// Starts with these settings on an SQLite file that is not there yet, and expects a refusal that says all of this.
fn refuses(prepare: impl Fn(&Path), settings: &[(&str, &str)], code: i32, said: &[&str]) {
    let (database, folder) = (Database::empty(Backend::Sqlite), TempDir::new().unwrap());
    prepare(folder.path());
    let (status, printed) = command_with(folder.path(), &database, &[], settings);
    assert_eq!(status.code(), Some(code), "{printed}");
    for words in said {
        assert!(printed.contains(words), "{words:?} is missing in:\n{printed}");
    }
    assert!(!database.file().exists(), "it made a database before it refused");
}

#[test]
fn a_short_secret_is_refused() {
    refuses(|folder| secret(folder, "too short\n", 0o600), &[], 2, &["KEYHOUSE_SECRET_FILE:", "32"]);
}

#[test]
fn a_secret_that_others_can_read_is_refused() {
    refuses(|folder| secret(folder, LONG, 0o644), &[], 2, &["KEYHOUSE_SECRET_FILE:", "chmod 600"]);
}

#[test]
fn a_secret_of_another_user_is_refused() {
    if !is_root() {
        eprintln!("only root can give a file away; the rule itself is tested where root runs the tests");
        return;
    }
    let foreign = |folder: &Path| {
        secret(folder, LONG, 0o600);
        std::os::unix::fs::chown(folder.join("keyhouse.secret"), Some(65534), None).unwrap();
    };
    refuses(foreign, &[], 2, &["KEYHOUSE_SECRET_FILE:", "belongs to another user"]);
}

#[test]
fn no_secret_is_made_up_for_a_postgres_that_other_nodes_may_share() {
    let (database, folder) = (Database::migrated(Backend::Postgres), TempDir::new().unwrap());
    let nowhere = folder.path().join("nowhere");
    let settings = [("KEYHOUSE_SECRET_FILE", nowhere.to_str().unwrap())];
    let (status, printed) = command_with(folder.path(), &database, &[], &settings);
    let told = printed.contains(&format!("KEYHOUSE_SECRET_FILE: there is no file {}", nowhere.display()));
    assert!(status.code() == Some(2) && told && !nowhere.exists(), "{printed}");
}

#[test]
fn an_environment_that_leads_to_another_postgres_is_refused() {
    let (database, folder) = (Database::migrated(Backend::Postgres), TempDir::new().unwrap());
    for name in ["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE"] {
        let (status, printed) = command_with(folder.path(), &database, &["migrate"], &[(name, "127.0.0.1")]);
        assert!(status.code() == Some(2) && printed.contains(&format!("{name}: could lead")), "{printed}");
    }
}

#[test]
fn a_postgres_that_does_not_keep_text_as_utf_8_is_refused() {
    let (cluster, database) = (Cluster::start(&["fsync=off"]), Database::empty(Backend::Postgres));
    cluster.execute("CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0");
    let url = format!("{}/bytes", cluster.url().rsplit_once('/').unwrap().0);
    let (folder, settings) = (TempDir::new().unwrap(), [("KEYHOUSE_DATABASE_URL", url.as_str())]);
    let (status, printed) = command_with(folder.path(), &database, &["migrate"], &settings);
    assert!(status.code() == Some(1) && printed.contains("must be in UTF8"), "{printed}");
}

#[test]
fn public_plain_http_is_refused_without_its_flag() {
    let public = [("KEYHOUSE_PUBLIC_URL", "http://keys.example.com")];
    refuses(|_| (), &public, 2, &["KEYHOUSE_PUBLIC_URL:", "--insecure-http"]);
}

#[test]
fn an_unknown_setting_is_refused() {
    refuses(|_| (), &[("KEYHOUSE_LISTENS", "127.0.0.1:1")], 2, &["KEYHOUSE_LISTENS: there is no such setting"]);
}

#[test]
fn a_folder_is_no_database() {
    refuses(|_| (), &[("KEYHOUSE_DATABASE_URL", "sqlite:///usr")], 2, &["KEYHOUSE_DATABASE_URL: /usr is a directory"]);
}

#[test]
fn whoever_finds_the_port_taken_is_told_and_nothing_is_made() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    refuses(|_| (), &[("KEYHOUSE_LISTEN", &address)], 1, &[&format!("cannot listen on {address}")]);
}

#[test]
fn all_that_is_wrong_stands_in_one_message() {
    let wrong = [
        ("KEYHOUSE_DATABASE_URL", "sqlite:///nowhere/at/all.db"),
        ("KEYHOUSE_PUBLIC_URL", "http://keys.example.com"),
        ("KEYHOUSE_WORKER", "2"),
        ("KEYHOUSE_WORKERS", "none"),
    ];
    let said = ["no directory /nowhere/at", "--insecure-http", "KEYHOUSE_WORKER:", "KEYHOUSE_WORKERS:", "SECRET_FILE:"];
    refuses(|folder| secret(folder, "short", 0o600), &wrong, 2, &said);
}

#[test]
fn made_up_data_is_not_served_at_a_public_url_without_its_flag() {
    for backend in Backend::ALL {
        let (database, folder) = (Database::migrated(backend), TempDir::new().unwrap());
        let demo = ["demo", "--orgs", "1", "--users", "2", "--keys", "1"];
        assert!(command(folder.path(), &database, &demo).0.success());
        let public = [("KEYHOUSE_PUBLIC_URL", "https://keys.example.com")];
        let (status, printed) = command_with(folder.path(), &database, &[], &public);
        assert!(status.code() == Some(1) && printed.contains("--public-demo"), "{printed}");
    }
}

#[test]
fn a_newer_schema_is_refused() {
    for backend in Backend::ALL {
        let (database, folder) = (Database::migrated(backend), TempDir::new().unwrap());
        database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')");
        for arguments in [&[][..], &["migrate"], &["user", "link", "ann@acme.example"]] {
            let (status, printed) = command(folder.path(), &database, arguments);
            assert!(status.code() == Some(1) && printed.contains("made by a newer Keyhouse"), "{printed}");
        }
    }
}

#[test]
fn a_clock_far_behind_the_newest_event_is_refused() {
    for backend in Backend::ALL {
        let (database, folder) = (Database::migrated(backend), TempDir::new().unwrap());
        let columns = "id, org_id, seq, at, actor_kind, actor_name, action, target_kind, target_name, address, request_id, via, format, hash";
        let hash = if backend == Backend::Sqlite { "x'00'" } else { "'\\x00'" };
        let event = |id: i64, at: i64| {
            database.execute(&format!("INSERT INTO audit_events ({columns}) VALUES ({id}, 0, {id}, {at}, 'host', '', 'x', 'x', '', '', '', 'cli', 1, {hash})"));
        };
        secret(folder.path(), LONG, 0o600);
        event(1, now().plus(4 * MINUTE).micros());
        // only this command opens a database whose newest event fits no secret
        let (_, printed) = command(folder.path(), &database, &["audit", "verify"]);
        assert!(printed.contains("does not fit its seal"), "{printed}");
        event(2, now().plus(10 * MINUTE).micros());
        for arguments in [&[][..], &["audit", "verify"]] {
            let (status, printed) = command(folder.path(), &database, arguments);
            assert!(status.code() == Some(1) && printed.contains("set the clock right"), "{printed}");
        }
        let (_, printed) = command(folder.path(), &database, &["audit", "verify", "--trust-clock"]);
        assert!(printed.contains("does not fit its seal"), "{printed}");
    }
}

#[test]
fn a_database_of_another_user_or_one_that_everyone_can_read_is_refused() {
    let (database, folder) = (Database::migrated(Backend::Sqlite), TempDir::new().unwrap());
    fs::set_permissions(database.file(), fs::Permissions::from_mode(0o644)).unwrap();
    let (status, printed) = command(folder.path(), &database, &["migrate"]);
    let told = format!("run: chmod 600 {}", database.file().display());
    assert!(status.code() == Some(2) && printed.contains(&told), "{printed}");
    fs::set_permissions(database.file(), fs::Permissions::from_mode(0o660)).unwrap();
    let (status, printed) = command(folder.path(), &database, &["migrate"]);
    assert!(status.success() && printed.contains("the group of this file can use it"), "{printed}");
    if is_root() {
        let beside = database.folder().join("keyhouse.db-wal");
        fs::write(&beside, "").unwrap();
        std::os::unix::fs::chown(&beside, Some(65534), None).unwrap();
        let (status, printed) = command(folder.path(), &database, &["migrate"]);
        assert!(status.code() == Some(2) && printed.contains("keyhouse.db-wal belongs to another user"), "{printed}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_in_is_refused() {
    let (database, folder) = (Database::empty(Backend::Sqlite), TempDir::new().unwrap());
    let mode = |mode| fs::set_permissions(database.folder(), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o500);
    let refused = command_under(bound(), folder.path(), &database, &["migrate"]);
    mode(0o700);
    let (status, printed) = refused;
    assert!(status.code() == Some(2) && printed.contains("nothing can be written in"), "{printed}");
}

/// An installation that was set up under the secret in this folder.
fn set_up(backend: Backend) -> (Database, TempDir) {
    let (database, folder) = (Database::migrated(backend), TempDir::new().unwrap());
    secret(folder.path(), LONG, 0o600);
    write_private(&folder.path().join("password"), "tuesday rain on copper\n");
    let asked = ["setup", "--org", "Acme", "--email", "ann@acme.example", "--password-file", "password"];
    let (status, printed) = command(folder.path(), &database, &asked);
    assert!(status.success(), "{printed}");
    (database, folder)
}

#[test]
fn a_secret_that_the_database_was_not_written_with_is_refused_and_can_be_diagnosed() {
    for backend in Backend::ALL {
        let (database, folder) = set_up(backend);
        let other = "another secret of the tests, of more than 32 characters\n";
        let link = ["user", "link", "ann@acme.example"];
        secret(folder.path(), other, 0o600);
        for arguments in [&link[..], &[]] {
            let (status, printed) = command(folder.path(), &database, arguments);
            let told = printed.contains("is not the one that this database was written with");
            assert!(status.code() == Some(1) && told, "{backend:?}: {printed}");
        }
        let (_, printed) = command(folder.path(), &database, &["audit", "verify"]);
        assert!(printed.contains("does not fit its seal"), "{printed}");
        secret(folder.path(), &format!("{other}{LONG}"), 0o600);
        for _ in 0..2 {
            let (status, printed) = command(folder.path(), &database, &link);
            assert!(status.success(), "{backend:?}: {printed}");
        }
        let (status, printed) = command(folder.path(), &database, &["audit", "verify"]);
        assert!(status.success(), "{printed}");
    }
}

#[test]
fn whoever_lost_the_secret_goes_on_and_the_trail_says_so() {
    for backend in Backend::ALL {
        let (database, folder) = set_up(backend);
        let run = |arguments: &[&str]| command(folder.path(), &database, arguments);
        let (status, printed) = run(&["audit", "lost-secret"]);
        assert!(status.code() == Some(1) && printed.contains("nothing is lost"), "{backend:?}: {printed}");
        let other = "another secret of the tests, of more than 32 characters\n";
        secret(folder.path(), other, 0o600);
        let (status, printed) = run(&["audit", "lost-secret"]);
        assert!(status.success() && printed.contains("2 chains go on"), "{backend:?}: {printed}");
        assert!(run(&["user", "link", "ann@acme.example"]).0.success());
        let (status, printed) = run(&["audit", "verify"]);
        assert!(status.code() == Some(1) && printed.contains("event 1 (id "), "{backend:?}: {printed}");
        let (status, printed) = run(&["audit", "verify", "--since-loss"]);
        assert!(status.success() && printed.contains(", from 3 on"), "{backend:?}: {printed}");
        secret(folder.path(), &format!("{other}{LONG}"), 0o600);
        let (status, printed) = run(&["audit", "verify"]);
        assert!(status.success(), "found again, {backend:?}: {printed}");
    }
}

#[test]
fn a_secret_that_was_lost_is_not_made_anew() {
    let (database, folder) = set_up(Backend::Sqlite);
    let file = folder.path().join("keyhouse.secret");
    fs::remove_file(&file).unwrap();
    for arguments in [&["user", "link", "ann@acme.example"][..], &["audit", "verify"], &[]] {
        let (status, printed) = command(folder.path(), &database, arguments);
        let told = printed.contains(&format!("the secret file {} is missing", file.display()));
        assert!(status.code() == Some(1) && told && !file.exists(), "{printed}");
    }
    secret(folder.path(), LONG, 0o600);
    assert!(command(folder.path(), &database, &["user", "link", "ann@acme.example"]).0.success());
    fs::remove_file(&file).unwrap();
    let (status, printed) = command(folder.path(), &database, &["audit", "lost-secret"]);
    assert!(status.success() && file.exists(), "whoever says that it is lost gets a new one: {printed}");
}
