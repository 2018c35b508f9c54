//! The pages of `explorer`, one file each: the template's struct and its handlers.

pub mod interface;
pub mod resources;
