//! The orgs feature.

pub mod pages;
