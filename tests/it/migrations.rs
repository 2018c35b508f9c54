//! The two sets of migrations: the same names, each with its way back, and the way back leads back.

use std::collections::BTreeSet;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};

use crate::support::database::{Backend, Database};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

// white space apart, as PostgreSQL and SQLite keep the text of some definitions as it was typed
const SQLITE: &str = "SELECT type || ' ' || name || ' on ' || tbl_name || ': ' || coalesce(sql, '') AS line \
    FROM sqlite_master WHERE name NOT LIKE '%diesel_schema%' ORDER BY 1";

const POSTGRES: &str = "SELECT line FROM (\
    SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || \
        coalesce(column_default, '') || ' ' || coalesce(collation_name, '') || ' ' || is_identity AS line \
        FROM information_schema.columns WHERE table_schema = 'public' \
    UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) \
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' \
    UNION ALL SELECT 'sequence ' || sequencename || ' ' || data_type || ' ' || start_value \
        FROM pg_sequences WHERE schemaname = 'public' \
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal \
    UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc \
        WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'\
    ) AS lines WHERE line NOT LIKE '%diesel_schema%' ORDER BY 1";

fn names(backend: Backend) -> BTreeSet<String> {
    let folder = backend.migrations();
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn has_words(file: &Path) -> bool {
    let sql = std::fs::read_to_string(file).unwrap_or_default();
    sql.lines().any(|line| !line.trim().is_empty() && !line.trim().starts_with("--"))
}

#[test]
fn both_databases_have_the_same_migrations() {
    let (sqlite, postgres) = (names(Backend::Sqlite), names(Backend::Postgres));
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, postgres);
}

#[test]
fn each_migration_has_a_way_and_a_way_back() {
    for backend in Backend::ALL {
        for name in names(backend) {
            let folder = backend.migrations().join(name);
            for file in ["up.sql", "down.sql"] {
                assert!(has_words(&folder.join(file)), "{} has no {file} that does something", folder.display());
            }
        }
    }
}

fn lines<C: diesel::connection::LoadConnection>(connection: &mut C, query: &str) -> Vec<String>
where
    diesel::query_builder::SqlQuery: for<'q> diesel::query_dsl::LoadQuery<'q, C, Line>,
{
    let lines: Vec<Line> = sql_query(query).load(connection).unwrap();
    lines.into_iter().map(|line| line.line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

// up; down one by one, up again one by one; down whole: what each point left behind
fn there_and_back<C>(connection: &mut C, backend: Backend, query: &str)
where
    C: MigrationHarness<C::Backend> + SimpleConnection + diesel::connection::LoadConnection,
    diesel::query_builder::SqlQuery: for<'q> diesel::query_dsl::LoadQuery<'q, C, Line>,
    FileBasedMigrations: MigrationSource<C::Backend>,
{
    let migrations = || FileBasedMigrations::from_path(backend.migrations()).unwrap();
    let mut steps = vec![lines(connection, query)];
    for _ in names(backend) {
        connection.run_next_migration(migrations()).unwrap();
        steps.push(lines(connection, query));
    }
    let whole = steps.pop().unwrap();
    assert_ne!(whole, steps[0], "{backend:?}: the migrations make nothing");
    for step in steps.iter().rev() {
        connection.revert_last_migration(migrations()).unwrap();
        assert_eq!(lines(connection, query), *step, "{backend:?}: what a way back left, and what was there before");
    }
    connection.run_pending_migrations(migrations()).unwrap();
    assert_eq!(lines(connection, query), whole, "{backend:?}: the second way up, and the first");
    connection.revert_all_migrations(migrations()).unwrap();
    assert_eq!(lines(connection, query), steps[0], "{backend:?}: after all ways back, and before");
}

#[test]
fn up_down_up_leaves_the_same_schema_on_sqlite() {
    let database = Database::empty(Backend::Sqlite);
    there_and_back(&mut database.sqlite(), Backend::Sqlite, SQLITE);
}

#[test]
fn up_down_up_leaves_the_same_schema_on_postgres() {
    let database = Database::empty(Backend::Postgres);
    there_and_back(&mut database.postgres(), Backend::Postgres, POSTGRES);
}
