//! Text that people type: what is refused everywhere, and how text is folded so that both databases search and sort alike.

/// One line of text: trimmed, inner blanks made single, no character that hides or reorders others.
///
/// # Errors
/// A sentence without its subject, to follow the field's name.
pub fn line(text: &str, most: usize) -> Result<String, String> {
    let tidy = tidy(text);
    if tidy.chars().any(hides) {
        return Err("has invisible or control characters; type it again".into());
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

/// Control, bidirectional, zero-width and other invisible characters, with which one name can be made to look like another.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
        )
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}')
        || matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether a browser that follows this address stays on this site. Browsers read `\` as `/` and skip tabs and line ends, so the
/// address contains none of them.
pub fn is_local_path(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    text.starts_with('/') && !text.starts_with("//") && text.bytes().all(plain)
}

/// Text as it is sorted and searched. Each character for itself, so that the start of a text folds to the start of the folded
/// text: a Greek sigma is the same at the end of a word.
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
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
    fn what_hides_is_refused() {
        for wrong in ["a\u{202E}b", "a\u{200B}b", "a\u{0}b", "a\u{7}b", "\u{FEFF}a", "a\u{E0041}"] {
            assert!(line(wrong, 50).is_err(), "{wrong:?}");
        }
        assert!(line(&"x".repeat(51), 50).is_err());
    }
}
