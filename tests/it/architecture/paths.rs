//! The paths that a file mentions, such as `crate::keys::store::list` or `diesel::insert_into`, made absolute.

use std::collections::BTreeMap;

use super::files::File;
use super::scan;

/// A path and the line that mentions it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Its parts; the first is `crate` or the name of another crate. A glob ends in `*`.
    pub path: Vec<String>,
    /// Counted from 1.
    pub line: usize,
}

/// The product's files by module path (`crate::keys::store`), and what modules give out under another name.
pub struct Modules<'a> {
    /// The file of each module.
    pub files: BTreeMap<Vec<String>, &'a File>,
    exports: BTreeMap<Vec<String>, Vec<String>>,
}

/// The path of a file's module: `crate::keys` of `src/keys/mod.rs`.
pub fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut parts: Vec<String> = std::iter::once("crate").chain(inner.split('/')).map(str::to_owned).collect();
    if parts.len() == 2 && parts[1] == "lib" || parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

impl<'a> Modules<'a> {
    /// Reads the modules from the files.
    pub fn new(files: &'a [File]) -> Modules<'a> {
        let by_module = files.iter().map(|file| (module_of(&file.path), file)).collect();
        let mut modules = Modules { files: by_module, exports: BTreeMap::new() };
        for file in files {
            for (tree, line, public) in uses(&file.code) {
                for (path, name) in modules.expand(file, &tree, line).into_iter().filter(|_| public) {
                    let outside = [module_of(&file.path), vec![name]].concat();
                    modules.exports.insert(outside, path.path);
                }
            }
        }
        modules
    }

    /// Everything that a file mentions.
    pub fn mentions(&self, file: &File) -> Vec<Mention> {
        let mut code = file.code.clone();
        let mut found = Vec::new();
        for (tree, line, _) in uses(&file.code) {
            found.extend(self.expand(file, &tree, line).into_iter().map(|(mention, _)| mention));
            code = code.replacen(&tree, &"\n".repeat(tree.matches('\n').count()), 1);
        }
        found.extend(inline(&code).into_iter().filter_map(|(parts, line)| {
            let path = self.absolute(file, &parts)?;
            Some(Mention { path, line })
        }));
        found
    }

    /// The module that really holds a path of this crate: re-exports are followed to where they come from.
    pub fn home(&self, path: &[String]) -> Option<Vec<String>> {
        let mut path = path.to_vec();
        for _ in 0..8 {
            let start = (2..=path.len()).rev().find(|end| self.exports.contains_key(&path[..*end]));
            let Some(end) = start.filter(|end| !self.files.contains_key(&path[..*end])) else {
                break;
            };
            path = [self.exports[&path[..end]].clone(), path[end..].to_vec()].concat();
        }
        let end = (1..=path.len()).rev().find(|end| self.files.contains_key(&path[..*end]))?;
        Some(path[..end].to_vec())
    }

    fn expand(&self, file: &File, tree: &str, line: usize) -> Vec<(Mention, String)> {
        let flat = flatten(&tree.split_whitespace().collect::<Vec<_>>().join(" "), &[]);
        let found = flat.into_iter().filter_map(|(parts, name)| {
            let path = self.absolute(file, &parts)?;
            Some((Mention { path, line }, name))
        });
        found.collect()
    }

    // none for a path that starts in a local name
    fn absolute(&self, file: &File, parts: &[String]) -> Option<Vec<String>> {
        let here = module_of(&file.path);
        let first = parts.first()?.as_str();
        if first == "crate" {
            return Some(parts.to_vec());
        }
        let ups = parts.iter().take_while(|part| *part == "super").count();
        if ups > 0 || first == "self" {
            let base = here.len().checked_sub(ups)?;
            let rest = parts[ups..].iter().skip(usize::from(first == "self"));
            return Some(here[..base].iter().chain(rest).cloned().collect());
        }
        let child = [here.as_slice(), parts].concat();
        if self.files.contains_key(&child[..=here.len()]) {
            return Some(child);
        }
        let is_crate = first.starts_with(|c: char| c.is_lowercase()) && parts.len() > 1;
        is_crate.then(|| parts.iter().map(|part| if part == "keyhouse" { "crate" } else { part }.to_owned()).collect())
    }
}

// the tree of each `use`, with its line and whether it is public
fn uses(code: &str) -> Vec<(String, usize, bool)> {
    let mut found = Vec::new();
    for place in scan::words(code, "use") {
        let before = code[..place].trim_end();
        let statement = before.is_empty() || before.ends_with([';', '}', ']', '{', ')']) || before.ends_with("pub");
        // `impl Trait + use<'a>`, and a macro that matches
        let tree = code[place + 3..].split(';').next().unwrap_or_default();
        if statement && !tree.trim_start().starts_with('<') {
            let line_start = code[..place].rfind('\n').map_or(0, |end| end + 1);
            found.push((tree.to_owned(), scan::line_at(code, place), code[line_start..place].contains("pub")));
        }
    }
    found
}

// `a::{b, c as d}` becomes `a::b` named b, and `a::c` named d
fn flatten(tree: &str, before: &[String]) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    if let (Some(open), Some(close)) = (tree.find('{'), tree.rfind('}')) {
        let head: Vec<String> = [before, &segments(&tree[..open])].concat();
        return parts_of(&tree[open + 1..close]).into_iter().flat_map(|part| flatten(part, &head)).collect();
    }
    let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
    let mut path = [before, &segments(path)].concat();
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let own = path.last().cloned().unwrap_or_default();
    let name = if alias.is_empty() { own } else { alias.trim().to_owned() };
    if path.is_empty() { Vec::new() } else { vec![(path, name)] }
}

fn parts_of(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[start..]);
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

fn segments(path: &str) -> Vec<String> {
    path.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

// every `a::b::c` in the code, with its line
fn inline(code: &str) -> Vec<(Vec<String>, usize)> {
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let paths = line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        for path in paths.filter(|path| path.contains("::")) {
            let path =
                path.trim_start_matches(':').split("::").take_while(|part| !part.contains(':') && !part.is_empty());
            found.push((path.map(str::to_owned).collect(), number + 1));
        }
    }
    found
}
