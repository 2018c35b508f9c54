//! The keys feature.

pub mod pages;
