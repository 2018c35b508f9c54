//! A change in the writer's queue: it runs in its own savepoint of the group's transaction, and its caller is answered once it is known
//! how the group ended.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::Connection;
use tokio::sync::oneshot;

use super::conn::Conn;
use super::dialect;
use crate::error::{Error, READ_ONLY, Result};

/// The group's transaction.
const GROUPS: u32 = 1;
/// The group's transaction and a change's own savepoint.
const OWN: u32 = 2;
const LOST: &str = "The database did not take the change";

/// The answer of a change, which waits until its group has ended.
pub(super) type Answer = Box<dyn FnOnce(Ended) + Send>;

/// A change with its caller's address; it must be answered exactly once. Without a connection it does not run.
pub(super) type Job = Box<dyn FnOnce(Option<&mut Conn>) -> Ran + Send>;

pub(super) struct Ran {
    pub(super) answer: Answer,
    /// The transaction as a whole is gone (SQLite gives up all of it when the disk is full).
    pub(super) broken: bool,
    /// The connection can only read; a new one may do more.
    pub(super) read_only: bool,
}

/// How a group ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Committed,
    RolledBack,
    Unknown,
}

/// The job of this change; the receiver gets its answer. The place is given back just before.
pub(super) fn job<P, T, F>(place: P, change: F) -> (Job, oneshot::Receiver<Result<T>>)
where
    P: Send + 'static,
    T: Send + 'static,
    F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    let job: Job = Box::new(move |conn| {
        let (result, broken) = conn.map_or((Err(Error::Unavailable(LOST)), false), |conn| run(conn, change));
        let read_only = matches!(&result, Err(Error::Unavailable(READ_ONLY)));
        let answer = move |ended| {
            drop(place);
            drop(sender.send(told(result, ended)));
        };
        Ran { answer: Box::new(answer), broken, read_only }
    });
    (job, receiver)
}

/// The answer of a change. Changes of a group see each other's rows before the commit. If the group did not commit, only a failure that
/// rests on no row keeps its own words: a defect, or a database that took nothing.
fn told<T>(result: Result<T>, ended: Ended) -> Result<T> {
    match (ended, result) {
        (Ended::Committed, result) => result,
        (_, Err(error @ (Error::Unexpected(_) | Error::Unavailable(_)))) => Err(error),
        (Ended::RolledBack, _) => Err(Error::Unavailable(LOST)),
        (Ended::Unknown, _) => Err(Error::Unknown),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Outcome;

    /// The status of what a change answers whose group ended so.
    fn status(result: Result<()>, ended: Ended) -> (u16, String) {
        told(result, ended).map_or_else(|error| (error.status(), error.to_string()), |()| (200, String::new()))
    }

    fn repeated() -> Error {
        Error::Repeated(Outcome { action: "key.deleted".into(), id: 7 })
    }

    #[test]
    fn no_answer_rests_on_rows_that_were_rolled_back() {
        let answers: [fn() -> Result<()>; 8] = [
            || Ok(()),
            || Err(repeated()),
            || Err(Error::not_found()),
            || Err(Error::SignedOut),
            || Err(Error::Conflict("Changed meanwhile".into())),
            || Err(Error::field("email", "A user of this org has this email address already")),
            || Err(Error::TooMany(4)),
            || Err(Error::Forbidden("You are no admin".into())),
        ];
        for answer in answers {
            let lost = "The database did not take the change; nothing was changed";
            assert_eq!(status(answer(), Ended::RolledBack), (503, lost.into()));
            assert_eq!(status(answer(), Ended::Unknown), (503, "We cannot tell whether this happened".into()));
        }
        assert_eq!(status(Ok(()), Ended::Committed).0, 200);
        assert_eq!(status(Err(repeated()), Ended::Committed).0, 409);
    }

    #[test]
    fn a_defect_and_an_unavailable_database_keep_their_own_words() {
        for ended in [Ended::Committed, Ended::RolledBack, Ended::Unknown] {
            assert_eq!(status(Err(Error::unexpected("a defect")), ended).0, 500);
            let full = status(Err(Error::Unavailable("The disk of the database is full")), ended);
            assert_eq!(full, (503, "The disk of the database is full; nothing was changed".into()));
        }
    }
}
