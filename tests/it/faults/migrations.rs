//! A migration that fails leaves nothing of itself, and whoever starts Keyhouse is told.

use tempfile::TempDir;

use crate::support::database::{Backend, Database};
use crate::support::server::command;

fn tables(database: &Database) -> i64 {
    database.number(match database.backend {
        Backend::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%diesel%'",
        Backend::Postgres => {
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '%diesel%'"
        }
    })
}

#[test]
fn a_failed_migration_leaves_nothing() {
    for backend in Backend::ALL {
        let (database, folder) = (Database::empty(backend), TempDir::new().unwrap());
        database.execute("CREATE TABLE audit_heads (in_the_way BIGINT)");
        let (status, printed) = command(folder.path(), &database, &["migrate"]);
        assert_eq!(status.code(), Some(1), "{printed}");
        assert!(printed.contains("a migration failed, and nothing of it stayed"), "{printed}");
        assert_eq!(tables(&database), 1, "{backend:?}");
        database.execute("DROP TABLE audit_heads");
        let (status, printed) = command(folder.path(), &database, &["migrate"]);
        assert!(status.success() && tables(&database) > 10, "{printed}");
    }
}
