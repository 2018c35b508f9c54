//! Signing in and out, links, and one’s own profile.

mod confirm;
mod devices;
mod leaving;
mod limits;
mod links;
pub mod meanwhile;
mod news;
mod own;
mod review;
pub mod rows;
mod sign_in;
mod slow;
mod strength;
mod two_factor;
