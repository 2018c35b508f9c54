//! API keys, as people and programs meet them.

mod create;
mod delete;
mod owner;
mod rest;
pub mod rows;
