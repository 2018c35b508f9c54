//! What is logged: levels, for all or for single parts.

use tracing_subscriber::EnvFilter;

/// Levels of the log, from nothing to everything.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// The filter that was typed, or the usual one.
///
/// # Errors
/// A sentence that says what can be typed.
pub(super) fn filter(text: Option<&str>) -> Result<String, String> {
    let text = text.unwrap_or("info,actix_server=warn");
    // the library takes a word that is no level for the name of a target, and then logs nothing else
    let known = |part: &str| part.contains(['=', '[']) || LEVELS.contains(&part.to_ascii_lowercase().as_str());
    let good = text.split(',').map(str::trim).filter(|part| !part.is_empty()).all(known);
    if !good || EnvFilter::try_new(text).is_err() {
        return Err("takes off, error, warn, info, debug or trace, or pairs such as keyhouse=debug,warn".into());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn a_word_that_is_no_level_does_not_silence_the_log() {
        for good in
            ["info", "Warn", "off", "keyhouse=debug,warn", "info,actix_server=warn", "keyhouse::db[write]=trace,info"]
        {
            assert_eq!(filter(Some(good)), Ok(good.to_owned()));
        }
        for wrong in ["verbose", "warning", "inf", "info,keyhouse", "keyhouse=loud"] {
            assert!(filter(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
