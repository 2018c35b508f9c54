//! Orgs: choosing one, looking at one, making one.

pub mod rows;
