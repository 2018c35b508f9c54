//! The pages of `orgs`, one file each: the template's struct and its handlers.

pub mod choose;
pub mod overview;
