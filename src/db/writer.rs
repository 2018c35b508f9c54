//! The one writer of this node: a thread that takes whatever changes are waiting, runs each in its own savepoint of one
//! transaction, commits once, and only then answers all of them. Many callers share one sync to disk, and none is told
//! "done" before it is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use diesel::Connection;
use tokio::sync::oneshot;

use super::conn::Conn;
use super::dialect;
use super::pool::{Manager, Pool, unavailable};
use super::reserve::{self, Reserve};
use super::version::Watch;
use crate::error::{Error, READ_ONLY, Result};

/// Changes that may wait; one more is refused.
const QUEUE: usize = 1024;
/// Changes that share one commit at most.
const GROUP: usize = 256;
/// The group's transaction.
const GROUPS: u32 = 1;
/// The group's transaction and a change's own savepoint.
const OWN: u32 = 2;
const BUSY: &str = "Too many changes are waiting";
const LOST: &str = "The database did not take the change";

/// What a change left to say, once it is known how its group ended.
type Answer = Box<dyn FnOnce(Ended) + Send>;
/// A change with its caller's address; it must be answered exactly once.
type Job = Box<dyn FnOnce(Option<&mut Conn>) -> Ran + Send>;

struct Ran {
    answer: Answer,
    /// The transaction as a whole is gone (SQLite gives up all of it when the disk is full).
    broken: bool,
    /// The connection can only read; a new one may do more.
    read_only: bool,
}

#[derive(Clone, Copy)]
enum Ended {
    Committed,
    RolledBack,
    Unknown,
}

/// What became of a group.
struct Done {
    answers: Vec<Answer>,
    ended: Ended,
    /// The next group gets a new connection.
    stale: bool,
    /// What was lost may come back.
    unsettled: bool,
}

pub(super) struct Writer {
    queue: SyncSender<Job>,
}

impl Writer {
    pub(super) fn start(connections: Pool, watch: Watch, reserve: Option<Reserve>) -> Result<Writer, String> {
        let (queue, waiting) = sync_channel(QUEUE);
        let run = move || {
            reserve::install(reserve);
            serve(&connections, &watch, &waiting);
        };
        thread::Builder::new().name("keyhouse-writer".into()).spawn(run).map_err(|e| e.to_string())?;
        Ok(Writer { queue })
    }

    /// Puts a change into the queue; the receiver gets its answer after the commit.
    pub(super) fn send<T, F>(&self, change: F) -> Result<oneshot::Receiver<Result<T>>>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            let (result, broken) = conn.map_or((Err(Error::Unavailable(LOST)), false), |conn| run(conn, change));
            let read_only = matches!(&result, Err(Error::Unavailable(READ_ONLY)));
            Ran { answer: Box::new(move |ended| drop(sender.send(told(result, ended)))), broken, read_only }
        });
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::Unavailable(BUSY),
            TrySendError::Disconnected(_) => Error::unexpected("the writer is gone"),
        })?;
        Ok(receiver)
    }
}

/// A change that failed by itself keeps its own reason; one that succeeded shares the fate of its group.
fn told<T>(result: Result<T>, ended: Ended) -> Result<T> {
    match (result, ended) {
        (Ok(value), Ended::Committed) => Ok(value),
        (Ok(_), Ended::RolledBack) => Err(Error::Unavailable(LOST)),
        (Ok(_), Ended::Unknown) => Err(Error::Unknown),
        (Err(error), _) => Err(error),
    }
}

/// Runs one change in its savepoint. A panic is caught inside, so that the savepoint is undone and the others go on; savepoints
/// that the change left open itself are undone first, or the group's commit would only end one of them.
fn run<T>(conn: &mut Conn, change: impl FnOnce(&mut Conn) -> Result<T>) -> (Result<T>, bool) {
    let mut own = None;
    let outer = conn.transaction(|conn| {
        let result = catch_unwind(AssertUnwindSafe(|| change(conn)))
            .unwrap_or_else(|_| Err(Error::unexpected("a change panicked; its message is above in the log")));
        while dialect::depth(conn).is_some_and(|depth| depth > OWN) {
            dialect::roll_back(conn)?;
        }
        let undo = result.is_err();
        own = Some(result);
        if undo { Err(diesel::result::Error::RollbackTransaction) } else { Ok(()) }
    });
    let whole = dialect::depth(conn) == Some(GROUPS) && dialect::check_whole(conn).is_ok();
    match (own, outer) {
        (Some(_), Ok(()) | Err(diesel::result::Error::RollbackTransaction)) if !whole => {
            tracing::error!("a change ended its group's transaction; the group is undone");
            (Err(Error::Unavailable(LOST)), true)
        }
        (Some(result), Ok(()) | Err(diesel::result::Error::RollbackTransaction)) => (result, false),
        (_, Err(error)) => {
            tracing::error!(%error, "a savepoint could not be ended; its group is undone");
            (Err(Error::Unavailable(LOST)), true)
        }
        (None, Ok(())) => (Err(Error::unexpected("a change did not run")), true),
    }
}

fn serve(connections: &Pool, watch: &Watch, waiting: &Receiver<Job>) {
    let (mut stale, mut unsettled) = (false, false);
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        take_waiting(&mut group, waiting);
        unsettled = unsettled && !settle(connections, watch);
        let done = match (!unsettled).then(|| begin(connections, watch, stale)).flatten() {
            Some(mut conn) => commit_group(&mut conn, group),
            None => {
                // whoever came meanwhile would wait as long, for the same
                take_waiting(&mut group, waiting);
                refuse(group)
            }
        };
        stale = done.stale;
        // before anybody hears that nobody can tell, so that what they look up then stays true
        unsettled = unsettled || done.unsettled && !settle(connections, watch);
        done.answers.into_iter().for_each(|answer| answer(done.ended));
    }
}

fn take_waiting(group: &mut Vec<Job>, waiting: &Receiver<Job>) {
    while group.len() < GROUP
        && let Ok(next) = waiting.try_recv()
    {
        group.push(next);
    }
}

/// A connection with the group's transaction, if one can be had and the schema is still ours. What a stale one stands on may
/// have become writable since it was made, or another file: it makes way for a new one.
fn begin(connections: &Pool, watch: &Watch, stale: bool) -> Option<r2d2::PooledConnection<Manager>> {
    let mut conn = connections.get().map_err(unavailable).ok()?;
    if stale {
        dialect::give_up(&mut conn);
        drop(conn);
        conn = connections.get().map_err(unavailable).ok()?;
    }
    let begun = dialect::begin_write(&mut conn).and_then(|()| watch.look(&mut conn));
    if begun.is_ok() && watch.found().is_none() {
        reserve::look(&mut conn);
        return Some(conn);
    }
    tracing::warn!(?begun, changed = ?watch.found(), "a write could not begin");
    let _ = dialect::roll_back(&mut conn);
    None
}

fn commit_group(conn: &mut Conn, group: Vec<Job>) -> Done {
    let (mut broken, mut read_only) = (false, false);
    let mut answers = Vec::with_capacity(group.len());
    for job in group {
        let ran = job(if broken { None } else { Some(&mut *conn) });
        broken |= ran.broken;
        read_only |= ran.read_only;
        answers.push(ran.answer);
    }
    let ended = if broken { undo(conn) } else { end(conn) };
    let unsettled = matches!(ended, Ended::Unknown) && dialect::may_come_back(conn);
    Done { answers, ended, stale: read_only || !matches!(ended, Ended::Committed), unsettled }
}

/// Writes something small where a lost commit may stand in SQLite's log, so that no crash brings that back; whether it could.
fn settle(connections: &Pool, watch: &Watch) -> bool {
    let Some(mut conn) = begin(connections, watch, true) else { return false };
    let ended = if dialect::next_id(&mut conn).is_ok() { end(&mut conn) } else { undo(&mut conn) };
    matches!(ended, Ended::Committed)
}

fn refuse(group: Vec<Job>) -> Done {
    let answers = group.into_iter().map(|job| job(None).answer).collect();
    Done { answers, ended: Ended::RolledBack, stale: true, unsettled: false }
}

fn undo(conn: &mut Conn) -> Ended {
    if let Err(error) = dialect::roll_back(conn) {
        tracing::error!(%error, "the group could not be rolled back; its connection is dropped");
    }
    Ended::RolledBack
}

fn end(conn: &mut Conn) -> Ended {
    match dialect::commit(conn) {
        Ok(()) => Ended::Committed,
        Err(error) => {
            tracing::error!(%error, "a commit failed");
            let _ = dialect::roll_back(conn);
            if dialect::surely_not_committed(&error) { Ended::RolledBack } else { Ended::Unknown }
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::super::schema::ids;
    use super::super::{Db, Url, next_id};
    use super::*;

    fn last(db: &Db) -> i64 {
        db.read_now(|conn| Ok(ids::table.select(ids::last).get_result(conn)?)).unwrap()
    }

    fn open() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Url::Sqlite(folder.path().join("writer.db")), 2).unwrap();
        (folder, db)
    }

    /// Holds the writer, so that what is sent meanwhile shares a group.
    fn wait(_: &mut Conn) -> Result<()> {
        thread::sleep(std::time::Duration::from_millis(50));
        Ok(())
    }

    #[test]
    fn a_panic_inside_a_nested_transaction_hurts_nobody_else_in_its_group() {
        let (_folder, db) = open();
        let before = last(&db);
        let gate = db.writer.send(wait).unwrap();
        let good = db.writer.send(next_id).unwrap();
        let bad =
            db.writer.send(|conn| conn.transaction(|conn| -> Result<()> { panic!("{}", next_id(conn)?) })).unwrap();
        let after = db.writer.send(next_id).unwrap();
        gate.blocking_recv().unwrap().unwrap();
        assert_eq!(good.blocking_recv().unwrap().unwrap(), before + 1);
        assert!(matches!(bad.blocking_recv().unwrap(), Err(Error::Unexpected(_))));
        assert_eq!(after.blocking_recv().unwrap().unwrap(), before + 2);
        assert_eq!(last(&db), before + 2, "another connection sees what was acknowledged");
    }

    #[test]
    fn nothing_is_acknowledged_of_a_group_whose_transaction_sqlite_gave_up() {
        let (_folder, db) = open();
        let before = last(&db);
        let full = |conn: &mut Conn| {
            // what SQLite does by itself when the disk is full in the middle of a statement; diesel then forgives the savepoint
            diesel::sql_query("ROLLBACK").execute(conn)?;
            diesel::sql_query("SAVEPOINT diesel_savepoint_1").execute(conn)?;
            Err::<(), _>(Error::Unavailable("full"))
        };
        let gate = db.writer.send(wait).unwrap();
        let early = db.writer.send(next_id).unwrap();
        let full = db.writer.send(full).unwrap();
        let late = db.writer.send(|_| Err::<(), _>(Error::not_found())).unwrap();
        let _ = gate.blocking_recv().unwrap();
        assert!(early.blocking_recv().unwrap().is_err(), "its group is gone");
        assert!(full.blocking_recv().unwrap().is_err() && late.blocking_recv().unwrap().is_err());
        assert_eq!(last(&db), before);
        assert_eq!(db.write_now(next_id).unwrap(), before + 1, "the writer goes on");
    }

    #[test]
    fn a_change_that_ends_the_groups_transaction_is_not_acknowledged() {
        let (_folder, db) = open();
        let before = last(&db);
        let rude = |conn: &mut Conn| {
            next_id(conn)?;
            diesel::sql_query("ROLLBACK").execute(conn)?;
            Ok(())
        };
        assert!(db.write_now(rude).is_err());
        assert_eq!(last(&db), before);
        assert_eq!(db.write_now(next_id).unwrap(), before + 1, "the writer goes on");
    }
}
