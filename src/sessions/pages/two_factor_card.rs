//! One's own two-factor sign-in in a few words, as the profile and its own page show it.

use crate::sessions::model::OwnTwoFactor;
use crate::two_factor::model::FEW;
use crate::web::page::{Badge, Tone};

/// Two-factor sign-in, in a few words.
pub struct TwoFactorCard {
    /// Whether it is on.
    pub on: bool,
    /// How many recovery codes are left.
    pub codes_left: u64,
}

impl From<&OwnTwoFactor> for TwoFactorCard {
    fn from(own: &OwnTwoFactor) -> TwoFactorCard {
        TwoFactorCard { on: own.since.is_some(), codes_left: u64::try_from(own.codes_left).unwrap_or(0) }
    }
}

impl TwoFactorCard {
    /// The state as a word and a shape.
    pub fn badge(&self) -> Badge {
        match (self.on, self.few()) {
            (false, _) => Badge { word: "Off", tone: Tone::Off },
            (true, false) => Badge { word: "On", tone: Tone::Ok },
            (true, true) => Badge { word: "On, few recovery codes", tone: Tone::Warn },
        }
    }

    /// Whether so few recovery codes are left that new ones should be made.
    pub fn few(&self) -> bool {
        i64::try_from(self.codes_left).is_ok_and(|left| left <= FEW)
    }
}
