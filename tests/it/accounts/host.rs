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
        let (code, printed) = user(&database, &folder, &["super", ANN, "off"]);
        assert_eq!((code, printed.contains("only super admin who can sign in")), (Some(1), true), "{printed}");
        let (code, printed) = user(&database, &folder, &["super", BEN, "on"]);
        assert_eq!((code, printed.contains("is a super admin now")), (Some(0), true), "{printed}");
        let (code, printed) = user(&database, &folder, &["super", BEN, "on"]);
        assert_eq!((code, printed.contains("already; nothing was changed")), (Some(0), true), "{printed}");
        let (code, printed) = user(&database, &folder, &["super", ANN, "off"]);
        assert_eq!((code, printed.contains("is no super admin now")), (Some(0), true), "{printed}");
        let events = "SELECT COUNT(*) FROM audit_events WHERE org_id = 0 AND actor_kind = 'host' AND action LIKE 'account.super%'";
        assert_eq!(database.number(events), 2, "{backend:?}");
        assert_eq!(database.number("SELECT COUNT(*) FROM users WHERE super_admin AND id = 9000"), 1, "{backend:?}");
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
