//! What a check finds wrong: the first hundred things by name, the others by number, so that a database full of them fits in memory.

/// The most things that are named.
const NAMED: usize = 100;

/// What is wrong.
#[derive(Debug, Default)]
pub(super) struct Findings {
    named: Vec<String>,
    more: usize,
}

impl Findings {
    /// Adds one thing.
    pub(super) fn push(&mut self, what: String) {
        if self.named.len() < NAMED {
            self.named.push(what);
        } else {
            self.more += 1;
        }
    }

    /// Returns the sentences.
    pub(super) fn into_sentences(mut self) -> Vec<String> {
        match self.more {
            0 => {}
            1 => self.named.push("1 more row differs".to_owned()),
            more => self.named.push(format!("{more} more rows differ")),
        }
        self.named
    }
}
