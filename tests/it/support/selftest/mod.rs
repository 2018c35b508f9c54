//! The tests of what the tests stand on.

mod browsers;
mod checkers;
mod databases;
mod leaks;
mod pages;
mod processes;
mod robots;

#[test]
#[should_panic(expected = "nothing to check")]
fn a_loop_over_nothing_fails() {
    super::at_least_one((0..3).filter(|n| *n > 3));
}
