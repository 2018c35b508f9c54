//! Orgs: which there are, which of them a person can open, and making further ones. An org's slug is never changed and never
//! given to another.

pub mod model;
pub mod pages;
pub mod store;
