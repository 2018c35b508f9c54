//! The one way in which Keyhouse opens its own files to write them. It follows no symbolic link, and it checks the owner and the
//! rights of the file that is open, so that who else can write in the folder does not choose what Keyhouse overwrites.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Which file is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// None: the file is created, readable by its owner only.
    Nothing,
    /// One that Keyhouse created earlier.
    Ours,
    /// Either.
    Any,
}

/// Opens a file of Keyhouse's own to write it. What is in it stays.
///
/// # Errors
/// Also if the path is a symbolic link, or the file has another owner, another name or is writable by everyone.
pub fn open(path: &Path, expect: Expect) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(expect == Expect::Any).create_new(expect == Expect::Nothing).truncate(false);
    #[cfg(unix)]
    restrict(&mut options);
    let file = options.open(path)?;
    #[cfg(unix)]
    judge(&file)?;
    Ok(file)
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    // a pipe in the place of the file must not make Keyhouse wait
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    options.mode(0o600).custom_flags(i32::try_from(flags.bits()).unwrap_or(0));
}

#[cfg(unix)]
fn judge(file: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let facts = file.metadata()?;
    let why = if !facts.is_file() {
        "it is not a regular file"
    } else if is_foreign(facts.uid()) {
        "it belongs to another user"
    } else if facts.nlink() != 1 {
        "it has another name elsewhere"
    } else if facts.mode() & 0o002 != 0 {
        "others can write it"
    } else {
        return Ok(());
    };
    Err(io::Error::new(io::ErrorKind::PermissionDenied, why))
}

/// Whether a file's owner is another user than the one who runs Keyhouse.
#[cfg(unix)]
pub(super) fn is_foreign(owner: u32) -> bool {
    owner != rustix::process::geteuid().as_raw()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_is_created_for_its_owner_and_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reserve");
        assert!(open(&path, Expect::Ours).is_err());
        open(&path, Expect::Any).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "kept").unwrap();
        assert!(open(&path, Expect::Any).is_ok() && open(&path, Expect::Ours).is_ok());
        assert_eq!(fs::read(&path).unwrap(), b"kept");
        assert_eq!(open(&path, Expect::Nothing).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn links_and_files_that_others_can_write_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let [target, link, second, shared] =
            ["target", "link", "second", "shared"].map(|name| folder.path().join(name));
        fs::write(&target, "kept").unwrap();
        symlink(&target, &link).unwrap();
        symlink(folder.path().join("nothing"), folder.path().join("dangling")).unwrap();
        fs::write(&shared, "").unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o666)).unwrap();
        for expect in [Expect::Ours, Expect::Any, Expect::Nothing] {
            for path in [&link, &folder.path().join("dangling"), &shared, folder.path()] {
                assert!(open(path, expect).is_err(), "{} as {expect:?}", path.display());
            }
        }
        fs::hard_link(&target, &second).unwrap();
        assert!(open(&second, Expect::Any).unwrap_err().to_string().contains("another name"));
        assert!(!folder.path().join("nothing").exists() && fs::read(&target).unwrap() == b"kept");
    }
}
