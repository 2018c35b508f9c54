//! The sessions feature.

pub mod pages;
