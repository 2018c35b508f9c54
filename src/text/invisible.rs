//! Characters that cannot be seen. They make two names look alike, or reorder what people read, so they are rejected.
//! Emoji and the names of many people need some of them, each in its own context, and there they are accepted.

/// An emoji as a picture, not as text.
const EMOJI_STYLE: char = '\u{FE0F}';
const NON_JOINER: char = '\u{200C}';
const JOINER: char = '\u{200D}';
/// Ends the tags of a flag.
const TAG_END: char = '\u{E007F}';
/// The flags that are written with tags: England, Scotland, Wales.
const FLAGS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];

/// The first invisible character of the text that its context does not need, and its position, counted from 1.
pub fn first(text: &str) -> Option<(usize, char)> {
    let all: Vec<char> = text.chars().collect();
    let found = (0..all.len()).find(|at| is_invisible(all[*at]) && !is_needed(&all, *at));
    found.map(|at| (at + 1, all[at]))
}

/// Whether the character shows nothing, or changes the direction of others.
pub fn is_invisible(c: char) -> bool {
    let single =
        ['\u{AD}', '\u{34F}', '\u{61C}', '\u{115F}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{FEFF}', '\u{FFA0}'];
    c.is_control()
        || single.contains(&c)
        || matches!(c, '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFF0}'..='\u{FFFB}' | '\u{13430}'..='\u{1343F}')
        || matches!(c, '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D159}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Returns the Unicode name of the character, or of its kind.
pub fn name(c: char) -> &'static str {
    match c {
        '\u{AD}' => "soft hyphen",
        '\u{34F}' => "combining grapheme joiner",
        '\u{61C}' => "Arabic letter mark",
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => "Hangul filler",
        '\u{180E}' => "Mongolian vowel separator",
        '\u{200B}' => "zero width space",
        NON_JOINER => "zero width non-joiner",
        JOINER => "zero width joiner",
        '\u{200E}' => "left-to-right mark",
        '\u{200F}' => "right-to-left mark",
        '\u{202A}' | '\u{202B}' => "bidirectional embedding",
        '\u{202C}' | '\u{2069}' => "end of a bidirectional run",
        '\u{202D}' => "left-to-right override",
        '\u{202E}' => "right-to-left override",
        '\u{2060}' => "word joiner",
        '\u{2066}'..='\u{2068}' => "bidirectional isolate",
        '\u{2800}' => "blank Braille pattern",
        '\u{FEFF}' => "byte order mark",
        '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => "variation selector",
        '\u{E0000}'..='\u{E007F}' => "tag character",
        c if c.is_control() => "control character",
        _ => "formatting character",
    }
}

fn is_needed(all: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| all[before]);
    let after = all.get(at + 1).copied();
    let follows = |is: fn(char) -> bool| before.is_some_and(is);
    match all[at] {
        EMOJI_STYLE if after == Some('\u{20E3}') => follows(|c| c.is_ascii_digit() || matches!(c, '#' | '*')),
        '\u{FE0E}' | EMOJI_STYLE => follows(is_pictograph) || follows(is_ideograph),
        '\u{FE00}'..='\u{FE0D}' | '\u{E0100}'..='\u{E01EF}' => follows(is_ideograph),
        '\u{180B}'..='\u{180D}' | '\u{180F}' => follows(|c| matches!(c, '\u{1820}'..='\u{18AA}')),
        JOINER if after.is_some_and(is_pictograph) => follows(|c| is_pictograph(c) || c == EMOJI_STYLE),
        JOINER => is_beside_virama(before, after),
        NON_JOINER => is_beside_virama(before, after) || separates_letters(&all[..at], after),
        '\u{E0020}'..=TAG_END => is_in_flag(all, at),
        _ => false,
    }
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{3030}' | '\u{303D}')
        || matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

/// A Chinese character, whose form in a name a variation selector can choose.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// A virama takes a consonant's vowel away; a joiner beside it chooses how the consonants are written (RFC 5892, appendix A).
fn is_beside_virama(before: Option<char>, after: Option<char>) -> bool {
    before.is_some_and(is_virama) || (before.is_some_and(char::is_alphabetic) && after.is_some_and(is_virama))
}

fn is_virama(c: char) -> bool {
    matches!(
        c,
        '\u{94D}' | '\u{9CD}' | '\u{A4D}' | '\u{ACD}' | '\u{B4D}' | '\u{BCD}' | '\u{C4D}' | '\u{CCD}' | '\u{D4D}'
    ) || matches!(c, '\u{DCA}' | '\u{1039}' | '\u{103A}' | '\u{17D2}' | '\u{1B44}' | '\u{1BAA}' | '\u{A9C0}')
}

/// Whether two Arabic letters would join here, as in "علی‌رضا". Vowel signs between them do not count.
fn separates_letters(before: &[char], after: Option<char>) -> bool {
    let is_sign = |c: &&char| matches!(**c, '\u{64B}'..='\u{65F}' | '\u{670}');
    let letter = before.iter().rev().take(4).find(|c| !is_sign(c));
    letter.is_some_and(|letter| joins_next(*letter)) && after.is_some_and(is_arabic)
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{64A}' | '\u{66E}'..='\u{6D3}' | '\u{6D5}' | '\u{6EE}'..='\u{6EF}' | '\u{6FA}'..='\u{6FF}')
        || matches!(c, '\u{750}'..='\u{77F}' | '\u{8A0}'..='\u{8C9}')
}

/// Whether the Arabic letter joins the one after it: all but alef, dal, reh, waw and their like.
fn joins_next(c: char) -> bool {
    let alone = matches!(c, '\u{621}'..='\u{625}' | '\u{627}' | '\u{629}' | '\u{62F}'..='\u{632}' | '\u{648}' | '\u{670}'..='\u{677}')
        || matches!(c, '\u{688}'..='\u{699}' | '\u{6C0}' | '\u{6C3}'..='\u{6CB}' | '\u{6CD}' | '\u{6CF}' | '\u{6D2}'..='\u{6D5}')
        || matches!(c, '\u{6EE}' | '\u{6EF}');
    is_arabic(c) && !alone
}

/// Whether the tag character belongs to one of the flags: a black flag, the tags of a region, and their end.
fn is_in_flag(all: &[char], at: usize) -> bool {
    let is_tag = |c: char| matches!(c, '\u{E0020}'..=TAG_END);
    let longest = FLAGS[0].len() + 1;
    let start = (at.saturating_sub(longest)..=at).rev().find(|at| !is_tag(all[*at]));
    let Some(start) = start.filter(|start| all[*start] == '\u{1F3F4}') else { return false };
    let tags: String = all[start + 1..].iter().take_while(|c| is_tag(**c)).filter_map(|c| plain(*c)).collect();
    FLAGS.iter().any(|flag| tags.strip_suffix('\u{7F}') == Some(*flag))
}

/// The ASCII character that a tag stands for.
fn plain(tag: char) -> Option<char> {
    char::from_u32(u32::from(tag) - 0xE_0000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_and_names_keep_the_invisible_characters_that_they_need() {
        for name in [
            "I ❤️ prod",
            "❤️‍🔥 1️⃣ #️⃣ ©️ ✈︎ ☎️",
            "👩🏽‍💻 👨‍👩‍👧‍👦 🏴‍☠️ 🏳️‍🌈",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿🏴󠁧󠁢󠁷󠁬󠁳󠁿",
            "علی‌رضا",
            "می‌خواهم",
            "ශ්‍රීලාල්",
            "রাজ্জাক র‍্যাব",
            "രാജന്‍",
            "葛󠄀城 辻󠄁",
        ] {
            assert_eq!(first(name), None, "{name}");
        }
    }

    #[test]
    fn elsewhere_an_invisible_character_is_found_where_it_stands() {
        for (text, position, c) in [
            ("pay\u{FE0F}pal", 4, '\u{FE0F}'),
            ("a\u{200D}b", 2, '\u{200D}'),
            ("a\u{200C}b", 2, '\u{200C}'),
            ("\u{200D}🔥", 1, '\u{200D}'),
            ("🔥\u{200D}", 2, '\u{200D}'),
            ("🔥\u{200D}\u{200D}🔥", 2, '\u{200D}'),
            ("دار\u{200C}ا", 4, '\u{200C}'),
            ("1\u{FE0F}", 2, '\u{FE0F}'),
            ("a\u{E0100}", 2, '\u{E0100}'),
            ("🏴\u{E0061}\u{E0062}\u{E007F}", 2, '\u{E0061}'),
            ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}", 2, '\u{E0067}'),
            ("x\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", 2, '\u{E0067}'),
            ("user\u{202E}nimda", 5, '\u{202E}'),
            ("\u{FEFF}a", 1, '\u{FEFF}'),
            ("\u{2800}", 1, '\u{2800}'),
            ("a\u{7}", 2, '\u{7}'),
        ] {
            assert_eq!(first(text), Some((position, c)), "{text:?}");
        }
    }

    #[test]
    fn a_long_run_of_tags_is_judged_quickly() {
        assert_eq!(first(&format!("🏴{}", "\u{E0067}".repeat(60_000))), Some((2, '\u{E0067}')));
    }
}
