//! Rust source made fit for searching: what is no code is made blank, so that every line keeps its number.

/// Comments, and the insides of strings and characters, become spaces.
pub fn blank(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = skip(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

// where the comment, string or character that starts here ends; here, if none does
fn skip(chars: &[char], at: usize) -> usize {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '/' if next == Some('/') => find(chars, at, |rest| rest[0] == '\n', 0),
        '/' if next == Some('*') => block_comment(chars, at),
        '"' => string(chars, at),
        '\'' => character(chars, at),
        'r' | 'b' | 'c' if !after_word(chars, at) => raw(chars, at),
        _ => at,
    }
}

fn find(chars: &[char], from: usize, ends: impl Fn(&[char]) -> bool, width: usize) -> usize {
    (from..chars.len()).find(|i| ends(&chars[*i..])).map_or(chars.len(), |i| i + width)
}

fn after_word(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

fn block_comment(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0, at);
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn string(chars: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while i < chars.len() {
        match chars[i] {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

// 'a' and '\n' are characters; 'a without an end is a lifetime
fn character(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => find(chars, at + 3, |rest| rest[0] == '\'', 1),
        (Some(_), Some('\'')) => at + 3,
        _ => at,
    }
}

// r"…", r#"…"#, b"…", br"…"
fn raw(chars: &[char], at: usize) -> usize {
    let letters = chars[at..].iter().take_while(|c| matches!(c, 'r' | 'b' | 'c')).count();
    let is_raw = chars[at..at + letters].contains(&'r');
    let hashes = chars[at + letters..].iter().take_while(|c| **c == '#').count();
    let quote = at + letters + hashes;
    if letters > 2 || chars.get(quote) != Some(&'"') || (hashes > 0 && !is_raw) {
        return at;
    }
    if !is_raw {
        return string(chars, quote);
    }
    let ends = |rest: &[char]| rest[0] == '"' && rest.len() > hashes && rest[1..=hashes].iter().all(|c| *c == '#');
    find(chars, quote + 1, ends, hashes + 1)
}

/// What stands under `#[cfg(test)]` or `#[test]` becomes blank lines. The source must have gone through [`blank`].
pub fn without_tests(code: &str) -> String {
    let mut code = code.to_owned();
    for mark in ["#[cfg(test)]", "#[test]", "#[cfg(all(test"] {
        while let Some(start) = code.find(mark) {
            let end = item_end(&code, start);
            let lines: String = code[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
            code.replace_range(start..end, &lines);
        }
    }
    code
}

// where the item after an attribute ends: at the brace that closes its body, or at a semicolon before any body
fn item_end(code: &str, start: usize) -> usize {
    let (mut braces, mut others) = (0, 0);
    for (i, c) in code[start..].char_indices() {
        match c {
            '{' => braces += 1,
            '}' => braces -= 1,
            '(' | '[' => others += 1,
            ')' | ']' => others -= 1,
            _ => {}
        }
        if others == 0 && braces == 0 && matches!(c, '}' | ';') {
            return start + i + 1;
        }
    }
    code.len()
}

/// The line of a place in a text, counted from 1.
pub fn line_at(text: &str, place: usize) -> usize {
    text[..place].matches('\n').count() + 1
}

/// Where a word stands on its own: not within a longer name.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part_of_name = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let starts_name = word.starts_with(|c: char| c.is_alphanumeric());
    let ends_name = word.ends_with(|c: char| c.is_alphanumeric());
    code.match_indices(word).map(|(place, _)| place).filter(move |place| {
        let before = part_of_name(code[..*place].chars().next_back());
        let after = part_of_name(code[place + word.len()..].chars().next());
        !(before && starts_name || after && ends_name)
    })
}
