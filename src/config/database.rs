//! The files of a SQLite database, for their owner's eyes only, and the folder that they are in.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::files::{create_private, is_foreign};
use crate::db::Url;

/// Makes an empty SQLite file for its owner's eyes only, if there is none. To be called before any connection is open: closing
/// a file of one's own drops SQLite's locks on it.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
pub fn prepare_database(url: &Url) -> Result<(), String> {
    let Url::Sqlite(path) = url else { return Ok(()) };
    match create_private(path) {
        Ok(_) => {
            tracing::info!(file = %path.display(), "a new database was made");
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            warn_of_readers(path);
            Ok(())
        }
        Err(error) => Err(format!("cannot make the database file {}: {error}", path.display())),
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

/// The database file and what SQLite keeps beside it, as far as they are there.
#[cfg(unix)]
fn files_of(path: &Path) -> impl Iterator<Item = (PathBuf, fs::Metadata)> {
    let names = ["", "-wal", "-shm"].map(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    });
    names.into_iter().filter_map(|file| fs::metadata(&file).ok().map(|facts| (file, facts)))
}

/// Refuses to write to somebody else's database: what we left beside it would lock its owner out.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
#[cfg(unix)]
pub fn judge_database(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    match files_of(path).find(|(_, facts)| is_foreign(facts.uid())) {
        Some((file, _)) => {
            Err(format!("the file {} belongs to another user; run Keyhouse as its owner", file.display()))
        }
        None => Ok(()),
    }
}

#[cfg(unix)]
fn warn_of_readers(path: &Path) {
    use std::os::unix::fs::MetadataExt;
    for (file, _) in files_of(path).filter(|(_, facts)| facts.mode() & 0o077 != 0) {
        tracing::warn!(file = %file.display(), "others than its owner can use this file; run chmod 600 on it");
    }
}

/// SQLite makes files beside the database, so the folder must be one to write in.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
#[cfg(unix)]
pub fn judge_folder(folder: &Path) -> Result<(), String> {
    let access = rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
    rustix::fs::access(folder, access)
        .map_err(|error| format!("nothing can be written in {}: {}", folder.display(), std::io::Error::from(error)))
}

/// Other systems have other rights, which their own tools show.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn judge_database(_: &Path) -> Result<(), String> {
    Ok(())
}

/// As `judge_database`.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn judge_folder(_: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(not(unix))]
fn warn_of_readers(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_database_file_is_made_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keyhouse.db");
        prepare_database(&Url::Sqlite(path.clone())).unwrap();
        prepare_database(&Url::Sqlite(path.clone())).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
