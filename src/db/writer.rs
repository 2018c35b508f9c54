//! The one writer of this node: a thread that takes whatever changes are waiting, runs each in its own savepoint of one
//! transaction, commits once, and only then answers all of them. Many callers share one sync to disk, and none is told
//! "done" before it is.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::conn::Conn;
use super::dialect;
use super::job::{Answer, Ended, Job, job};
use super::pool::{Manager, Pool, unavailable};
use super::reserve::{self, Reserve};
use super::version::Watch;
use crate::error::{Error, Result};

/// Changes of callers that may wait. `access` gives the places out.
pub const QUEUE: usize = 1024;
/// Places beside them for the node's own work.
const UPKEEP: usize = 64;
/// Changes that share one commit at most.
const GROUP: usize = 256;
/// A group that held the writers' lock for this long starts no further change; the rest shares the next commit.
const LONG: Duration = Duration::from_millis(100);
/// The answer to a caller without a place.
pub const BUSY: &str = "Too many changes are waiting";

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
        let (queue, waiting) = sync_channel(QUEUE + UPKEEP);
        let run = move || {
            reserve::install(reserve);
            serve(&connections, &watch, &waiting);
        };
        thread::Builder::new().name("keyhouse-writer".into()).spawn(run).map_err(|e| e.to_string())?;
        Ok(Writer { queue })
    }

    /// Puts a change into the queue; the receiver gets its answer after the commit. Then the place is given back.
    pub(super) fn send<P, T, F>(&self, place: P, change: F) -> Result<oneshot::Receiver<Result<T>>>
    where
        P: Send + 'static,
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (job, receiver) = job(place, change);
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::Unavailable(BUSY),
            TrySendError::Disconnected(_) => Error::unexpected("the writer is gone"),
        })?;
        Ok(receiver)
    }
}

fn serve(connections: &Pool, watch: &Watch, waiting: &Receiver<Job>) {
    let (mut stale, mut unsettled) = (false, false);
    let mut queue = VecDeque::new();
    while take_waiting(&mut queue, waiting) {
        unsettled = unsettled && !settle(connections, watch);
        let done = match (!unsettled).then(|| begin(connections, watch, stale)).flatten() {
            Some(begun) => commit_group(begun, &mut queue),
            None => {
                // whoever came meanwhile would wait as long, for the same
                take_waiting(&mut queue, waiting);
                refuse(&mut queue)
            }
        };
        stale = done.stale;
        // before anybody hears that nobody can tell, so that what they look up then stays true
        unsettled = unsettled || done.unsettled && !settle(connections, watch);
        done.answers.into_iter().for_each(|answer| answer(done.ended));
    }
}

/// Fills the queue with what waits, in its order. Waits itself if there is nothing; `false` if every sender is gone.
fn take_waiting(queue: &mut VecDeque<Job>, waiting: &Receiver<Job>) -> bool {
    if queue.is_empty() {
        queue.extend(waiting.recv());
    }
    while queue.len() < GROUP
        && let Ok(next) = waiting.try_recv()
    {
        queue.push_back(next);
    }
    !queue.is_empty()
}

/// A connection with the group's transaction, and when that took the writers' lock.
struct Begun {
    conn: r2d2::PooledConnection<Manager>,
    at: Instant,
}

/// A connection with the group's transaction, if one can be had and the schema is still ours. What a stale one stands on may
/// have become writable since it was made, or another file: it makes way for a new one.
fn begin(connections: &Pool, watch: &Watch, stale: bool) -> Option<Begun> {
    let mut conn = connections.get().map_err(unavailable).ok()?;
    if stale {
        dialect::give_up(&mut conn);
        drop(conn);
        conn = connections.get().map_err(unavailable).ok()?;
    }
    let locked = dialect::begin_write(&mut conn);
    let at = Instant::now();
    let begun = locked.and_then(|()| watch.look(&mut conn));
    if begun.is_ok() && watch.found().is_none() {
        reserve::look(&mut conn);
        return Some(Begun { conn, at });
    }
    tracing::warn!(?begun, changed = ?watch.found(), "a write could not begin");
    let _ = dialect::roll_back(&mut conn);
    None
}

/// Runs changes of the queue and commits them. What finds the group too old, or broken, stays in the queue.
fn commit_group(begun: Begun, queue: &mut VecDeque<Job>) -> Done {
    let Begun { mut conn, at } = begun;
    let (mut broken, mut read_only) = (false, false);
    let mut answers = Vec::with_capacity(queue.len());
    while !broken
        && (answers.is_empty() || at.elapsed() < LONG)
        && let Some(job) = queue.pop_front()
    {
        let ran = job(Some(&mut conn));
        broken = ran.broken;
        read_only |= ran.read_only;
        answers.push(ran.answer);
    }
    let ended = if broken { undo(&mut conn) } else { end(&mut conn) };
    let held = u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::trace!(held, changes = answers.len(), "a group held the writers' lock, in milliseconds");
    let unsettled = matches!(ended, Ended::Unknown) && dialect::may_come_back(&conn);
    Done { answers, ended, stale: read_only || !matches!(ended, Ended::Committed), unsettled }
}

/// Writes something small where a lost commit may stand in SQLite's log, so that no crash brings that back; whether it could.
fn settle(connections: &Pool, watch: &Watch) -> bool {
    let Some(Begun { mut conn, .. }) = begin(connections, watch, true) else { return false };
    let ended = if dialect::next_id(&mut conn).is_ok() { end(&mut conn) } else { undo(&mut conn) };
    matches!(ended, Ended::Committed)
}

fn refuse(queue: &mut VecDeque<Job>) -> Done {
    let answers = queue.drain(..).map(|job| job(None).answer).collect();
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
    use std::sync::mpsc::{Sender, channel};

    use diesel::Connection;
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

    /// Holds the writer until the gate is dropped, so that what is sent meanwhile shares a group.
    fn hold(db: &Db) -> Sender<()> {
        let (gate, opened) = channel::<()>();
        let (begun, began) = channel();
        let wait = move |_: &mut Conn| {
            begun.send(()).unwrap();
            let _ = opened.recv();
            Ok(())
        };
        drop(db.writer.send((), wait).unwrap());
        began.recv().unwrap();
        gate
    }

    #[test]
    fn a_panic_inside_a_nested_transaction_hurts_nobody_else_in_its_group() {
        let (_folder, db) = open();
        let before = last(&db);
        let gate = hold(&db);
        let good = db.writer.send((), next_id).unwrap();
        let bad =
            db.writer.send((), |conn| conn.transaction(|conn| -> Result<()> { panic!("{}", next_id(conn)?) })).unwrap();
        let after = db.writer.send((), next_id).unwrap();
        drop(gate);
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
        let gate = hold(&db);
        let early = db.writer.send((), next_id).unwrap();
        let full = db.writer.send((), full).unwrap();
        let late = db.writer.send((), |_| Err::<(), _>(Error::not_found())).unwrap();
        drop(gate);
        assert!(early.blocking_recv().unwrap().is_err(), "its group is gone");
        assert!(full.blocking_recv().unwrap().is_err() && late.blocking_recv().unwrap().is_err());
        assert_eq!(last(&db), before);
        assert_eq!(db.write_now(next_id).unwrap(), before + 1, "the writer goes on");
    }

    #[test]
    fn what_a_group_that_broke_did_not_run_shares_the_next_group() {
        let (_folder, db) = open();
        let before = last(&db);
        let gate = hold(&db);
        let early = db.writer.send((), next_id).unwrap();
        let rude = |conn: &mut Conn| Ok(diesel::sql_query("ROLLBACK").execute(conn)?);
        let rude = db.writer.send((), rude).unwrap();
        let late = db.writer.send((), next_id).unwrap();
        drop(gate);
        let told = [early.blocking_recv().unwrap().map(drop), rude.blocking_recv().unwrap().map(drop)];
        assert!(told.iter().all(|told| matches!(told, Err(Error::Unavailable(_)))), "{told:?}");
        assert_eq!(late.blocking_recv().unwrap().unwrap(), before + 1);
    }

    #[test]
    fn a_group_that_held_the_lock_for_long_leaves_the_rest_to_the_next_one() {
        let (_folder, db) = open();
        let before = last(&db);
        let reader = db.clone();
        let gate = hold(&db);
        let long = db.writer.send((), |conn| next_id(conn).inspect(|_| thread::sleep(LONG))).unwrap();
        let seen = db.writer.send((), move |_| Ok(last(&reader))).unwrap();
        let later: Vec<_> = (0..3).map(|_| db.writer.send((), next_id).unwrap()).collect();
        drop(gate);
        assert_eq!(long.blocking_recv().unwrap().unwrap(), before + 1);
        assert_eq!(seen.blocking_recv().unwrap().unwrap(), before + 1, "committed before the next change ran");
        let ids: Vec<i64> = later.into_iter().map(|id| id.blocking_recv().unwrap().unwrap()).collect();
        assert_eq!(ids, [before + 2, before + 3, before + 4], "in their order");
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
