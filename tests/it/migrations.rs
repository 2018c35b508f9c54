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

/// Runs the migrations before this one, writes rows, and runs the rest.
fn written_before<C>(connection: &mut C, backend: Backend, name: &str, rows: &str)
where
    C: MigrationHarness<C::Backend> + SimpleConnection + diesel::Connection,
    FileBasedMigrations: MigrationSource<C::Backend>,
{
    let migrations = || FileBasedMigrations::from_path(backend.migrations()).unwrap();
    while connection.pending_migrations(migrations()).unwrap()[0].name().to_string() != name {
        connection.run_next_migration(migrations()).unwrap();
    }
    connection.batch_execute(rows).unwrap();
    connection.run_pending_migrations(migrations()).unwrap();
}

/// Five accounts of an org whose admin is 1: what the trail tells of their addresses.
fn addresses(backend: Backend) -> String {
    let hash = if backend == Backend::Sqlite { "x'00'" } else { "'\\x00'" };
    let user = |id: i64| format!("({id}, 'A', 'B', 'u{id}@acme.example', true, false, 1, 1, 1)");
    let membership =
        |id: i64, admin: bool| format!("({}, 101, {id}, 'A', 'B', 'e', 's', true, {admin}, 1, 1, 1)", id + 10);
    let event = |id: i64, org: i64, by: &str, action: &str, user: i64, after: &str| {
        format!(
            "({id}, {org}, {id}, {id}, '{by}', 1, 'N', '{action}', 'user', {user}, 'N', '{after}', '', 'r{user}', 'page', 1, {hash})"
        )
    };
    let is = |id: i64| format!(r#"{{"email":"u{id}@acme.example"}}"#);
    let (changed, confirmed) = ("user.email_changed", "user.email_change_confirmed");
    let events = [
        event(21, 101, "host", "user.created", 1, r#"{"admin":true,"email":"u1@acme.example","superAdmin":true}"#),
        event(22, 0, "host", changed, 2, &is(2)),
        event(23, 101, "user", confirmed, 3, &is(3)),
        event(24, 0, "user", changed, 3, &is(3)),
        event(25, 0, "user", changed, 4, &is(4)),
        event(26, 0, "host", changed, 5, &is(5)),
        event(27, 0, "user", changed, 5, &is(5)),
    ];
    let users: Vec<String> = (1..=5).map(user).collect();
    let members: Vec<String> = (1..=5).map(|id| membership(id, id == 1)).collect();
    format!(
        "INSERT INTO orgs (id, name, slug, enabled, version, created_at) VALUES (101, 'Acme', 'acme', true, 1, 1); \
         INSERT INTO users (id, first_name, last_name, email, enabled, super_admin, session_epoch, version, created_at) VALUES {}; \
         INSERT INTO memberships (id, org_id, user_id, first_name, last_name, email, sort_name, enabled, admin, accepted_at, version, created_at) VALUES {}; \
         INSERT INTO audit_events (id, org_id, seq, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name, after, address, request_id, via, format, hash) VALUES {};",
        users.join(", "),
        members.join(", "),
        events.join(", ")
    )
}

#[test]
fn addresses_that_the_trail_knows_to_be_confirmed_are_after_the_migration() {
    let name = "2026-11-25-000030_confirmed_addresses";
    for backend in Backend::ALL {
        let database = Database::empty(backend);
        match backend {
            Backend::Sqlite => written_before(&mut database.sqlite(), backend, name, &addresses(backend)),
            Backend::Postgres => written_before(&mut database.postgres(), backend, name, &addresses(backend)),
        }
        let is = |user: i64, what: &str| {
            database.number(&format!("SELECT COUNT(*) FROM users WHERE id = {user} AND {what}")) == 1
        };
        assert!(is(1, "email_confirmed_at = 21 AND email_confirmed_by IS NULL"), "by setup, {backend:?}");
        assert!(is(2, "email_confirmed_at = 22 AND email_confirmed_by IS NULL"), "by the host, {backend:?}");
        assert!(
            is(3, "email_confirmed_at = 23 AND email_confirmed_by = 1 AND email_confirmed_in = 101"),
            "by an admin, {backend:?}"
        );
        assert!(is(4, "email_confirmed_at IS NULL"), "by the user alone, {backend:?}");
        assert!(is(5, "email_confirmed_at IS NULL"), "by the host, and changed since, {backend:?}");
    }
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
