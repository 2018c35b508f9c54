//! The database: the only code that knows there are two. Reads run inline or one hop away, each in a snapshot of its own; writes queue
//! for the one writer, which commits them in groups.

pub mod bulk;
mod conn;
mod connect;
mod conninfo;
mod dialect;
mod hosts;
mod job;
pub mod migrate;
mod pool;
mod postgres;
mod reserve;
pub mod schema;
mod sqlite;
mod turns;
mod version;
mod writer;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use conn::run_inside;
pub use conn::{Conn, MultiBackend as Backend};
pub use dialect::{PerBackend, next_id, next_ids};
use diesel::Connection;
pub use pool::Url;
use pool::unavailable;
pub use reserve::{Way, is_scarce, make_room, make_room_for, require_room, went};
use tokio::time::timeout;
pub use version::Changed;
pub use writer::{BUSY, QUEUE};

use crate::error::{Error, Result};
use crate::secret::Line;

/// How long a caller waits for an answer of the database; a page that takes longer is as good as none.
const PATIENCE: Duration = Duration::from_secs(15);

/// The most rows that a job of the node writes at once, so that no caller waits long for the writers' lock.
pub const PART: usize = 500;

/// The database, as everything but this folder sees it. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    readers: pool::Pool,
    writer: Arc<writer::Writer>,
    aside: Option<pool::Pool>,
    watch: version::Watch,
    inline: bool,
    url: Url,
}

impl Db {
    /// Opens the database, checks that it is one we can rely on, and brings its schema up to date.
    ///
    /// # Errors
    /// A sentence for the person who starts Keyhouse.
    pub fn open(url: &Url, readers: u32) -> Result<Db, String> {
        let reserve = match url {
            Url::Sqlite(path) => Some(reserve::Reserve::beside(path)),
            Url::Postgres(_) => None,
        };
        Db::watched(url, readers, reserve, migrate::run(url)?)
    }

    /// Opens a database that is there and has our schema; makes and changes nothing of it.
    ///
    /// # Errors
    /// A sentence for the person at the command line.
    pub fn open_present(url: &Url, readers: u32) -> Result<Db, String> {
        Db::watched(url, readers, None, migrate::look(url)?)
    }

    fn watched(
        url: &Url,
        readers: u32,
        reserve: Option<reserve::Reserve>,
        watch: version::Watch,
    ) -> Result<Db, String> {
        let writers = pool::open(url, connect::Use::Write, 1, &watch)?;
        let aside = match url {
            Url::Sqlite(_) => None,
            Url::Postgres(_) => Some(pool::open(url, connect::Use::Aside, 1, &watch)?),
        };
        Ok(Db {
            readers: pool::open(url, connect::Use::Read, readers, &watch)?,
            writer: Arc::new(writer::Writer::start(writers, watch.clone(), reserve)?),
            aside,
            watch,
            inline: matches!(url, Url::Sqlite(_)),
            url: url.clone(),
        })
    }

    /// Runs a short, indexed read: on SQLite on this very thread if a connection is free, else on the blocking pool. All its statements
    /// see one snapshot, and none of them can write.
    ///
    /// # Errors
    /// What `read` answers; `Unavailable` if no connection can be had.
    pub async fn read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        if self.inline
            && let Some(mut conn) = self.readers.try_get()
        {
            self.watch.check()?;
            return conn.transaction(read);
        }
        self.read_long(read).await
    }

    /// Runs a read that may take long (searches, lists of many) on the blocking pool.
    ///
    /// # Errors
    /// What `read` answers; `Unavailable` if no connection can be had.
    pub async fn read_long<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let db = self.clone();
        let answer = timeout(PATIENCE, actix_web::web::block(move || db.read_now(read))).await;
        let late = |_| Error::Unavailable("The database takes too long to answer");
        answer.map_err(late)?.map_err(Error::unexpected)?
    }

    /// The same read for callers without a runtime: the command line and the tests.
    ///
    /// # Errors
    /// What `read` answers; `Unavailable` if no connection can be had.
    pub fn read_now<T>(&self, read: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.readers.get().map_err(unavailable)?;
        self.watch.check()?;
        conn.transaction(read)
    }

    /// Asks the database for an answer, any answer: whether this node is ready.
    ///
    /// # Errors
    /// `Unavailable` if no connection can be had, or it is dead.
    pub async fn ping(&self) -> Result<()> {
        use diesel::connection::SimpleConnection;
        let dead = |cause: diesel::result::Error| {
            tracing::warn!(%cause, "the database does not answer");
            Error::Unavailable("The database does not answer at the moment")
        };
        self.read(move |conn| conn.batch_execute("SELECT 1").map_err(dead)).await
    }

    /// Writes all of SQLite's log into the file that it belongs to, which may have been moved away: left behind as it is, the log would be
    /// taken for that of whatever file is put in its place. To be called when nobody asks this node anything any more.
    ///
    /// # Errors
    /// If the database fails.
    pub fn empty_log(&self) -> Result<()> {
        use diesel::connection::SimpleConnection;
        match self.url {
            Url::Sqlite(_) => {
                let mut conn = self.readers.get().map_err(unavailable)?;
                Ok(conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?)
            }
            Url::Postgres(_) => Ok(()),
        }
    }

    /// From now on this node answers only while this line of the secret file is the newest.
    pub fn keep_to(&self, line: Line) {
        self.watch.keep_to(line);
    }

    /// What happened to the database under this node, so that it must end.
    pub fn changed(&self) -> Option<Changed> {
        self.watch.found()
    }

    /// Queues a change for the writer and waits until it is on disk. The change runs in its own savepoint: if it
    /// fails or panics, it alone is undone.
    ///
    /// # Errors
    /// What `change` answers; `Unavailable` if it could not run, `Unknown` if the commit's answer was lost or does not come.
    pub async fn write<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.write_holding((), change).await
    }

    /// The same change of a caller who holds a place in the queue. The place is given back when the answer is known, also if the caller
    /// gave up before.
    ///
    /// # Errors
    /// As `write`.
    pub async fn write_holding<P, T, F>(&self, place: P, change: F) -> Result<T>
    where
        P: Send + 'static,
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.watch.check()?;
        let answer = timeout(PATIENCE, self.writer.send(place, change)?).await;
        answer.map_or(Err(Error::Unknown), |answer| answer.unwrap_or(Err(Error::Unknown)))
    }

    /// The same change for callers without a runtime.
    ///
    /// # Errors
    /// As `write`.
    pub fn write_now<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let answer = self.writer.send((), change)?;
        answer.blocking_recv().unwrap_or(Err(Error::Unknown))
    }

    /// Writes marks that no event records and no change depends on. On PostgreSQL it is a transaction of its own without the writers'
    /// lock; SQLite has one lock for all, so there it goes through the writer.
    ///
    /// # Errors
    /// As `write`; `Unavailable` if the writer holds one of the rows.
    pub async fn write_aside<T, F>(&self, marks: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let Some(aside) = self.aside.clone() else { return self.write(marks).await };
        let watch = self.watch.clone();
        let write = move || {
            let mut conn = aside.get().map_err(unavailable)?;
            conn.transaction(|conn| {
                watch.look(conn)?;
                watch.check()?;
                marks(conn)
            })
        };
        actix_web::web::block(write).await.map_err(Error::unexpected)?
    }

    /// Runs a change of very many rows: one transaction on a connection of its own, without time limits. For commands; all
    /// other writers wait for it.
    ///
    /// # Errors
    /// What `load` answers, or if the database fails; nothing stays then.
    pub fn load_now<T>(&self, load: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        bulk::load(&self.url, load)
    }
}
