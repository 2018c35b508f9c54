//! The host's command line helps out: `keyhouse user super`, `disable` and `enable`.

use tempfile::TempDir;

use crate::support::database::{Backend, Database};
use crate::support::server::{command, write_private};

const ANN: &str = "ann@acme.example";
const BEN: &str = "ben@acme.example";

/// An installation with the super admin Ann, and Ben, who is nothing and can sign in.
fn set_up(backend: Backend) -> (Database, TempDir) {
    let (database, folder) = (Database::migrated(backend), TempDir::new().unwrap());
    write_private(&folder.path().join("password"), "tuesday rain on copper\n");
    let asked = ["setup", "--org", "Acme", "--email", ANN, "--password-file", "password"];
    let (status, printed) = command(folder.path(), &database, &asked);
    assert!(status.success(), "{printed}");
    database.execute(&format!(
        "INSERT INTO users (id, first_name, last_name, email, password_hash, enabled, super_admin, session_epoch, version, created_at) \
         VALUES (9000, 'Ben', '', '{BEN}', 'x', true, false, 1, 1, 1)"
    ));
    (database, folder)
}

/// Exit code and what was printed.
fn user(database: &Database, folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let (status, printed) = command(folder.path(), database, &[&["user"], arguments].concat());
    (status.code(), printed)
}

#[test]
fn the_host_makes_and_unmakes_super_admins_but_never_the_last() {
    for backend in Backend::ALL {
        let (database, folder) = set_up(backend);
        let ann = database.number("SELECT id FROM users WHERE id <> 9000").to_string();
        for (id, switch, code, told) in [
            (ann.as_str(), "off", 1, "only super admin who can sign in"),
            ("9000", "on", 0, "ben@acme.example is a super admin now"),
            ("9000", "on", 0, "already; nothing was changed"),
            (&ann, "off", 0, "is no super admin now"),
            ("9001", "on", 1, "No account has the user ID 9001"),
        ] {
            let (exit, printed) = user(&database, &folder, &["super", id, switch]);
            assert_eq!((exit, printed.contains(told)), (Some(code), true), "{told}: {printed}");
        }
        let events = "SELECT COUNT(*) FROM audit_events WHERE org_id = 0 AND actor_kind = 'host' AND action LIKE 'account.super%'";
        assert_eq!(database.number(events), 2, "{backend:?}");
        assert_eq!(database.number("SELECT COUNT(*) FROM users WHERE super_admin AND id = 9000"), 1, "{backend:?}");
    }
}

#[test]
fn an_email_address_alone_grants_no_super_admin_on_the_host() {
    for backend in Backend::ALL {
        let (database, folder) = set_up(backend);
        let events = database.number("SELECT COUNT(*) FROM audit_events");
        for switch in ["on", "off"] {
            let (code, printed) = user(&database, &folder, &["super", BEN, switch]);
            assert_eq!(code, Some(1), "{printed}");
            for told in
                ["user ID     9000", "name        Ben", "(never confirmed)", "two-factor  off", "orgs        none"]
            {
                assert!(printed.contains(told), "{told}: {printed}");
            }
            assert!(printed.contains(&format!("keyhouse user super 9000 {switch}")), "{printed}");
        }
        let (code, printed) = user(&database, &folder, &["super", ANN, "on"]);
        assert!(
            code == Some(1) && printed.contains("(confirmed by the host)") && printed.contains("Acme (admin)"),
            "{printed}"
        );
        let (code, printed) = user(&database, &folder, &["super", "nobody@acme.example", "on"]);
        assert_eq!((code, printed.contains("No account has the email address")), (Some(1), true), "{printed}");
        assert_eq!(database.number("SELECT COUNT(*) FROM users WHERE super_admin AND id = 9000"), 0);
        assert_eq!(database.number("SELECT COUNT(*) FROM audit_events"), events);
    }
}

#[test]
fn the_host_frees_an_address() {
    for backend in Backend::ALL {
        let (database, folder) = set_up(backend);
        let (code, printed) = user(&database, &folder, &["free-email", BEN]);
        assert!(code == Some(0) && printed.contains("user-9000@released.invalid"), "{printed}");
        assert_eq!(database.number("SELECT COUNT(*) FROM users WHERE email = 'user-9000@released.invalid'"), 1);
        assert_eq!(database.number("SELECT COUNT(*) FROM audit_events WHERE action = 'user.email_freed'"), 1);
        for (email, told) in [(BEN, "No account has the email address"), (ANN, "is a super admin")] {
            let (code, printed) = user(&database, &folder, &["free-email", email]);
            assert_eq!((code, printed.contains(told)), (Some(1), true), "{printed}");
        }
        let (code, printed) = user(&database, &folder, &["free-email", "user-9000@released.invalid"]);
        assert_eq!((code, printed.contains("was freed before")), (Some(0), true), "{printed}");
    }
}

#[test]
fn the_host_disables_and_enables_accounts_but_never_the_last_super_admin() {
    for backend in Backend::ALL {
        let (database, folder) = set_up(backend);
        let (code, printed) = user(&database, &folder, &["disable", ANN]);
        assert_eq!((code, printed.contains("only super admin who can sign in")), (Some(1), true), "{printed}");
        let enabled = "SELECT COUNT(*) FROM users WHERE enabled AND id = 9000";
        for (verb, count) in [("disable", 0), ("enable", 1)] {
            let (code, printed) = user(&database, &folder, &[verb, BEN]);
            assert_eq!(code, Some(0), "{printed}");
            assert_eq!(database.number(enabled), count, "{backend:?} {verb}");
        }
        let (code, printed) = user(&database, &folder, &["disable", "nobody@acme.example"]);
        assert_eq!((code, printed.contains("No account has the email address")), (Some(1), true), "{printed}");
    }
}
