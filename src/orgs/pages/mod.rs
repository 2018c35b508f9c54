//! The pages of `orgs`, one file each: the template's struct and its handlers.

pub mod choose;
pub mod create;
pub mod overview;
pub mod rename;
pub mod switch;
pub mod two_factor;
pub mod visit;

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
