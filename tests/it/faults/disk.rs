//! A small disk that can be full: a file system of a few megabytes, mounted where a test's database is.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file system. Dropping it takes it away, whoever still uses it.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts it at a folder.
    ///
    /// # Errors
    /// What this machine lacks, in words.
    pub fn mount(folder: &Path, megabytes: u32) -> Result<SmallDisk, String> {
        let size = format!("size={megabytes}m,mode=700");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "keyhouse-test"]).arg(folder).output();
        let mounted = mounted.map_err(|error| format!("the command mount is missing: {error}"))?;
        if mounted.status.success() {
            return Ok(SmallDisk(folder.to_owned()));
        }
        let told = String::from_utf8_lossy(&mounted.stderr);
        Err(format!("a full disk needs the right to mount a tmpfs: run the tests as root, with CAP_SYS_ADMIN ({told})"))
    }

    /// Fills it to the last byte.
    pub fn fill(&self) {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(self.filler()).unwrap();
        for size in [1024 * 1024, 4096, 1] {
            while file.write(&vec![b'x'; size]).is_ok_and(|written| written > 0) {}
        }
        assert_eq!(self.free(), 0, "the disk is not full");
    }

    /// Fills it but for so many bytes.
    pub fn fill_but(&self, left: u64) {
        let left = left.min(self.free());
        self.fill();
        let file = std::fs::OpenOptions::new().write(true).open(self.filler()).unwrap();
        file.set_len(file.metadata().unwrap().len() - left).unwrap();
    }

    /// How many bytes it has left.
    pub fn free(&self) -> u64 {
        let disk = rustix::fs::statvfs(&self.0).unwrap();
        disk.f_bavail * disk.f_frsize
    }

    /// Makes the room free again.
    pub fn empty(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.0.join("something-else")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
