//! Where the two databases differ and a statement cannot hide it: how a write begins, and the statements that both know
//! but diesel's common dialect does not. Names no table but the one of the ids.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

use super::conn::{Conn, MultiBackend as Backend};
use super::schema::ids;
use crate::error::Result;

/// All nodes' writers queue on this advisory lock, so no two transactions take chain heads in different order.
pub(super) const WRITER_LOCK: i64 = 0x6b65_7968_6f75;

/// Begins a transaction that may write: on SQLite with the write lock taken at once, on PostgreSQL with the writers' lock.
pub(super) fn begin_write(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(sqlite) => {
            AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?;
            sqlite.batch_execute("SAVEPOINT keyhouse_group")
        }
        Conn::Postgres(postgres) => {
            AnsiTransactionManager::begin_transaction(postgres)?;
            postgres.batch_execute(&format!("SELECT pg_advisory_xact_lock({WRITER_LOCK})"))
        }
    }
}

/// Fails if the transaction that `begin_write` began is not there any more: SQLite gives all of it up by itself when, in the
/// middle of it, the disk is full or cannot be read, and a savepoint afterwards would quietly begin another.
pub(super) fn check_whole(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(sqlite) => sqlite.batch_execute("RELEASE keyhouse_group; SAVEPOINT keyhouse_group"),
        // a failed statement spoils the transaction until its savepoint is undone, and a lost connection spoils it for good
        Conn::Postgres(_) => Ok(()),
    }
}

pub(super) fn commit(conn: &mut Conn) -> QueryResult<()> {
    <Conn as Connection>::TransactionManager::commit_transaction(conn)
}

pub(super) fn roll_back(conn: &mut Conn) -> QueryResult<()> {
    <Conn as Connection>::TransactionManager::rollback_transaction(conn)
}

/// Has the pool drop this connection when it gets it back.
pub(super) fn give_up(conn: &mut Conn) {
    <Conn as Connection>::TransactionManager::transaction_manager_status_mut(conn).set_in_error();
}

/// Whether a failed commit certainly left nothing behind: SQLite found the disk full or somebody else's lock before it wrote.
pub(super) fn surely_not_committed(error: &diesel::result::Error) -> bool {
    let text = error.to_string();
    ["database or disk is full", "database is locked", "attempt to write a readonly database"].contains(&text.as_str())
}

/// Whether a commit that failed may still come back. SQLite puts all of it into its log and then syncs; if that fails it is
/// not there for anybody, until the log is read anew after a crash.
pub(super) fn may_come_back(conn: &Conn) -> bool {
    matches!(conn, Conn::Sqlite(_))
}

/// How many transactions and savepoints are open; `None` if the connection cannot tell any more.
pub(super) fn depth(conn: &mut Conn) -> Option<u32> {
    let status = <Conn as Connection>::TransactionManager::transaction_manager_status_mut(conn);
    status.transaction_depth().ok().map(|depth| depth.map_or(0, std::num::NonZero::get))
}

/// The next id of the one sequence. Inside a write only: the row's lock is the writer's.
///
/// # Errors
/// If the database fails.
pub fn next_id(conn: &mut Conn) -> Result<i64> {
    next_ids(conn, 1)
}

/// The first of `count` ids that nobody else gets. Inside a write only.
///
/// # Errors
/// If the database fails.
pub fn next_ids(conn: &mut Conn, count: i64) -> Result<i64> {
    let last: i64 =
        diesel::update(ids::table).set(ids::last.eq(ids::last + count)).returning(ids::last).get_result(conn)?;
    Ok(last - count + 1)
}

/// A statement that both databases know, but diesel's common dialect does not (upserts, unions).
pub struct PerBackend<T>(pub T);

impl<T> QueryFragment<Backend> for PerBackend<T>
where
    T: QueryFragment<Pg> + QueryFragment<Sqlite>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        Backend::walk_variant_ast(&self.0, pass)
    }
}

impl<T: QueryId> QueryId for PerBackend<T> {
    type QueryId = T::QueryId;
    const HAS_STATIC_QUERY_ID: bool = T::HAS_STATIC_QUERY_ID;
}

impl<T: Query> Query for PerBackend<T> {
    type SqlType = T::SqlType;
}

impl<T> RunQueryDsl<Conn> for PerBackend<T> {}
