//! Very many rows at once: a connection of its own without time limits, rows as one JSON text that the database takes apart,
//! and the indexes and counting triggers put aside until the rows are in. Names no table.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::connect::Use;
use super::pool::{Manager, Url};
use super::{Conn, dialect};
use crate::error::{Error, Result};

pub(super) fn load<T>(url: &Url, load: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    let mut conn = Manager::new(url, Use::Migrate).open().map_err(Error::unexpected)?;
    if let Conn::Sqlite(sqlite) = &mut conn {
        sqlite.batch_execute("PRAGMA cache_size=-262144")?;
    }
    dialect::begin_write(&mut conn)?;
    match load(&mut conn) {
        Ok(value) => {
            dialect::commit(&mut conn)?;
            settle(&mut conn)?;
            Ok(value)
        }
        Err(error) => {
            dialect::roll_back(&mut conn)?;
            Err(error)
        }
    }
}

/// Leaves no huge WAL file behind, and on PostgreSQL statistics that fit what is there now (without them a first search may plan for empty tables).
fn settle(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(sqlite) => Ok(sqlite.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?),
        Conn::Postgres(postgres) => Ok(postgres.batch_execute("SET client_min_messages=error; ANALYZE")?),
    }
}

/// Inserts the rows: `columns` is the table with its columns, `select` makes them of each row's text, which it calls `value`.
///
/// # Errors
/// If the database fails.
pub fn insert(conn: &mut Conn, columns: &str, select: &str, rows: &[String]) -> Result<()> {
    let source = match conn {
        Conn::Sqlite(_) => "json_each($1)",
        Conn::Postgres(_) => "json_array_elements_text(CAST($1 AS json)) AS texts(value)",
    };
    let json = serde_json::to_string(rows)?;
    sql_query(format!("INSERT INTO {columns} SELECT {select} FROM {source}")).bind::<Text, _>(json).execute(conn)?;
    Ok(())
}

/// The values of a column of `insert_cells`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// A number, or nothing.
    Number,
    /// A text, or nothing.
    Text,
    /// Bytes, which travel as hexadecimal text.
    Bytes,
}

/// Inserts the rows by one statement, each an array of a value for each column. For some hundreds of rows within a usual change.
///
/// # Errors
/// If the database fails.
pub fn insert_cells(
    conn: &mut Conn,
    table: &str,
    columns: &[(&str, Cell)],
    rows: Vec<serde_json::Value>,
) -> Result<()> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let numbered = columns.iter().enumerate();
    let select: Vec<String> = numbered.map(|(place, (_, cell))| cell_at(conn, place, *cell)).collect();
    let source = match conn {
        Conn::Sqlite(_) => "json_each($1)",
        Conn::Postgres(_) => "json_array_elements(CAST($1 AS json)) AS texts(value)",
    };
    let (names, select) = (names.join(", "), select.join(", "));
    let json = serde_json::Value::Array(rows).to_string();
    let statement = format!("INSERT INTO {table} ({names}) SELECT {select} FROM {source}");
    sql_query(statement).bind::<Text, _>(json).execute(conn)?;
    Ok(())
}

fn cell_at(conn: &Conn, place: usize, cell: Cell) -> String {
    let value = format!("value ->> {place}");
    match cell {
        Cell::Number => format!("CAST({value} AS BIGINT)"),
        Cell::Text => format!("CAST({value} AS TEXT)"),
        Cell::Bytes => bytes(conn, &value),
    }
}

/// The bytes that an expression spells in hexadecimal.
pub fn bytes(conn: &Conn, hexadecimal: &str) -> String {
    match conn {
        Conn::Sqlite(_) => format!("unhex({hexadecimal})"),
        Conn::Postgres(_) => format!("decode({hexadecimal}, 'hex')"),
    }
}

/// Statements that bring back what was put aside.
#[must_use]
pub struct Aside(Vec<String>);

impl Aside {
    /// Brings it back. A unique index is checked when it comes back.
    ///
    /// # Errors
    /// If the database fails.
    pub fn restore(self, conn: &mut Conn) -> Result<()> {
        self.0.iter().try_for_each(|statement| Ok(conn.batch_execute(statement)?))
    }
}

#[derive(QueryableByName)]
struct Definition {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Drops the indexes of a table that carry no constraint. One big sort at the end is faster than a million small insertions.
///
/// # Errors
/// If the database fails.
pub fn put_indexes_aside(conn: &mut Conn, table: &str) -> Result<Aside> {
    let query = match conn {
        Conn::Sqlite(_) => SQLITE_INDEXES,
        Conn::Postgres(_) => POSTGRES_INDEXES,
    };
    drop_defined(conn, query, "INDEX", table)
}

/// Keeps the triggers of a table from running. Whoever does this keeps what they keep.
///
/// # Errors
/// If the database fails.
pub fn put_triggers_aside(conn: &mut Conn, table: &str) -> Result<Aside> {
    if let Conn::Postgres(postgres) = conn {
        postgres.batch_execute(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))?;
        return Ok(Aside(vec![format!("ALTER TABLE {table} ENABLE TRIGGER USER")]));
    }
    drop_defined(conn, SQLITE_TRIGGERS, "TRIGGER", table)
}

const SQLITE_INDEXES: &str = "SELECT name, sql AS definition FROM sqlite_master \
     WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = $1";
const SQLITE_TRIGGERS: &str = "SELECT name, sql AS definition FROM sqlite_master \
     WHERE type = 'trigger' AND tbl_name = $1";
const POSTGRES_INDEXES: &str = "SELECT CAST(indexname AS text) AS name, indexdef AS definition FROM pg_indexes \
     WHERE schemaname = current_schema() AND tablename = $1 \
     AND indexname NOT IN (SELECT conname FROM pg_constraint)";

fn drop_defined(conn: &mut Conn, query: &str, kind: &str, table: &str) -> Result<Aside> {
    let found: Vec<Definition> = sql_query(query).bind::<Text, _>(table).load(conn)?;
    for one in &found {
        conn.batch_execute(&format!("DROP {kind} {}", one.name))?;
    }
    Ok(Aside(found.into_iter().map(|one| one.definition).collect()))
}
