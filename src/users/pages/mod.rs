//! The pages of `users`, one file each: the template's struct and its handlers.

pub mod disable;
pub mod edit;
pub mod enable;
pub mod invited;
pub mod list;
pub mod new;
pub mod remove;
