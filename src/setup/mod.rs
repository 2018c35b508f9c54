//! The setup feature.

pub mod pages;
