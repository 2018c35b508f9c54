//! Signing in and out, links, and one’s own profile.

mod confirm;
mod limits;
mod news;
pub mod rows;
mod sign_in;
mod two_factor;
