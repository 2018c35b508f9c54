//! The audit trail: no event, no change; what is written stays as it was written, and can be read, exported and checked.

mod baseline;
mod chain;
pub mod check;
mod compared;
mod export;
mod own;
mod pages;
mod refusals;
mod rotation;
pub mod rows;
mod trail;
mod verify;
mod words;
