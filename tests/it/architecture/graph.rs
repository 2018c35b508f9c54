//! Who depends on whom: the direction between the modules, and cycles between the files.

use std::collections::{BTreeMap, BTreeSet};

use super::files::File;
use super::paths::Modules;

const FLOOR: &[&str] = &["clock", "config", "encryption", "error", "id", "limits", "paging", "secret", "text"];
const BASE: &[&str] = &["access", "audit", "db", "links", "search", "two_factor"];

// What each module may use. FLOOR and BASE stand for what all features stand on. A new module gets a line here.
const ALLOWED: [(&str, &[&str]); 31] = [
    ("main", &["cli", "config", "error"]),
    ("lib", &[]),
    ("cli", &["accounts", "app", "demo", "jobs", "keys", "orgs", "sessions", "setup", "users", "BASE", "FLOOR"]),
    (
        "app",
        &[
            "accounts",
            "explorer",
            "jobs",
            "keys",
            "openapi",
            "operations",
            "orgs",
            "sessions",
            "setup",
            "users",
            "web",
            "BASE",
            "FLOOR",
        ],
    ),
    ("openapi", &["keys", "users", "web"]),
    ("jobs", &["keys", "orgs", "sessions", "setup", "users", "BASE", "FLOOR"]),
    ("accounts", &["sessions", "users", "BASE", "FLOOR"]),
    ("setup", &["keys", "orgs", "sessions", "users", "BASE", "FLOOR"]),
    ("demo", &["keys", "orgs", "sessions", "setup", "users", "BASE", "FLOOR"]),
    ("explorer", &["BASE", "FLOOR"]),
    ("keys", &["BASE", "FLOOR"]),
    ("sessions", &["keys", "orgs", "users", "BASE", "FLOOR"]),
    ("orgs", &["keys", "users", "BASE", "FLOOR"]),
    ("users", &["keys", "BASE", "FLOOR"]),
    ("operations", &["BASE", "FLOOR"]),
    ("links", &["audit", "access", "db", "FLOOR"]),
    ("search", &["audit", "access", "db", "FLOOR"]),
    ("two_factor", &["audit", "access", "db", "FLOOR"]),
    ("audit", &["access", "db", "FLOOR"]),
    ("access", &["db", "FLOOR"]),
    ("web", &["access", "db", "FLOOR"]),
    ("db", &["FLOOR"]),
    ("config", &["clock", "db", "error", "id", "limits", "secret", "text"]),
    ("limits", &["error", "text"]),
    ("paging", &["error", "id", "secret", "text"]),
    ("encryption", &["error", "secret"]),
    ("secret", &["clock", "error", "id", "text"]),
    ("text", &["error"]),
    ("error", &["clock", "id"]),
    ("id", &["error"]),
    ("clock", &[]),
];

// pages may show what any feature reads, and everything that answers HTTP stands on `web`
const HTTP: [&str; 3] = ["pages", "api", "mod"];
const FEATURES: [&str; 5] = ["keys", "orgs", "sessions", "setup", "users"];
const READABLE: [&str; 3] = ["actions", "membership", "model"];

/// Every use goes in the direction of the table.
pub fn direction(files: &[File]) -> Vec<String> {
    let modules = Modules::new(files);
    let mut breaches = Vec::new();
    for file in files {
        if !ALLOWED.iter().any(|(name, _)| *name == file.top()) {
            breaches.push(
                file.breach(1, &format!("`{}` is not in the table of tests/it/architecture/graph.rs", file.top())),
            );
            continue;
        }
        for mention in modules.mentions(file) {
            let Some(home) = modules.home(&mention.path).filter(|home| home.len() > 1) else {
                continue;
            };
            if !may_use(file, &home) {
                let what = format!("`{}` must not use `{}`: it is not below it", file.top(), home.join("::"));
                breaches.push(file.breach(mention.line, &what));
            }
        }
    }
    breaches
}

fn may_use(file: &File, home: &[String]) -> bool {
    let (from, to) = (file.top(), home[1].as_str());
    let below = ALLOWED.iter().find(|(name, _)| *name == from).map_or(&[] as &[&str], |(_, below)| below);
    let group = |name: &str, members: &[&str]| below.contains(&name) && members.contains(&to);
    let in_table = below.contains(&to) || group("BASE", BASE) || group("FLOOR", FLOOR);
    let http = HTTP.contains(&file.role()) || from == "explorer";
    let reads = http && FEATURES.contains(&to) && home.get(2).is_some_and(|file| READABLE.contains(&file.as_str()));
    from == to || in_table || (http && to == "web" && !matches!(from, "db" | "access")) || reads
}

/// No file depends on itself by way of others.
pub fn cycles(files: &[File]) -> Vec<String> {
    let modules = Modules::new(files);
    let mut edges: BTreeMap<Vec<String>, BTreeMap<Vec<String>, usize>> = BTreeMap::new();
    for (module, file) in &modules.files {
        let uses = edges.entry(module.clone()).or_default();
        for mention in modules.mentions(file) {
            if let Some(home) = modules.home(&mention.path).filter(|home| home != module && home.len() > 1) {
                uses.entry(home).or_insert(mention.line);
            }
        }
    }
    let mut search =
        Search { edges: &edges, modules: &modules, done: BTreeSet::new(), way: Vec::new(), found: Vec::new() };
    for module in edges.keys() {
        search.visit(module);
    }
    search.found
}

struct Search<'a> {
    edges: &'a BTreeMap<Vec<String>, BTreeMap<Vec<String>, usize>>,
    modules: &'a Modules<'a>,
    done: BTreeSet<Vec<String>>,
    way: Vec<(Vec<String>, usize)>,
    found: Vec<String>,
}

impl Search<'_> {
    fn visit(&mut self, module: &Vec<String>) {
        if let Some(start) = self.way.iter().position(|(seen, _)| seen == module) {
            return self.report(start);
        }
        if self.done.contains(module) {
            return;
        }
        for (next, line) in &self.edges[module] {
            self.way.push((module.clone(), *line));
            self.visit(next);
            self.way.pop();
        }
        self.done.insert(module.clone());
    }

    fn report(&mut self, start: usize) {
        let steps =
            self.way[start..].iter().map(|(module, line)| format!("{}:{line}", self.modules.files[module].path));
        let steps: Vec<String> = steps.collect();
        self.found.push(format!(
            "{} and back; import from the file that defines it, or move it below both",
            steps.join(" -> ")
        ));
    }
}
