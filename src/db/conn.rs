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
