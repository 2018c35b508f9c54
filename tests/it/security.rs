//! `docs/SECURITY.md`: it leaves no requirement of level 1 and 2 out, and every test and file that it names is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::root;

/// The requirements of level 1 and 2 of OWASP ASVS 5.0.0, by section.
const LEVELS: &str = "1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2 \
    4.1.1-3 4.2.1 4.3.1-2 4.4.1-4 5.1.1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 \
    7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1 8.4.1 9.1.1-3 9.2.1-4 10.1.1-2 10.2.1-2 10.3.1-4 10.4.1-11 \
    10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1 11.6.1 12.1.1-3 12.2.1-2 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 \
    13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3 15.3.1-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3";

fn document() -> String {
    std::fs::read_to_string(root().join("docs/SECURITY.md")).unwrap()
}

/// The cells of each row of the tables of requirements: the ids, and the rest.
fn rows(document: &str) -> Vec<(Vec<String>, String)> {
    let (_, tables) = document.split_once("## OWASP ASVS 5.0").unwrap();
    let rows = tables.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let of_ids = rows.filter(|(ids, _)| ids.starts_with(|c: char| c.is_ascii_digit()));
    of_ids.map(|(ids, rest)| (ids.split(", ").map(str::to_owned).collect(), rest.to_owned())).collect()
}

fn required() -> BTreeSet<String> {
    let each = |part: &str| {
        let (section, numbers) = part.rsplit_once('.').unwrap();
        let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
        let numbers = first.parse::<u32>().unwrap()..=last.parse::<u32>().unwrap();
        numbers.map(|number| format!("{section}.{number}")).collect::<Vec<_>>()
    };
    LEVELS.split_whitespace().flat_map(each).collect()
}

/// Everything that is called `fn …` in the sources and tests.
fn functions() -> BTreeSet<String> {
    let (mut folders, mut found) = (vec![root().join("src"), root().join("tests")], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|kind| kind == "rs") {
                let text = std::fs::read_to_string(entry).unwrap();
                let names = text
                    .split("fn ")
                    .skip(1)
                    .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap());
                found.extend(names.map(str::to_owned));
            }
        }
    }
    found
}

#[test]
fn no_requirement_is_left_out_and_none_stands_twice() {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for id in rows(&document()).into_iter().flat_map(|(ids, _)| ids) {
        *counted.entry(id).or_default() += 1;
    }
    let required = required();
    assert_eq!(required.len(), 246);
    let missing: Vec<&String> = required.iter().filter(|id| !counted.contains_key(*id)).collect();
    let twice: Vec<&String> = counted.iter().filter(|(_, count)| **count > 1).map(|(id, _)| id).collect();
    assert!(missing.is_empty() && twice.is_empty(), "missing: {missing:?}; twice: {twice:?}");
}

#[test]
fn every_test_that_is_named_is_there() {
    let (document, functions) = (document(), functions());
    let (kept, _) = document.split_once("### Not kept").unwrap();
    let mut missing = Vec::new();
    for (ids, rest) in rows(kept) {
        let shown = rest.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let names: Vec<&str> = shown.split('`').skip(1).step_by(2).collect();
        let files: Vec<&str> = shown.split("](").skip(1).filter_map(|link| link.split(')').next()).collect();
        assert!(!names.is_empty() || !files.is_empty(), "{ids:?} is shown by nothing");
        missing.extend(names.into_iter().filter(|name| !functions.contains(*name)).map(str::to_owned));
        missing.extend(files.into_iter().filter(|file| !root().join("docs").join(file).exists()).map(str::to_owned));
    }
    assert!(missing.is_empty(), "docs/SECURITY.md names what is not there: {missing:?}");
}
