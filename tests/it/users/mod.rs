//! The people of an org, as admins and programs meet them.

pub mod rows;
