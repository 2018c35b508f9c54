//! The pages of `sessions`, one file each: the template's struct and its handlers.

pub mod browser;
pub mod confirm;
pub mod link;
pub mod login;
pub mod news;
pub mod profile;
