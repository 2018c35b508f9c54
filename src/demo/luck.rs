//! Chance that is the same in every run: SplitMix64 (Steele, Lea, Flood 2014). For names and dates only, never for secrets.

/// A source of repeatable chance.
pub(super) struct Luck(u64);

impl Luck {
    pub(super) fn new(seed: u64) -> Luck {
        Luck(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or 0 if that is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * (end as u128)) >> 64) as usize
    }

    /// A number from 0 to `end` that is more often small.
    pub(super) fn mostly_small(&mut self, end: i64) -> i64 {
        let part = self.next() as f64 / u64::MAX as f64;
        (part * part * part * end as f64) as i64
    }

    /// True once in `times`.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub(super) fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all.get(self.below(all.len())).copied().unwrap_or_default()
    }
}
