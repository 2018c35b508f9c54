//! The tests of what the tests stand on.

mod browsers;
mod checkers;
mod databases;
mod leaks;
mod pages;
mod processes;
mod robots;
