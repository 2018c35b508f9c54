//! How long a file, a function, a test, a template may be.

use super::files::File;
use super::scan;

const FILE: usize = 300;
const FUNCTION: usize = 50;
const TEST: usize = 30;
const TEMPLATE: usize = 120;

/// Files; the table definitions, which are a list, excepted.
pub fn files(files: &[File]) -> Vec<String> {
    let advice = "split it by noun or by page";
    files
        .iter()
        .filter(|file| file.path != "src/db/schema.rs")
        .filter_map(|file| too_long(file, FILE, advice))
        .collect()
}

/// Templates.
pub fn templates(files: &[File]) -> Vec<String> {
    files.iter().filter_map(|file| too_long(file, TEMPLATE, "take a part of it into a macro or an include")).collect()
}

fn too_long(file: &File, most: usize, advice: &str) -> Option<String> {
    let lines = file.text.lines().count();
    (lines > most).then(|| file.breach(most + 1, &format!("{lines} lines, and {most} is the most; {advice}")))
}

/// Functions, by all their lines; tests, by the lines of their bodies.
pub fn functions(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files {
        let code = scan::blank(&file.text);
        for function in functions_in(&code) {
            let (is, most) =
                if function.test { (function.lines.saturating_sub(2), TEST) } else { (function.lines, FUNCTION) };
            if is > most {
                let what = format!("`{}` has {is} lines, and {most} is the most; name a part of it", function.name);
                breaches.push(file.breach(function.line, &what));
            }
        }
    }
    breaches
}

/// A function as the ceilings see it.
pub struct Function {
    name: String,
    line: usize,
    lines: usize,
    test: bool,
}

fn functions_in(code: &str) -> Vec<Function> {
    scan::words(code, "fn").filter_map(|place| function_at(code, place)).collect()
}

fn function_at(code: &str, place: usize) -> Option<Function> {
    let rest = &code[place + 2..];
    let name: String = rest.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    if name.is_empty() {
        return None; // the type of a function
    }
    let (open, close) = body(code, place)?;
    let line = scan::line_at(code, place);
    let lines = code[open..=close].matches('\n').count() + scan::line_at(code, open) - line + 1;
    Some(Function { test: is_test(code, place), name, line, lines })
}

// the braces of its body; none for a declaration, which ends in a semicolon
fn body(code: &str, place: usize) -> Option<(usize, usize)> {
    let (mut depth, mut open) = (0, None);
    for (i, c) in code[place..].char_indices() {
        match c {
            ';' if open.is_none() && depth == 0 => return None,
            '(' | '[' if open.is_none() => depth += 1,
            ')' | ']' if open.is_none() => depth -= 1,
            '{' => {
                open.get_or_insert(place + i);
                depth += 1;
            }
            '}' if open.is_some() => {
                depth -= 1;
                if depth == 0 {
                    return open.map(|open| (open, place + i));
                }
            }
            _ => {}
        }
    }
    None
}

// an attribute that ends in `test]` or `test(…)]` right above it, or a `both!` around it
fn is_test(code: &str, place: usize) -> bool {
    let above = &code[..place];
    let item = above.rfind(['}', ';']).map_or(above, |end| &above[end + 1..]);
    let marked = item.contains("test]") && item.contains("#[") || item.contains("::test(");
    let both = scan::words(above, "both!").last();
    marked || both.is_some_and(|both| above[both..].matches('{').count() > above[both..].matches('}').count())
}
