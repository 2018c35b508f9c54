//! Starts Keyhouse.

fn main() {}
