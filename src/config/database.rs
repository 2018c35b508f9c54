//! The files of a SQLite database, and the folders that they are in. Keyhouse writes only where no other user can replace what it
//! wrote.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::own_file::{self, Expect};
use crate::db::Url;

/// How many symbolic links may lead from one to the next.
const MOST_LINKS: usize = 32;

/// Creates an empty SQLite file for its owner's eyes only, if there is none, also at the end of a symbolic link. To be called
/// before any connection is open: closing any file drops SQLite's locks on it.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
pub fn prepare_database(url: &Url) -> Result<(), String> {
    let Url::Sqlite(path) = url else { return Ok(()) };
    let file = behind_links(path)?;
    warn(path, &file);
    match own_file::open(&file, Expect::Nothing) {
        Ok(_) => {
            tracing::info!(file = %file.display(), "created a new database");
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(format!("cannot create the database file {}: {error}", file.display())),
    }
}

/// Refuses a SQLite file that is not there, or has nothing in it: to open it would make it.
///
/// # Errors
/// A sentence for the person at the command line.
pub fn require_database(url: &Url) -> Result<(), String> {
    let Url::Sqlite(path) = url else { return Ok(()) };
    match fs::metadata(path) {
        Ok(facts) if facts.len() > 0 => Ok(()),
        Ok(_) => Err(format!("the database file {} is empty", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(format!("there is no database file {}", path.display()))
        }
        Err(error) => Err(format!("cannot read {}: {error}", path.display())),
    }
}

/// Refuses a path where Keyhouse should not write its database.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
pub fn judge(path: &Path) -> Result<(), String> {
    if path.is_dir() {
        return Err(format!("{} is a directory", path.display()));
    }
    let file = behind_links(path)?;
    for folder in [folder_of(path), folder_of(&file)] {
        if !folder.is_dir() {
            return Err(format!("there is no directory {}; create it first", folder.display()));
        }
        judge_folder(folder)?;
    }
    judge_files(&files_of(path, &file))
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file that SQLite opens when `path` is a symbolic link. It need not be there.
fn behind_links(path: &Path) -> Result<PathBuf, String> {
    let mut file = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&file) {
            Ok(target) => file = folder_of(&file).join(target),
            Err(_) => return Ok(file),
        }
    }
    Err(format!("{} leads to too many symbolic links", path.display()))
}

/// The files that Keyhouse and SQLite write: the database file, what SQLite keeps beside it, and the reserve.
fn files_of(path: &Path, file: &Path) -> [PathBuf; 5] {
    let beside = |base: &Path, suffix: &str| {
        let mut name = base.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    [beside(file, ""), beside(file, "-wal"), beside(file, "-shm"), beside(file, "-journal"), beside(path, "-reserve")]
}

/// Refuses to write to another user's files, as what Keyhouse leaves beside them would lock their owner out, and refuses files that
/// everyone can use.
#[cfg(unix)]
fn judge_files(files: &[PathBuf]) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    let mut shared = String::new();
    for (file, facts) in files.iter().filter_map(|file| Some((file, fs::symlink_metadata(file).ok()?))) {
        if !facts.is_file() {
            return Err(format!("{} is not a regular file; move it away", file.display()));
        }
        if own_file::is_foreign(facts.uid()) {
            return Err(format!("the file {} belongs to another user; run Keyhouse as its owner", file.display()));
        }
        if facts.mode() & 0o007 != 0 {
            shared += &format!(" {}", file.display());
        }
    }
    if shared.is_empty() {
        Ok(())
    } else {
        Err(format!("everyone on this machine can use the database; run: chmod 600{shared}"))
    }
}

/// Refuses a folder in which no files can be created, and for root also one in which another user can replace them.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
#[cfg(unix)]
pub(super) fn judge_folder(folder: &Path) -> Result<(), String> {
    let access = rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
    rustix::fs::access(folder, access)
        .map_err(|error| format!("nothing can be written in {}: {}", folder.display(), std::io::Error::from(error)))?;
    let is_root = rustix::process::geteuid().is_root();
    weakness(folder).filter(|_| is_root).map_or(Ok(()), Err)
}

/// Containers run as other users and have folders like this, so they only hear of it.
#[cfg(unix)]
fn warn(path: &Path, file: &Path) {
    use std::os::unix::fs::MetadataExt;
    let mut folders = vec![folder_of(path), folder_of(file)];
    folders.dedup();
    folders.into_iter().filter_map(weakness).for_each(|weakness| tracing::warn!("{weakness}"));
    for file in files_of(path, file) {
        // Kubernetes gives a volume's files to a group of the pod
        if fs::metadata(&file).is_ok_and(|facts| facts.mode() & 0o070 != 0) {
            tracing::warn!(file = %file.display(), "the group of this file can use it; if that is not meant, run chmod 600 on it");
        }
    }
}

/// By whom files in a folder can be replaced, besides root and the user who runs Keyhouse.
#[cfg(unix)]
fn weakness(folder: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let facts = fs::metadata(folder).ok()?;
    let (me, my_group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    weakness_of(folder, (facts.uid(), facts.gid(), facts.mode()), (me, my_group))
}

#[cfg(unix)]
fn weakness_of(folder: &Path, (owner, group, mode): (u32, u32, u32), (me, my_group): (u32, u32)) -> Option<String> {
    let folder = folder.display();
    if owner != 0 && owner != me {
        return Some(format!(
            "the folder {folder} belongs to another user, who can replace the files in it; \
             run Keyhouse as that user (number {owner}), or run: chown {me} {folder}"
        ));
    }
    let by_group = mode & 0o020 != 0 && group != 0 && group != my_group;
    let is_sticky = mode & 0o1000 != 0;
    let by_others = !is_sticky && (by_group || mode & 0o002 != 0);
    by_others.then(|| format!("others can replace the files in the folder {folder}; run: chmod go-w {folder}"))
}

/// Other systems have other rights, which their own tools show.
#[cfg(not(unix))]
fn judge_files(_: &[PathBuf]) -> Result<(), String> {
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn judge_folder(_: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(not(unix))]
fn warn(_: &Path, _: &Path) {}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_database_file_is_made_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keyhouse.db");
        prepare_database(&Url::Sqlite(path.clone())).unwrap();
        prepare_database(&Url::Sqlite(path.clone())).unwrap();
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn a_database_behind_links_is_created_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = ["keyhouse.db", "second"].map(|name| folder.path().join(name));
        fs::create_dir(folder.path().join("data")).unwrap();
        symlink("second", &first).unwrap();
        symlink("data/real.db", &second).unwrap();
        prepare_database(&Url::Sqlite(first.clone())).unwrap();
        assert_eq!(mode(&folder.path().join("data/real.db")), 0o600);
        fs::remove_file(&second).unwrap();
        symlink("keyhouse.db", &second).unwrap();
        assert!(judge(&first).is_err_and(|why| why.contains("too many symbolic links")));
    }

    #[test]
    fn a_folder_is_weak_if_another_user_can_replace_files_in_it() {
        let weak = |facts, me| weakness_of(Path::new("data"), facts, me);
        let (root, ann) = ((0, 0), (1000, 1000));
        for (facts, me) in [((0, 0, 0o755), root), ((0, 0, 0o775), root), ((0, 0, 0o1777), root)] {
            assert_eq!(weak(facts, me), None, "{facts:?}");
        }
        for facts in [(1000, 1000, 0o700), (1000, 1000, 0o775), (0, 2000, 0o1777), (0, 1000, 0o2770)] {
            assert_eq!(weak(facts, ann), None, "{facts:?}");
        }
        for (facts, me) in
            [((0, 0, 0o777), root), ((0, 50, 0o775), root), ((0, 0, 0o777), ann), ((1000, 50, 0o770), ann)]
        {
            assert!(weak(facts, me).unwrap().contains("run: chmod go-w data"), "{facts:?}");
        }
        for (facts, me) in [((1000, 0, 0o700), root), ((2000, 1000, 0o1777), ann)] {
            assert!(weak(facts, me).unwrap().contains("belongs to another user"), "{facts:?}");
        }
    }
}
