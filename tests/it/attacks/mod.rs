//! Attacks on the running product, each told as a story: who tries what, and what they get.

mod https;
mod leaks;
