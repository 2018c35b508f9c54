//! The explorer feature.

pub mod pages;
pub mod view;
