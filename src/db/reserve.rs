//! Room for revocation. Beside the SQLite file lies a ballast that holds room on the disk. While room is scarce, the writer lets
//! ordinary changes be refused before they write, and a revocation frees the ballast first; once there is room again, the
//! ballast is made anew. PostgreSQL's disk is its host's business.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::conn::Conn;
use super::sqlite;
use crate::config::own_file::{self, Expect};
use crate::error::{Error, Result};

const MEGABYTE: u64 = 1024 * 1024;
/// What the ballast holds: a thousand deletions with their events write half of it, the log of SQLite included.
const BALLAST: u64 = 8 * MEGABYTE;
/// With less room than this, ordinary changes are refused; a usual group of them needs far less.
const KEEP: u64 = 8 * MEGABYTE;
/// With less room than this, SQLite cannot even open its files.
const LEAST: u64 = MEGABYTE;

const FULL: &str = "The disk is full, so Keyhouse takes nothing new; \
                    deleting, disabling, signing in and signing out still work";

/// The ballast beside one database, and what is known of the room around it.
pub(super) struct Reserve {
    ballast: PathBuf,
    scarce: bool,
}

thread_local! {
    /// The writer's own. Changes run on the writer's thread, and ask there.
    static OWN: RefCell<Option<Reserve>> = const { RefCell::new(None) };
}

impl Reserve {
    /// The reserve of the database at `path`. To be made before SQLite opens its files: where there is no room left for that, the
    /// ballast is given up.
    pub(super) fn beside(path: &Path) -> Reserve {
        let mut name = path.as_os_str().to_owned();
        name.push("-reserve");
        let reserve = Reserve { ballast: name.into(), scarce: false };
        if reserve.free_disk() < LEAST {
            reserve.release();
        }
        reserve
    }

    /// Looks how much room there is, and makes the ballast anew if there is enough.
    fn look(&mut self, free_pages: u64) {
        let free = self.free_disk();
        if !self.is_whole() && free >= BALLAST + KEEP {
            self.fill();
        }
        let scarce = !self.is_whole() || free.min(free_pages) < KEEP;
        if scarce != self.scarce {
            tracing::warn!(free, scarce, "the room on the disk of the database");
        }
        self.scarce = scarce;
    }

    fn folder(&self) -> &Path {
        let parent = self.ballast.parent().filter(|parent| !parent.as_os_str().is_empty());
        parent.unwrap_or(Path::new("."))
    }

    /// What the disk has left for us, in bytes; as much as one likes where that cannot be known.
    #[cfg(unix)]
    fn free_disk(&self) -> u64 {
        rustix::fs::statvfs(self.folder()).map_or(u64::MAX, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    #[cfg(not(unix))]
    fn free_disk(&self) -> u64 {
        u64::MAX
    }

    fn is_whole(&self) -> bool {
        fs::symlink_metadata(&self.ballast).is_ok_and(|facts| facts.is_file() && facts.len() >= BALLAST)
    }

    fn fill(&self) {
        if let Err(error) = own_file::open(&self.ballast, Expect::Any).and_then(|mut file| allocate(&mut file)) {
            tracing::warn!(%error, "the room that is kept for revocation could not be taken");
            self.release();
        }
    }

    /// Gives the ballast's room to the database.
    fn release(&self) {
        match own_file::open(&self.ballast, Expect::Ours).and_then(|file| file.set_len(0)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::error!(%error, "the room that is kept for revocation could not be freed");
            }
            _ => {}
        }
    }
}

/// Takes real room: a file that is only long has none.
fn allocate(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    #[cfg(unix)]
    if rustix::fs::fallocate(&*file, rustix::fs::FallocateFlags::empty(), 0, BALLAST).is_ok() {
        return Ok(());
    }
    let block = [0x5a; 64 * 1024];
    (0..BALLAST / block.len() as u64).try_for_each(|_| file.write_all(&block))?;
    file.sync_all()
}

/// Makes this thread the one whose changes stand upon the reserve.
pub(super) fn install(reserve: Option<Reserve>) {
    OWN.with_borrow_mut(|own| *own = reserve);
}

/// Looks at the room that there is, before changes run. In the writer's transaction.
pub(super) fn look(conn: &mut Conn) {
    let free = match conn {
        Conn::Sqlite(sqlite) => sqlite::free_pages(sqlite).unwrap_or(u64::MAX),
        Conn::Postgres(_) => u64::MAX,
    };
    OWN.with_borrow_mut(|own| own.iter_mut().for_each(|reserve| reserve.look(free)));
}

/// Ends with an error while room is scarce: for changes that can wait.
///
/// # Errors
/// `Unavailable`.
pub fn require_room() -> Result<()> {
    let scarce = OWN.with_borrow(|own| own.as_ref().is_some_and(|reserve| reserve.scarce));
    if scarce { Err(Error::Unavailable(FULL)) } else { Ok(()) }
}

/// Frees the ballast if room is scarce: for changes that cannot wait.
pub fn make_room() {
    OWN.with_borrow(|own| own.iter().filter(|reserve| reserve.scarce).for_each(Reserve::release));
}
