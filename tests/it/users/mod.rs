//! The people of an org, as admins and programs meet them.

mod admins;
mod disabled_account;
mod edit;
mod email;
mod invite;
mod many;
mod me;
mod offboarding;
mod removal;
mod remove;
pub mod rows;
mod shared;
mod told;
mod two_factor;
mod typed;
