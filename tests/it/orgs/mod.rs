//! Orgs: choosing one, looking at one, making one.

mod choose;
mod create;
pub mod rows;
mod shut;
mod two_factor;
