//! Text that people type: what is refused everywhere, and how text is folded so that both databases search and sort alike.

mod invisible;

/// One line of text: trimmed, with single blanks inside, and without an invisible character that it does not need.
///
/// # Errors
/// A sentence without its subject, to follow the field's name.
pub fn line(text: &str, most: usize) -> Result<String, String> {
    let tidy = tidy(text);
    if let Some((position, found)) = invisible::first(&tidy) {
        let (code, name) = (u32::from(found), invisible::name(found));
        return Err(format!(
            "has an invisible character at position {position}: U+{code:04X} ({name}). Delete it, or type the text again"
        ));
    }
    if tidy.chars().count() > most {
        return Err(format!("is too long; use at most {most} characters"));
    }
    Ok(tidy)
}

/// Text without blanks around it, and with single ones inside, as names are stored and searched.
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text that can be searched for: tidy, and without the invisible characters that come along when people paste.
pub fn search_term(text: &str) -> String {
    tidy(&without_invisible(text))
}

/// The text without invisible characters, and without blanks around it: for IDs, addresses and keys, which never need one.
pub fn without_invisible(text: &str) -> String {
    let visible: String = text.chars().filter(|c| c.is_whitespace() || !invisible::is_invisible(*c)).collect();
    visible.trim().to_owned()
}

/// Whether a browser that follows this address stays on this site. Browsers read `\` as `/` and skip tabs and line ends, so the
/// address contains none of them.
pub fn is_local_path(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    text.starts_with('/') && !text.starts_with("//") && text.bytes().all(plain)
}

/// At most so many characters of a stranger's text, for the log or for a sentence: what is not plain ASCII is written as an escape.
pub fn escaped(text: &str, most: usize) -> String {
    text.chars().take(most).flat_map(char::escape_default).collect()
}

/// A number as people read it: 1,000,000.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Text as it is sorted and searched. Each character for itself, so that the start of a text folds to the start of the folded
/// text: a Greek sigma is the same at the end of a word. An invisible character does not count.
pub fn fold(text: &str) -> String {
    let visible = text.chars().filter(|c| !invisible::is_invisible(*c));
    visible.flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_scripts_pass_and_are_tidied() {
        assert_eq!(line("  Đặng  Thị\u{3000}Hồng ", 50).unwrap(), "Đặng Thị Hồng");
        assert_eq!(line("O’Brien-Großmann 🙂", 50).unwrap(), "O’Brien-Großmann 🙂");
    }

    #[test]
    fn the_start_of_a_text_folds_to_the_start_of_the_folded_text() {
        for text in ["ΟΔΥΣΣΕΥΣ ΠΑΠΑΣ", "Οδυσσεύς Παπάς", "İstanbul", "GROẞ"] {
            for (end, _) in text.char_indices() {
                assert!(fold(text).starts_with(&fold(&text[..end])), "{text} {end}");
            }
        }
        assert_eq!(fold("Νίκος"), fold("νίκοΣ"));
    }

    #[test]
    fn a_refusal_names_the_invisible_character_and_its_position() {
        for (wrong, told) in [
            ("a\u{202E}b", "at position 2: U+202E (right-to-left override)"),
            ("  ab\u{200B}", "at position 3: U+200B (zero width space)"),
            ("a\u{0}b", "at position 2: U+0000 (control character)"),
            ("\u{FEFF}a", "at position 1: U+FEFF (byte order mark)"),
            ("a\u{E0041}", "at position 2: U+E0041 (tag character)"),
        ] {
            let why = line(wrong, 50).unwrap_err();
            assert!(why.contains(told), "{why}");
        }
        assert!(line(&"x".repeat(51), 50).is_err());
    }

    #[test]
    fn invisible_characters_do_not_keep_a_name_from_being_found() {
        assert_eq!(line(" team \u{2764}\u{FE0F} ", 50).unwrap(), "team \u{2764}\u{FE0F}");
        assert_eq!(fold("Team \u{2764}\u{FE0F}"), fold("team \u{2764}"));
        assert_eq!(search_term("\u{200B} ann@example.com\u{FEFF} "), "ann@example.com");
        assert_eq!(search_term("\u{200D}"), "");
        assert_eq!(without_invisible("a b\u{2060}\n"), "a b");
    }
}
