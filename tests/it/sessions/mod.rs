//! Signing in and out, links, and one’s own profile.

pub mod rows;
