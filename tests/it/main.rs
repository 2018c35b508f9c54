//! The integration tests: one binary.

mod look;
