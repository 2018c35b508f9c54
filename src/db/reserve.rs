//! Room for revocation. Beside the SQLite file lies a ballast that holds room on the disk. While room is scarce, the writer rejects
//! ordinary changes before they write. One half of the ballast is shared by sign-ins and revocations, the other is for revocations.
//! Once there is room again, the ballast is filled again. PostgreSQL's disk is its host's business.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::conn::Conn;
use super::sqlite;
use super::turns::Turns;
pub use super::turns::Way;
use crate::config::own_file::{self, Expect};
use crate::error::{Error, Result};
use crate::id::UserId;

const MEGABYTE: u64 = 1024 * 1024;
/// What the ballast holds.
const BALLAST: u64 = 8 * MEGABYTE;
/// The part of it that sign-ins leave alone: more than a thousand deletions with their events write.
const HALF: u64 = BALLAST / 2;
/// With less room than this, ordinary changes are rejected; a usual group of them needs far less.
const KEEP: u64 = 8 * MEGABYTE;
/// What one group of revocations needs at most.
const GROUP: u64 = 2 * MEGABYTE;
/// With less room than this, SQLite cannot even open its files. A group of sign-ins needs less.
const LEAST: u64 = MEGABYTE;

const FULL: &str = "The disk is full, so Keyhouse takes nothing new; deleting, disabling and signing out still work";
const USED_UP: &str =
    "The disk is full, and the room that is left is for deleting and disabling, so no user can sign in";
const SIGNED_IN_LATELY: &str = "The disk is full, so each account can sign in or confirm its password once a minute";
const SIGNED_OUT_LATELY: &str =
    "The disk is full, so each account can end sessions or change its password once a minute";

/// The ballast beside one database, and what is known of the room around it.
pub(super) struct Reserve {
    ballast: PathBuf,
    scarce: bool,
    /// How much SQLite's own limit leaves, in bytes.
    free_pages: u64,
    turns: Turns,
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
        let reserve = Reserve { ballast: name.into(), scarce: false, free_pages: u64::MAX, turns: Turns::default() };
        reserve.free(LEAST, HALF);
        reserve.free(LEAST, 0);
        reserve
    }

    /// Looks how much room there is, and fills the ballast again if there is enough.
    fn look(&mut self, free_pages: u64) {
        let (free, held) = (self.free_disk(), self.held());
        if held < BALLAST && free.saturating_add(held) >= BALLAST + KEEP {
            self.fill(held);
        }
        let scarce = self.held() < BALLAST || free.min(free_pages) < KEEP;
        if scarce != self.scarce {
            tracing::warn!(free, scarce, "the room on the disk of the database");
        }
        (self.scarce, self.free_pages) = (scarce, free_pages);
    }

    /// Makes room for a change that an account makes for itself while room is scarce.
    fn let_through(&self, way: Way, user: UserId) -> Result<()> {
        let lately = self.turns.had_lately(way, user, Instant::now());
        let is_shared = self.free_disk().saturating_add(self.held()).min(self.free_pages) >= HALF + LEAST;
        match way {
            Way::In if lately => return Err(Error::Unavailable(SIGNED_IN_LATELY)),
            Way::In if !is_shared => return Err(Error::Unavailable(USED_UP)),
            Way::Out if !is_shared && lately => return Err(Error::Unavailable(SIGNED_OUT_LATELY)),
            Way::Out if !is_shared => self.make_room(),
            Way::In | Way::Out => self.free(GROUP, HALF),
        }
        Ok(())
    }

    fn make_room(&self) {
        self.free(GROUP, HALF);
        self.free(GROUP, 0);
    }

    /// Makes the ballast smaller, to this size, if the disk has less room than `needed`.
    fn free(&self, needed: u64, size: u64) {
        if self.free_disk() < needed && self.held() > size {
            self.cut(size);
        }
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

    /// How much the ballast holds.
    fn held(&self) -> u64 {
        fs::symlink_metadata(&self.ballast).map_or(0, |facts| if facts.is_file() { facts.len() } else { 0 })
    }

    fn fill(&self, held: u64) {
        if let Err(error) = own_file::open(&self.ballast, Expect::Any).and_then(|mut file| allocate(&mut file)) {
            tracing::warn!(%error, "the room that is kept for revocation could not be taken");
            self.cut(held);
        }
    }

    /// Gives the ballast's room beyond this size to the database.
    fn cut(&self, size: u64) {
        match own_file::open(&self.ballast, Expect::Ours).and_then(|file| file.set_len(size)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::error!(%error, "the room that is kept for revocation could not be freed");
            }
            _ => {}
        }
    }
}

/// Takes real room: a file that is only long has none.
fn allocate(file: &mut File) -> io::Result<()> {
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
    let Conn::Sqlite(sqlite) = conn else { return };
    let free = sqlite::free_pages(sqlite).unwrap_or(u64::MAX);
    let scarce = OWN.with_borrow_mut(|own| {
        let before = own.as_ref().is_some_and(|reserve| reserve.scarce);
        own.iter_mut().for_each(|reserve| reserve.look(free));
        own.as_ref().map(|reserve| reserve.scarce).filter(|scarce| *scarce || before)
    });
    if let Some(scarce) = scarce {
        sqlite::keep_log_short(sqlite, scarce);
    }
}

/// Ends with an error while room is scarce: for changes that can wait.
///
/// # Errors
/// `Unavailable`.
pub fn require_room() -> Result<()> {
    if is_scarce() { Err(Error::Unavailable(FULL)) } else { Ok(()) }
}

/// Whether room is scarce. Asked on the writer's thread; elsewhere the answer is no.
pub fn is_scarce() -> bool {
    OWN.with_borrow(|own| own.as_ref().is_some_and(|reserve| reserve.scarce))
}

/// Frees what a revocation needs of the ballast if room is scarce.
pub fn make_room() {
    OWN.with_borrow(|own| own.iter().filter(|reserve| reserve.scarce).for_each(Reserve::make_room));
}

/// Frees what an account needs to sign in or out, if room is scarce.
///
/// # Errors
/// `Unavailable` if the account has to wait, or the room for it is used up.
pub fn make_room_for(way: Way, user: UserId) -> Result<()> {
    OWN.with_borrow(|own| match own.as_ref().filter(|reserve| reserve.scarce) {
        Some(reserve) => reserve.let_through(way, user),
        None => Ok(()),
    })
}

/// Notes that an account signed in or out, if room is scarce.
pub fn went(way: Way, user: UserId) {
    OWN.with_borrow_mut(|own| {
        for reserve in own.iter_mut().filter(|reserve| reserve.scarce) {
            reserve.turns.note(way, user, Instant::now());
        }
    });
}
