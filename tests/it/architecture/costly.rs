//! What takes as long as a hash of a password: only the hash queue may call it, which is bounded and runs on no worker thread.

use super::files::File;
use super::paths::Modules;

/// The files of the hash queue, and the command line, where no other user waits.
const QUEUE: [&str; 3] = ["src/sessions/hash_queue.rs", "src/sessions/password.rs", "src/sessions/strength.rs"];
const COMMAND_LINE: &str = "cli";
const CRATES: [&str; 2] = ["argon2", "zxcvbn"];
/// Functions that do such work on the thread that calls them, or without a place in the queue.
const CALLS: [[&str; 2]; 5] = [
    ["password", "hash_now"],
    ["password", "hash"],
    ["password", "judge"],
    ["password", "matches"],
    ["strength", "judge"],
];

/// Files elsewhere that hash a password, compare one, or estimate its strength.
pub fn outside_the_queue(files: &[File]) -> Vec<String> {
    let modules = Modules::new(files);
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| !QUEUE.contains(&file.path.as_str())) {
        for mention in modules.mentions(file) {
            let path: Vec<&str> = mention.path.iter().map(String::as_str).collect();
            let is_crate = CRATES.contains(&path[0]);
            let is_call = CALLS.iter().any(|call| path.ends_with(call));
            if is_crate || is_call && file.top() != COMMAND_LINE {
                let what = format!("`{}` is slow on purpose; take a place in the hash queue", path.join("::"));
                breaches.push(file.breach(mention.line, &what));
            }
        }
    }
    breaches
}
