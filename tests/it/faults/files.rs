//! Keyhouse's files are its own: it overwrites nothing that another user chose, creates nothing that others can read, and takes no
//! password that others can read or replace.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

use tempfile::TempDir;

use crate::support::cluster::is_root;
use crate::support::database::{Backend, Database};
use crate::support::server::{command, command_under, write_private};

const NOBODY: u32 = 65534;
const SETUP: [&str; 7] = ["setup", "--org", "Acme", "--email", "ann@acme.example", "--password-file", "password"];
const AS_NOBODY: [&str; 4] = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/// An SQLite database that is not there yet, and a working folder with a password in it.
fn empty() -> (Database, TempDir) {
    let (database, folder) = (Database::empty(Backend::Sqlite), TempDir::new().unwrap());
    write_private(&folder.path().join("password"), "tuesday rain on copper\n");
    (database, folder)
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_link_in_the_place_of_a_file_of_keyhouse_is_refused_and_leads_to_no_damage() {
    for name in ["keyhouse.db-reserve", "keyhouse.db-wal", "keyhouse.db-shm"] {
        let (database, folder) = empty();
        let target = folder.path().join("target");
        fs::write(&target, "kept").unwrap();
        symlink(&target, database.folder().join(name)).unwrap();
        for arguments in [&SETUP[..], &["migrate"], &[]] {
            let (status, printed) = command(folder.path(), &database, arguments);
            let told = printed.contains(&format!("{name} is not a regular file; move it away"));
            assert!(status.code() == Some(2) && told, "{printed}");
        }
        assert!(fs::read(&target).unwrap() == b"kept" && !database.file().exists(), "{name}");
    }
}

#[test]
fn a_database_behind_a_link_is_created_for_its_owner_only() {
    let (database, folder) = empty();
    let target = folder.path().join("elsewhere.db");
    symlink(&target, database.file()).unwrap();
    let (status, printed) = command(folder.path(), &database, &SETUP);
    assert!(status.success(), "{printed}");
    assert_eq!((mode(&target), database.number("SELECT count(*) FROM users")), (0o600, 1));
}

#[test]
fn root_writes_nothing_in_a_folder_where_other_users_can_replace_it() {
    if !is_root() {
        eprintln!("only root runs commands in other users' folders; who may is tested in config::database");
        return;
    }
    let weaken = |folder: &Path, foreign: bool| {
        if foreign { chown(folder, Some(NOBODY), None).unwrap() } else { set_mode(folder, 0o777) }
    };
    for (foreign, told) in [(true, "belongs to another user"), (false, "run: chmod go-w")] {
        let (database, folder) = empty();
        weaken(&database.folder(), foreign);
        for arguments in [&SETUP[..], &["migrate"], &["demo"], &[]] {
            let (status, printed) = command(folder.path(), &database, arguments);
            assert!(status.code() == Some(2) && printed.contains(told), "{printed}");
        }
        assert_eq!(fs::read_dir(database.folder()).unwrap().count(), 0);
        // the secret is made beside the database, but may have a folder of its own
        let (database, folder) = empty();
        weaken(folder.path(), foreign);
        let (status, printed) = command(folder.path(), &database, &["migrate"]);
        assert!(status.code() == Some(2) && printed.contains("KEYHOUSE_SECRET_FILE: "), "{printed}");
    }
}

#[test]
fn other_users_than_root_are_warned_of_a_folder_that_others_can_write_in() {
    let (database, folder) = empty();
    let wrapper = if is_root() { &AS_NOBODY[..] } else { &[] };
    if is_root() {
        chown(folder.path(), Some(NOBODY), None).unwrap();
    }
    set_mode(&database.folder(), 0o777);
    let (status, printed) = command_under(wrapper, folder.path(), &database, &["migrate"]);
    assert!(status.success() && printed.contains("others can replace the files in the folder"), "{printed}");
    assert_eq!(mode(&database.file()), 0o600);
}

#[test]
fn a_password_file_that_others_can_read_or_write_is_refused() {
    let (database, folder) = empty();
    let file = folder.path().join("password");
    for shared in [0o644, 0o640, 0o606, 0o666] {
        // what root owns may be readable by its group
        if shared == 0o640 && is_root() {
            continue;
        }
        set_mode(&file, shared);
        let (status, printed) = command(folder.path(), &database, &SETUP);
        let told = printed.contains("--password-file: others than its owner can use password; run: chmod 600 password");
        assert!(status.code() == Some(1) && told && !database.file().exists(), "{printed}");
    }
    set_mode(&file, 0o600);
    let (status, printed) = command(folder.path(), &database, &SETUP);
    assert!(status.success(), "{printed}");
}
