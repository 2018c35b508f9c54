//! API keys, as people and programs meet them.

pub mod rows;
