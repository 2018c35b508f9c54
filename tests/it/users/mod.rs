//! The people of an org, as admins and programs meet them.

mod admins;
mod edit;
mod invite;
mod me;
mod offboarding;
mod remove;
pub mod rows;
mod shared;
mod typed;
