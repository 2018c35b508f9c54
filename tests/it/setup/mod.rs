//! Setup, and the first steps after it.

pub mod rows;
