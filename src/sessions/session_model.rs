//! A session as its person sees it: which browser, where, since when.

use crate::clock::Time;
use crate::id::SessionId;

/// A session of one's own.
#[derive(Debug, Clone)]
pub struct OwnSession {
    /// Its id.
    pub id: SessionId,
    /// What the browser called itself when it signed in.
    pub agent: String,
    /// Where it signed in.
    pub address: String,
    /// When it signed in.
    pub created_at: Time,
    /// When it last asked for something.
    pub seen_at: Time,
    /// Whether it is the one that asks.
    pub at_hand: bool,
}

/// What stands in the agent, and what people call it. The first that fits counts: most browsers also name those that they are like.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];
/// The longest name of a program that is no known browser, in characters.
const LONGEST: usize = 40;

impl OwnSession {
    /// The browser in words: "Firefox on Linux"; for a program its own first word, "curl".
    pub fn browser(&self) -> String {
        let find = |table: &[(&str, &'static str)]| {
            table.iter().find(|(mark, _)| self.agent.contains(mark)).map(|(_, words)| *words)
        };
        let first: String = self.agent.split(['/', ' ']).next().unwrap_or("").chars().take(LONGEST).collect();
        match (find(&BROWSERS), find(&SYSTEMS)) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(browser), None) => browser.to_owned(),
            (None, _) if !first.is_empty() && first != "Mozilla" => first,
            (None, Some(system)) => format!("A browser on {system}"),
            (None, None) => "An unknown browser".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(agent: &str) -> String {
        let at = Time::from_micros(0);
        let id = SessionId::new(1);
        OwnSession { id, agent: agent.into(), address: String::new(), created_at: at, seen_at: at, at_hand: false }
            .browser()
    }

    #[test]
    fn browsers_are_called_what_people_call_them() {
        let gecko = "(KHTML, like Gecko)";
        for (agent, expected) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(), "Firefox on Linux"),
            (
                format!("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 {gecko} Chrome/140 Safari/537.36 Edg/140.0"),
                "Edge on Windows",
            ),
            (format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) {gecko} Version/18 Safari/605"), "Safari on macOS"),
            (
                format!("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) {gecko} CriOS/140 Safari/605"),
                "Chrome on an iPhone",
            ),
            (format!("Mozilla/5.0 (Linux; Android 16) {gecko} Chrome/140 Mobile Safari/537"), "Chrome on Android"),
            ("w3m/0.5.3+git20230121".to_owned(), "w3m"),
            ("Mozilla/5.0 (X11; Linux)".to_owned(), "A browser on Linux"),
            ("Mozilla/5.0".to_owned(), "An unknown browser"),
            (String::new(), "An unknown browser"),
        ] {
            assert_eq!(words(&agent), expected, "{agent}");
        }
        assert_eq!(words(&"x".repeat(200)).len(), LONGEST);
    }
}
