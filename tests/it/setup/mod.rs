//! Setup, and the first steps after it.

mod first_steps;
pub mod rows;
