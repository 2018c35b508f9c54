//! The file of the installation's secret, for its owner's eyes only.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::database::folder_of;
use super::own_file::{self, Expect};
use super::settings::Config;
use crate::secret::{Secrets, hex, random};

/// A secret file is a few lines; a larger one is something else.
const LARGEST: u64 = 64 * 1024;

/// Reads the secret file, if it is there.
///
/// # Errors
/// A sentence: it cannot be read, others can read it, or what is in it is no secret.
pub fn read_secrets(path: &Path) -> Result<Option<Secrets>, String> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
    };
    refuse_shared(&file, path)?;
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Secrets::parse(&text).map(Some).map_err(|why| format!("{why} ({})", path.display()))
}

/// Refuses the open file of a secret that another user can read or replace.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
#[cfg(unix)]
pub fn refuse_shared(file: &File, path: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    let facts = file.metadata().map_err(|error| error.to_string())?;
    judge_secret(facts.uid(), facts.mode(), own_file::is_foreign(facts.uid()), path)
}

/// A file of root's may let its group read: so containers and systemd hand secrets to whoever is not root.
#[cfg(unix)]
fn judge_secret(owner: u32, mode: u32, foreign: bool, path: &Path) -> Result<(), String> {
    let of_root = owner == 0;
    if foreign && !of_root {
        return Err(format!("{} belongs to another user, who can replace it; run: chown it to yours", path.display()));
    }
    let too_much = if of_root { 0o027 } else { 0o077 };
    if mode & too_much != 0 {
        let (right, mounted) = match (of_root, foreign) {
            (_, true) => ("440", "0440"),
            (true, false) => ("600", "0440"),
            (false, false) => ("600", "0400"),
        };
        return Err(format!(
            "others than its owner can use {0}; run: chmod {right} {0}. If a container mounts it, set mode: {mounted} \
             (Docker) or defaultMode: {mounted} (Kubernetes)",
            path.display()
        ));
    }
    Ok(())
}

/// Other systems have other rights, which their own tools show.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn refuse_shared(_: &File, _: &Path) -> Result<(), String> {
    Ok(())
}

/// The installation's secrets. Made when there is no file yet; of many processes that make it at once, one wins and all use
/// what it made.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
pub fn secrets(config: &Config) -> Result<Secrets, String> {
    let path = &config.secret_file;
    if let Some(secrets) = read_secrets(path)? {
        return Ok(secrets);
    }
    make_secret(path).map_err(|error| format!("cannot make the secret file {}: {error}", path.display()))?;
    read_secrets(path)?.ok_or_else(|| format!("the secret file {} has just gone", path.display()))
}

/// The secrets that must be there already, as the database was written with them.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
pub fn kept_secrets(config: &Config) -> Result<Secrets, String> {
    let path = &config.secret_file;
    read_secrets(path)?.ok_or_else(|| {
        let file = path.display();
        format!(
            "the secret file {file} is missing, and this database was written with it; put it back. \
             If it is lost for good, stop all nodes and run: keyhouse audit lost-secret"
        )
    })
}

/// Writes the file whole under another name and then links it into place, so that nobody ever reads half of it.
fn make_secret(path: &Path) -> Result<(), String> {
    let number = random::<32>().map_err(|error| error.to_string())?;
    let text = format!("# The secret of this Keyhouse. Keep it, and keep it apart from backups.\n{}\n", hex(&number));
    let name = random::<8>().map_err(|error| error.to_string())?;
    let draft = PathBuf::from(format!("{}.{}", path.display(), hex(&name)));
    let linked = write_new(&draft, text.as_bytes()).and_then(|()| fs::hard_link(&draft, path));
    let _ = fs::remove_file(&draft);
    // a power cut must not leave a database without its secret, whoever of several made it
    sync_folder_of(path);
    match linked {
        Ok(()) => {
            tracing::info!(file = %path.display(), "the installation's secret was made; keep it");
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = own_file::open(path, Expect::Nothing)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Sees to it that a new name in a folder stays. Some file systems cannot be asked to, which is no reason not to start.
fn sync_folder_of(path: &Path) {
    let parent = folder_of(path);
    if let Err(error) = File::open(parent).and_then(|folder| folder.sync_all()) {
        tracing::debug!(%error, folder = %parent.display(), "a folder could not be synced");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Url;

    fn config(folder: &Path) -> Config {
        Config {
            listen: ([127, 0, 0, 1], 8080).into(),
            database: Url::Sqlite(folder.join("keyhouse.db")),
            secret_file: folder.join("keyhouse.secret"),
            trusted_proxies: crate::config::proxies::Proxies::default(),
            extra_hosts: Vec::new(),
            workers: 1,
            limits: crate::limits::Limits::default(),
            log: "info".to_owned(),
            public_demo: false,
            trust_clock: false,
            public_url: None,
        }
    }

    #[test]
    fn of_fifty_that_make_the_secret_at_once_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let all: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let make = || secrets(&config).unwrap().key("x").mac(&[]);
            let threads: Vec<_> = (0..50).map(|_| scope.spawn(make)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(all.iter().all(|one| *one == all[0]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        secrets(&config).unwrap();
        let mode = fs::metadata(&config.secret_file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::set_permissions(&config.secret_file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(secrets(&config).unwrap_err().contains("chmod 600"));
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_of_root_may_be_for_its_group_to_read_and_no_more() {
        let judge = |owner, mode, foreign| judge_secret(owner, mode, foreign, Path::new("secret"));
        for mode in [0o400, 0o440, 0o600, 0o640] {
            assert!(judge(0, mode, true).is_ok() && judge(0, mode, false).is_ok(), "{mode:o}");
        }
        for mode in [0o444, 0o460, 0o660, 0o642, 0o604, 0o420] {
            assert!(judge(0, mode, true).is_err_and(|why| why.contains("chmod 440")), "{mode:o}");
        }
        for mode in [0o444, 0o644] {
            let told = |why: String| why.contains("set mode: 0440") && why.contains("defaultMode: 0440");
            assert!(judge(0, mode, true).is_err_and(told) && judge(0, mode, false).is_err_and(told), "{mode:o}");
        }
        for mode in [0o440, 0o640, 0o620, 0o604] {
            assert!(judge(1000, mode, false).is_err_and(|why| why.contains("chmod 600")), "{mode:o}");
        }
        assert!(judge(1000, 0o600, false).is_ok());
        assert!(judge(1000, 0o400, true).is_err_and(|why| why.contains("another user")));
    }
}
