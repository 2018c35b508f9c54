//! API keys, as people and programs meet them.

mod create;
mod delete;
mod limits;
mod look_up;
mod own;
mod owner;
mod rest;
pub mod rows;
