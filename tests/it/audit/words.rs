//! Every action that the code can emit has words.

use std::collections::BTreeSet;
use std::path::Path;

/// The texts in the product's `events.rs` that look like an action, `noun.verb`.
fn emitted(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            emitted(&path, found);
        } else if path.file_name().is_some_and(|name| name == "events.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.extend(text.split('"').skip(1).step_by(2).filter(|text| is_action(text)).map(str::to_owned));
        }
    }
}

fn is_action(text: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    text.split_once('.').is_some_and(|(noun, verb)| word(noun) && word(verb))
}

#[test]
fn every_action_that_can_be_emitted_has_words() {
    let mut found = BTreeSet::new();
    emitted(&crate::support::root().join("src"), &mut found);
    assert!(found.len() > 20, "{found:?}");
    let silent: Vec<&String> = found.iter().filter(|action| keyhouse::audit::words::known(action).is_none()).collect();
    assert!(silent.is_empty(), "give them words in src/audit/words.rs: {silent:?}");
}
