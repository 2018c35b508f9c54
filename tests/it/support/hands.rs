//! The hands of a clock: a program that runs under them sees the time that a test sets, while its timers go on as ever.

use std::path::PathBuf;

use keyhouse::clock::{SECOND, Time};
use tempfile::TempDir;

/// The hands. They say the right time until they are moved.
pub struct Hands(TempDir);

impl Hands {
    /// New ones.
    pub fn new() -> Hands {
        let hands = Hands(TempDir::new().unwrap());
        hands.put_by(0);
        hands
    }

    /// The program, with its arguments, under which another one sees these hands.
    pub fn wrapper(&self) -> Vec<String> {
        let library = format!("LD_PRELOAD={}", library().display());
        let file = format!("FAKETIME_TIMESTAMP_FILE={}", self.file().display());
        let rest = ["FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "TZ=UTC"].map(str::to_owned);
        [vec!["env".to_owned(), library, file], rest.to_vec()].concat()
    }

    /// Moves them so far from the right time, in microseconds (whole seconds); from there the clock goes on.
    pub fn put_by(&self, micros: i64) {
        self.write(&format!("{:+}", micros / SECOND));
    }

    /// Holds them at this moment, a whole second.
    pub fn hold_at(&self, at: Time) {
        assert_eq!(at.micros() % SECOND, 0, "hands are held at whole seconds");
        self.write(&at.rfc3339()[..19].replace('T', " "));
    }

    /// Whoever reads the file sees the old time or the new one.
    fn write(&self, text: &str) {
        let new = self.0.path().join("new");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(new, self.file()).unwrap();
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("time")
    }
}

fn library() -> PathBuf {
    let mut found = std::fs::read_dir("/usr/lib").unwrap().map(|entry| entry.unwrap().path());
    let library =
        found.find_map(|folder| Some(folder.join("faketime/libfaketimeMT.so.1")).filter(|file| file.exists()));
    library.expect("bin/test installs libfaketime")
}
