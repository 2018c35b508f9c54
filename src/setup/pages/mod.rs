//! The pages of `setup`, one file each: the template's struct and its handlers.

pub mod checklist;
pub mod setup;
