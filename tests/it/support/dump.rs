//! Everything that a database holds, row by row, as text: to see that nothing, or only what should, has changed.

use std::collections::BTreeSet;

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::database::{Backend, Database};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(database: &Database, sql: &str) -> Vec<String> {
    let query = sql_query(sql);
    let found: Vec<Line> = match database.backend {
        Backend::Sqlite => query.load(&mut database.sqlite()),
        Backend::Postgres => query.load(&mut database.postgres()),
    }
    .unwrap_or_else(|e| panic!("{sql}: {e}"));
    found.into_iter().map(|line| line.line).collect()
}

/// The names of all tables but the migrations'.
pub fn tables(database: &Database) -> Vec<String> {
    let sql = match database.backend {
        Backend::Sqlite => {
            "SELECT name AS line FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        }
        Backend::Postgres => "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'",
    };
    lines(database, sql).into_iter().filter(|table| table != "__diesel_schema_migrations").collect()
}

/// The columns of a table, those of text only or all.
pub fn columns(database: &Database, table: &str, of_text: bool) -> Vec<String> {
    let sql = match (database.backend, of_text) {
        (Backend::Sqlite, false) => format!("SELECT name AS line FROM pragma_table_info('{table}')"),
        (Backend::Sqlite, true) => format!("SELECT name AS line FROM pragma_table_info('{table}') WHERE type = 'TEXT'"),
        (Backend::Postgres, all) => {
            let kind = if all { " AND data_type = 'text'" } else { "" };
            format!(
                "SELECT column_name::text AS line FROM information_schema.columns WHERE table_name = '{table}'{kind}"
            )
        }
    };
    lines(database, &sql)
}

/// Each row as `table: column=value …`, with the columns that `keep` wants.
pub fn rows(database: &Database, keep: impl Fn(&str, &str) -> bool) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for table in tables(database) {
        let kept: Vec<String> =
            columns(database, &table, false).into_iter().filter(|column| keep(&table, column)).collect();
        if kept.is_empty() {
            continue;
        }
        let value = |column: &String| match database.backend {
            Backend::Sqlite => format!("' {column}=' || quote({column})"),
            Backend::Postgres => format!("' {column}=' || coalesce({column}::text, 'NULL')"),
        };
        let values: Vec<String> = kept.iter().map(value).collect();
        let sql = format!("SELECT '{table}:' || {} AS line FROM {table}", values.join(" || "));
        all.extend(lines(database, &sql));
    }
    all
}

/// What stands in one and not in the other, each line marked with its side.
pub fn difference(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<String> {
    let gone = before.difference(after).map(|line| format!("- {line}"));
    gone.chain(after.difference(before).map(|line| format!("+ {line}"))).collect()
}
