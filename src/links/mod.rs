//! Links that let somebody in once: setup, invitation, new password. 128 random bits, of which only the hash is stored; a link
//! dies when it is used, when it is 24 hours old, when a newer one is made, or when what it was issued upon changes.

pub mod model;
pub mod store;
