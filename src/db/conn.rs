//! The connection to either database: queries are built once, for both. diesel's derive makes the rest of what is public
//! here, without documentation.
#![allow(missing_docs)]

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// SQLite, bundled.
    Sqlite(diesel::SqliteConnection),
    /// PostgreSQL 14 or newer.
    Postgres(diesel::PgConnection),
}

/// Runs a query that most requests run on the connection inside `Conn`. Through `Conn` itself, diesel spells out the SQL several times
/// on each run, although the statement is cached.
macro_rules! run_inside {
    ($conn:ident, $query:expr) => {
        match $conn {
            $crate::db::Conn::Sqlite($conn) => $query,
            $crate::db::Conn::Postgres($conn) => $query,
        }
    };
}
pub(crate) use run_inside;
