//! The pages of `keys`, one file each: the template's struct and its handlers.

pub mod created;
pub mod delete;
pub mod list;
pub mod new;
pub mod own;
pub mod owner;
pub mod show;
