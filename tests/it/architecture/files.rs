//! The files that the rules look at, and the rules about a file as a whole.

use std::path::Path;

use super::scan;

const MEANINGLESS: [&str; 8] = ["utils", "util", "helpers", "helper", "common", "misc", "manager", "service"];

/// One file of the repository.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path from the root of the repository.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The same lines, with comments, the insides of strings, and tests made blank.
    pub code: String,
}

impl File {
    /// A file from its text.
    pub fn new(path: &str, text: &str) -> File {
        let code = if path.ends_with(".rs") { scan::without_tests(&scan::blank(text)) } else { text.to_owned() };
        File { path: path.to_owned(), text: text.to_owned(), code }
    }

    /// Its name without folder and ending: `pages` of `src/keys/pages.rs` and of every file in `src/keys/pages/`,
    /// `store` of `src/users/membership_store.rs`.
    pub fn role(&self) -> &str {
        let parts: Vec<&str> = self.path.trim_end_matches(".rs").split('/').collect();
        let name = match parts.as_slice() {
            [_, _, folder, _, ..] => folder,
            [.., name] => name,
            [] => "",
        };
        ["model", "store"].into_iter().find(|role| name.ends_with(&format!("_{role}"))).unwrap_or(name)
    }

    /// The module right below the crate: `keys` of `src/keys/pages.rs`, `config` of `src/config.rs`.
    pub fn top(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default().trim_end_matches(".rs")
    }

    /// A breach in a line, counted from 1.
    pub fn breach(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

/// All files with that ending below a folder of the repository; none if there is no such folder.
pub fn read(folder: &str, ending: &str) -> Vec<File> {
    let mut found = Vec::new();
    collect(&crate::support::root(), &crate::support::root().join(folder), ending, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(root: &Path, folder: &Path, ending: &str, found: &mut Vec<File>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, ending, found);
        } else if path.extension().is_some_and(|e| e == ending) {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push(File::new(&path.strip_prefix(root).unwrap().to_string_lossy(), &text));
        }
    }
}

/// Every file starts with `//!`.
pub fn introductions(files: &[File]) -> Vec<String> {
    let silent = files.iter().filter(|file| !file.text.trim_start().starts_with("//!"));
    silent.map(|file| file.breach(1, "start with a `//!` comment that says what the module is")).collect()
}

/// No file or folder is called after nothing.
pub fn names(files: &[File]) -> Vec<String> {
    let meaningless =
        |file: &&File| file.path.trim_end_matches(".rs").split('/').any(|part| MEANINGLESS.contains(&part));
    files.iter().filter(meaningless).map(|file| file.breach(1, "name the file after the thing that it holds")).collect()
}
